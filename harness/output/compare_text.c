// SPDX-License-Identifier: GPL-2.0-or-later
/* compare_text - a comparison as a table for a terminal */
#include <math.h>
#include <string.h>
#include "base/minmax.h"
#include "compare/compare_words.h"
#include "output/compare_beside.h"
#include "output/compare_explained.h"
#include "output/compare_format.h"
#include "output/compare_moved.h"

#define POINT_WIDTH_MAX 72

static void say(FILE *out, const char *sentence)
{
	fprintf(out, "%s\n", sentence);
}

static bool is_wanted(const struct compare_row *row, bool all)
{
	return row->primary || row->verdict == VERDICT_SEMANTICS || all;
}

static int point_width(const struct comparison *c, bool all)
{
	size_t width = 8;

	for (size_t i = 0; i < c->rows; i++)
		if (is_wanted(&c->row[i], all) && strlen(c->row[i].point) > width)
			width = strlen(c->row[i].point);
	return min((int)width, POINT_WIDTH_MAX);
}

static void write_numbers(FILE *out, const struct compare_row *row)
{
	char a[WORDS_MAX], b[WORDS_MAX], share[WORDS_MAX], interval[WORDS_MAX], catches[WORDS_MAX];
	struct change change = compare_change(row);

	fprintf(out, "  %8s %8s  %9s  %-18s %8s", words_value(a, row->a), words_value(b, row->b),
		words_share(share, change.change), words_interval(interval, &change),
		words_size(catches, row->catches));
}

static void write_row(FILE *out, const struct compare_row *row, int width)
{
	fprintf(out, "%-*s", width, row->point);
	write_numbers(out, row);
	fprintf(out, "  %s%s%s", verdict_name(row->verdict), row->primary && !row->gating ? ", advisory" : "",
		row->confirmed ? ", confirmed on fresh sessions" : "");
	fprintf(out, "%s%s\n", *row->why ? ": " : "", row->why);
}

/* Rows of one metric stand together under its name and unit only where it changes: runs of rows share it. */
static void write_rows(FILE *out, const struct comparison *c, bool all)
{
	int width = point_width(c, all);
	const char *metric = "";

	fprintf(out, "%-*s  %8s %8s  %9s  %-18s %8s  %s\n", width, "POINT", "A", "B", "CHANGE", "[INTERVAL, %]",
		"CATCHES", "VERDICT");
	for (size_t i = 0; i < c->rows; i++) {
		const struct compare_row *row = &c->row[i];

		if (!is_wanted(row, all))
			continue;
		if (strcmp(metric, row->metric))
			fprintf(out, "-- %s%s%s%s%s\n", row->metric, *row->unit ? ", " : "", row->unit,
				strcmp(row->better, "neither") ? ", better: " : "",
				strcmp(row->better, "neither") ? row->better : "");
		metric = row->metric;
		write_row(out, row, width);
	}
}

/* What a path does not show: its own table, where any point has one. */
static void write_beside(FILE *out, const struct comparison *c)
{
	char cell[BESIDE_COLUMNS][BESIDE_CELL];
	int width = point_width(c, false);
	bool headed = false;

	for (size_t i = 0; i < c->rows; i++) {
		if (!beside_cells(c, i, cell))
			continue;
		if (!headed)
			fprintf(out, "%-*s  %18s  %18s  %18s  %18s\n", width, "BESIDE THE PATH", beside_heading[0],
				beside_heading[1], beside_heading[2], beside_heading[3]);
		headed = true;
		fprintf(out, "%-*s  %18s  %18s  %18s  %18s\n", width, c->row[i].point, cell[0], cell[1], cell[2],
			cell[3]);
	}
	if (headed)
		putc('\n', out);
}

static void write_function(FILE *out, const struct moved *m)
{
	fprintf(out, "%12s  %8s %8s  noise %6s  %s: %s (%s, %s): %s\n", m->change, m->a, m->b, m->noise, m->verdict,
		m->function, m->executor, m->kind, m->point);
}

static void write_sort(FILE *out, const struct comparison *c, enum moved_sort sort)
{
	size_t n = moved_each(c, sort, write_function, out);

	if (n > MOVED_SHOWN)
		fprintf(out, "%12s  %zu more, in the JSON\n", "...", n - MOVED_SHOWN);
}

/* Those of one side apart: a function may merely have been given another name, or be inlined now. */
static void write_functions(FILE *out, const struct comparison *c)
{
	if (!json_array_size(c->functions))
		return;
	fprintf(out, "FUNCTIONS BEYOND THEIR NOISE, instructions a unit: change, A, B\n");
	write_sort(out, c, MOVED_BOTH);
	write_sort(out, c, MOVED_ONE_SIDED);
	putc('\n', out);
}

/* ---- function by function ---- */

static void explained_title(FILE *out)
{
	fprintf(out,
		"FUNCTION BY FUNCTION, instructions a unit: CHANGE = BY CALLS, calls that B has more, each as long as in "
		"A, + BY LENGTH, what the length of B's calls changed by\n\n");
}

static void explained_head(FILE *out, const char *point, const char *sentence, bool rows)
{
	fprintf(out, "%s: %s\n", point, sentence);
	if (rows)
		fprintf(out, "%12s %12s %12s  %-18s %-18s %-18s %s\n", "CHANGE", "BY CALLS", "BY LENGTH", "A -> B",
			"CALLS", "LENGTH OF A CALL", "FUNCTION");
}

static void explained_row(FILE *out, const struct explained_row *row)
{
	fprintf(out, "%12s %12s %12s  %-18s %-18s %-18s %s (%s, %s)%s\n", row->change, row->by_calls, row->by_length,
		row->insns, row->calls, row->length, row->function, row->executor, row->kind, row->mark);
}

static void explained_end(FILE *out)
{
	putc('\n', out);
}

static const struct explained_layout explained = { explained_title, explained_head, explained_row, say, explained_end };

static void write_coverage(FILE *out, const struct comparison *c)
{
	double least = INFINITY;

	for (size_t i = 0; i < c->rows; i++)
		if (c->row[i].judged.j.has_interval && c->row[i].judged.j.interval.coverage < least)
			least = c->row[i].judged.j.interval.coverage;
	if (isfinite(least))
		fprintf(out, "intervals hold the change with %.1f %% or more; ", 100 * least);
	fprintf(out, "CATCHES is the smallest change that had a chance of %.0f %% of being called\n", 100 * c->power);
}

int compare_write_text(FILE *out, const struct comparison *c, bool all)
{
	words_head(out, c, say);
	if (c->rows) {
		putc('\n', out);
		write_rows(out, c, all);
		putc('\n', out);
		write_beside(out, c);
		write_functions(out, c);
		explained_write(out, c, &explained);
		write_coverage(out, c);
	}
	words_tail(out, c, say);
	return 0;
}
