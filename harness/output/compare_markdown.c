// SPDX-License-Identifier: GPL-2.0-or-later
/* compare_markdown - a comparison as a table in Markdown */
#include <math.h>
#include <string.h>
#include "compare/compare_words.h"
#include "output/compare_beside.h"
#include "output/compare_format.h"
#include "output/compare_moved.h"

/* Text from a run folder, made safe: no markup, no new cell, no new line. */
static void write_escaped(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("\\`*_[]|~<>&", *text))
			putc('\\', out);
		putc(*text == '\n' ? ' ' : *text, out);
	}
}

static void say(FILE *out, const char *sentence)
{
	fputs("- ", out);
	write_escaped(out, sentence);
	putc('\n', out);
}

static void write_row(FILE *out, const struct compare_row *row)
{
	char a[WORDS_MAX], b[WORDS_MAX], share[WORDS_MAX], interval[WORDS_MAX], catches[WORDS_MAX];
	struct change change = compare_change(row);
	bool loud = row->verdict == VERDICT_REGRESSED || row->verdict == VERDICT_ERROR;

	fputs("| ", out);
	write_escaped(out, row->point);
	fputs(" | ", out);
	write_escaped(out, row->metric);
	fprintf(out, " | %s | %s | %s | %s | %s | %s%s%s%s%s", words_value(a, row->a), words_value(b, row->b),
		words_share(share, change.change), words_interval(interval, &change), words_size(catches, row->catches),
		loud ? "**" : "", verdict_name(row->verdict), loud ? "**" : "",
		row->primary && !row->gating ? ", advisory" : "", *row->why ? ": " : "");
	write_escaped(out, row->why);
	fputs(" |\n", out);
}

/* What a path does not show. */
static void write_beside(FILE *out, const struct comparison *c)
{
	char cell[BESIDE_COLUMNS][BESIDE_CELL];
	bool headed = false;

	for (size_t i = 0; i < c->rows; i++) {
		if (!beside_cells(c, i, cell))
			continue;
		if (!headed)
			fprintf(out, "\n| beside the path | %s | %s | %s | %s |\n|---|--:|--:|--:|--:|\n",
				beside_heading[0], beside_heading[1], beside_heading[2], beside_heading[3]);
		headed = true;
		fputs("| ", out);
		write_escaped(out, c->row[i].point);
		fprintf(out, " | %s | %s | %s | %s |\n", cell[0], cell[1], cell[2], cell[3]);
	}
}

static void write_function(FILE *out, const struct moved *m)
{
	fputs("| ", out);
	write_escaped(out, m->function);
	fprintf(out, " | %s, %s | %s | %s | %s | %s | %s | ", m->executor, m->kind, m->a, m->b, m->change, m->noise,
		m->verdict);
	write_escaped(out, m->point);
	fputs(" |\n", out);
}

static void write_functions(FILE *out, const struct comparison *c)
{
	if (!json_array_size(c->functions))
		return;
	fputs("\n| function | executor, kind | A | B | change | noise | verdict | point |\n"
	      "|---|---|--:|--:|--:|--:|---|---|\n",
	      out);
	for (enum moved_sort sort = MOVED_BOTH; sort <= MOVED_ONE_SIDED; sort++) {
		size_t n = moved_each(c, sort, write_function, out);

		if (n > MOVED_SHOWN)
			fprintf(out, "| %zu more, in the JSON | | | | | | | |\n", n - MOVED_SHOWN);
	}
}

int compare_write_markdown(FILE *out, const struct comparison *c, bool all)
{
	words_head(out, c, say);
	if (c->rows)
		fputs("\n| point | metric | A | B | change | interval, % | catches | verdict |\n"
		      "|---|---|--:|--:|--:|:-:|--:|---|\n",
		      out);
	for (size_t i = 0; i < c->rows; i++)
		if (c->row[i].primary || c->row[i].verdict == VERDICT_SEMANTICS || all)
			write_row(out, &c->row[i]);
	write_beside(out, c);
	write_functions(out, c);
	putc('\n', out);
	words_tail(out, c, say);
	return 0;
}
