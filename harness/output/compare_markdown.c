// SPDX-License-Identifier: GPL-2.0-or-later
/* compare_markdown - a comparison as a table in Markdown */
#include <math.h>
#include <string.h>
#include "compare/compare_words.h"
#include "output/compare_beside.h"
#include "output/compare_explained.h"
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

/* ---- function by function ---- */

static void explained_title(FILE *out)
{
	fputs("\n**Function by function**, instructions a unit: change = by calls (calls that B has more, each as long as in "
	      "A) + by length (what the length of B's calls changed by)\n",
	      out);
}

static void explained_head(FILE *out, const char *point, const char *sentence, bool rows)
{
	fputs("\n**", out);
	write_escaped(out, point);
	fputs("**: ", out);
	write_escaped(out, sentence);
	putc('\n', out);
	if (rows)
		fputs("\n| function | executor, kind | A to B | calls | length of a call | by calls | by length | change |\n"
		      "|---|---|--:|--:|--:|--:|--:|--:|\n",
		      out);
}

static void explained_row(FILE *out, const struct explained_row *row)
{
	fputs("| ", out);
	write_escaped(out, row->function);
	fprintf(out, " | %s, %s%s | ", row->executor, row->kind, row->mark);
	write_escaped(out, row->insns);
	fputs(" | ", out);
	write_escaped(out, row->calls);
	fputs(" | ", out);
	write_escaped(out, row->length);
	fprintf(out, " | %s | %s | %s |\n", row->by_calls, row->by_length, row->change);
}

/* A paragraph of its own: right below a table it would be one more row. */
static void explained_say(FILE *out, const char *sentence)
{
	putc('\n', out);
	write_escaped(out, sentence);
	putc('\n', out);
}

static void explained_end(FILE *out)
{
	(void)out; /* the next head begins a paragraph */
}

static const struct explained_layout explained = { explained_title, explained_head, explained_row, explained_say,
						   explained_end };

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
	explained_write(out, c, &explained);
	putc('\n', out);
	words_tail(out, c, say);
	return 0;
}
