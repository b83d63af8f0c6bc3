// SPDX-License-Identifier: GPL-2.0-or-later
/* samples - prints every stored sample of one point */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/csv.h"
#include "base/fault.h"
#include "base/minmax.h"
#include "base/nearest.h"
#include "output/samples.h"
#include "output/table.h"

struct row {
	int session, rep;
	bool warmup;
	char status[32];
	double *value; /* by metric; NAN where there is none */
};

struct samples {
	const struct run *run;
	size_t point;
	struct row *row;
	size_t rows;
};

/* ---- gathering ----------------------------------------------------------------- */

static bool same_sample(const struct row *r, const struct run_sample *s)
{
	return r->session == s->session && r->rep == s->rep && r->warmup == s->warmup;
}

static struct row *add_row(struct samples *all, const struct run_sample *s)
{
	struct row *r;

	all->row = xgrow(all->row, all->rows, sizeof(*all->row));
	r = &all->row[all->rows++];
	*r = (struct row){ s->session, s->rep, s->warmup, "", xmalloc((all->run->metrics + 1) * sizeof(double)) };
	snprintf(r->status, sizeof(r->status), "%s", s->status);
	for (size_t m = 0; m < all->run->metrics; m++)
		r->value[m] = NAN;
	return r;
}

/* The rows of one sample stand together in the file. */
static int take(const struct run_sample *s, void *context)
{
	struct samples *all = context;
	struct row *r = all->rows ? &all->row[all->rows - 1] : NULL;

	if (s->point != all->point || !strcmp(all->run->metric[s->metric].class, "untimed"))
		return 0;
	if (!r || !same_sample(r, s))
		r = add_row(all, s);
	r->value[s->metric] = s->value;
	return 0;
}

/* ---- printing ------------------------------------------------------------------ */

static bool is_there(const struct samples *all, size_t metric)
{
	for (size_t i = 0; i < all->rows; i++)
		if (!isnan(all->row[i].value[metric]))
			return true;
	return false;
}

static bool is_constant(const struct samples *all, size_t metric)
{
	for (size_t i = 0; i < all->rows; i++)
		if (!(all->row[i].value[metric] == all->row[0].value[metric]))
			return false;
	return true;
}

static const char *print_value(char *text, size_t size, double value)
{
	if (isnan(value))
		snprintf(text, size, "-");
	else
		snprintf(text, size, fabs(value) < 99999.5 ? "%.6g" : "%.0f", value);
	return text;
}

static int width_of(const struct samples *all, size_t metric)
{
	int width = strlen(all->run->metric[metric].name), length;
	char text[32];

	for (size_t i = 0; i < all->rows; i++) {
		length = strlen(print_value(text, sizeof(text), all->row[i].value[metric]));
		width = max(length, width);
	}
	return width;
}

/* Prints the metrics that never change; marks the others as columns, by their width. */
static void print_constants(const struct samples *all, int *column)
{
	char text[32];

	for (size_t m = 0; m < all->run->metrics; m++) {
		const struct run_metric *metric = &all->run->metric[m];

		column[m] = 0;
		if (!is_there(all, m))
			continue;
		if (is_constant(all, m))
			printf("always %s: %s %s\n", metric->name,
			       print_value(text, sizeof(text), all->row[0].value[m]), metric->unit);
		else
			column[m] = width_of(all, m);
	}
}

static void print_heading(const struct samples *all, const int *column)
{
	printf("session  rep");
	for (size_t m = 0; m < all->run->metrics; m++)
		if (column[m])
			printf("  %*s", column[m], all->run->metric[m].name);
	printf("  status\n");
}

static void print_row(const struct samples *all, const struct row *r, const int *column)
{
	char text[32];

	printf("%7d  %3d", r->session, r->rep);
	for (size_t m = 0; m < all->run->metrics; m++)
		if (column[m])
			printf("  %*s", column[m], print_value(text, sizeof(text), r->value[m]));
	printf("  %s%s\n", r->warmup ? "warm-up, " : "", r->status);
}

static void print_all(const struct samples *all)
{
	int *column = xcalloc(all->run->metrics + 1, sizeof(*column));

	if (all->rows) {
		print_constants(all, column);
		print_heading(all, column);
	}
	for (size_t i = 0; i < all->rows; i++)
		print_row(all, &all->row[i], column);
	printf("%zu sample%s\n", all->rows, all->rows == 1 ? "" : "s");
	free(column);
}

/* 0, or -1 with a fault. */
static int print_table(const struct run *run, size_t point)
{
	struct samples all = { .run = run, .point = point };
	int result = run_samples(run, take, &all);

	if (!result)
		print_all(&all);
	for (size_t i = 0; i < all.rows; i++)
		free(all.row[i].value);
	free(all.row);
	return result;
}

/* ---- finding the point ---------------------------------------------------------- */

/* Of that benchmark; of any, when `benchmark` is NULL. NULL when there is none. */
static const char *nearest_key(const struct run *run, const char *key, const char *benchmark)
{
	size_t distance, least = (size_t)-1;
	const char *best = NULL;

	for (size_t i = 0; i < run->points; i++) {
		if (benchmark && strcmp(run->point[i].benchmark, benchmark))
			continue;
		distance = nearest_distance(key, run->point[i].key);
		if (distance < least) {
			least = distance;
			best = run->point[i].key;
		}
	}
	return best;
}

/* The nearest name is looked for among the points of the benchmark that was named. */
static int no_such_point(const struct run *run, const char *key)
{
	char *benchmark = xstrndup(key, strcspn(key, " "));
	const char *best = nearest_key(run, key, benchmark);

	free(benchmark);
	if (!best)
		best = nearest_key(run, key, NULL);
	if (!best)
		return fault("%s: has no points at all", run->dir);
	return fault("%s: has no point \"%s\"; the nearest is \"%s\"", run->dir, key, best);
}

int samples_print(const struct run *run, const char *key)
{
	long point = run_find_point(run, key);
	const struct run_point *p;

	if (point < 0)
		return no_such_point(run, key);
	p = &run->point[point];
	printf("%s\n%s%s%s%s%s\n", p->key, p->outcome, *p->reason ? ": " : "", p->reason, *p->detail ? ": " : "",
	       p->detail);
	if (print_table(run, point) < 0)
		return -1;
	table_print_stamps(run);
	return 0;
}
