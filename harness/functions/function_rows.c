// SPDX-License-Identifier: GPL-2.0-or-later
/* function_rows - a trial's table of functions: what each executed in the median repetition, and how many agree */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "functions/function_rows.h"
#include "analysis/stats.h"
#include "base/alloc.h"

#define LEAST 0.05 /* instructions a unit: what is below is not listed by name */

/* What a function executed in one repetition, in one kind of work. */
struct cell {
	const char *executor, *function;
	enum kind kind;
	unsigned rep;
	uint64_t insns, calls;
};

struct function_rows {
	const struct calltree *tree;
	struct kinds *kinds;
	struct cell *cell;
	size_t cells, room;
	unsigned reps;
	size_t window[FUNCTION_ROWS_REPETITIONS]; /* of the trial, warm-ups included */
	double unit[FUNCTION_ROWS_REPETITIONS], total[FUNCTION_ROWS_REPETITIONS];
};

static void add_cell(struct function_rows *all, const struct calltree_entry *e)
{
	if (all->cells == all->room) {
		all->room = all->room ? 2 * all->room : 4096;
		all->cell = xrealloc(all->cell, all->room * sizeof(*all->cell));
	}
	all->cell[all->cells++] = (struct cell){
		.executor = calltree_executor(all->tree, e->node),
		.function = calltree_name(all->tree, e->node),
		.kind = kinds_of(all->kinds, all->tree, e->node),
		.rep = all->reps,
		.insns = e->insns,
		.calls = calltree_calls(all->tree, e),
	};
}

static int compare_rows(const struct cell *a, const struct cell *b)
{
	int by_executor = strcmp(a->executor, b->executor);
	int by_function = by_executor ?: strcmp(a->function, b->function);

	return by_function ?: (int)a->kind - (int)b->kind;
}

static int compare_cells(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;

	return compare_rows(x, y) ?: (int)x->rep - (int)y->rep;
}

/* A value that was counted; the values keep their order. */
static double median_counted(const double *value, unsigned n)
{
	double copy[FUNCTION_ROWS_REPETITIONS];

	memcpy(copy, value, n * sizeof(*value));
	return stats_median_high(copy, n);
}

static unsigned agreeing(const double *value, unsigned n, double with)
{
	unsigned agree = 0;

	for (unsigned i = 0; i < n; i++)
		agree += value[i] == with;
	return agree;
}

/* To a thousandth, in all tables. */
static double rounded(double value)
{
	return round(value * 1000) / 1000;
}

static void add_row(json_t *rows, const struct function_rows *all, const struct cell *first, const struct cell *end)
{
	double insns[FUNCTION_ROWS_REPETITIONS] = {}, calls[FUNCTION_ROWS_REPETITIONS] = {}, median;

	for (const struct cell *c = first; c < end; c++) {
		insns[c->rep] += c->insns / all->unit[c->rep];
		calls[c->rep] += c->calls / all->unit[c->rep];
	}
	median = median_counted(insns, all->reps);
	if (median >= LEAST)
		json_array_append_new(rows, json_pack("[s s s f f i]", first->executor, first->function,
						      kind_name(first->kind), rounded(median),
						      rounded(median_counted(calls, all->reps)),
						      (int)agreeing(insns, all->reps, median)));
}

json_t *function_rows_record(struct function_rows *all, const char *point)
{
	size_t begin = 0, median = 0;
	double total;
	json_t *rows;

	if (!all->reps)
		return NULL;
	rows = json_array();
	total = median_counted(all->total, all->reps);
	while (all->total[median] != total)
		median++;
	qsort(all->cell, all->cells, sizeof(*all->cell), compare_cells);
	for (size_t i = 1; i <= all->cells; i++)
		if (i == all->cells || compare_rows(&all->cell[begin], &all->cell[i])) {
			add_row(rows, all, &all->cell[begin], &all->cell[i]);
			begin = i;
		}
	return json_pack("{ss ss sf si si si sf so}", "kind", "functions", "point", point, "total", rounded(total),
			 "total_agree", (int)agreeing(all->total, all->reps, total), "repetitions", (int)all->reps,
			 "median_repetition", (int)all->window[median], "units", all->unit[median], "rows", rows);
}

struct function_rows *function_rows_new(const struct calltree *tree, struct kinds *kinds)
{
	struct function_rows *all = xcalloc(1, sizeof(*all));

	all->tree = tree;
	all->kinds = kinds;
	return all;
}

void function_rows_add(struct function_rows *all, const struct calltree_trial *trial, size_t i, double unit)
{
	const struct calltree_window *w = &trial->window[i];

	if (all->reps == FUNCTION_ROWS_REPETITIONS)
		return;
	for (size_t k = 0; k < w->entries; k++)
		add_cell(all, &w->entry[k]);
	all->window[all->reps] = i;
	all->unit[all->reps] = unit;
	all->total[all->reps] = w->total / unit;
	all->reps++;
}

void function_rows_free(struct function_rows *all)
{
	free(all->cell);
	free(all);
}
