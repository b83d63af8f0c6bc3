// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * compare_lkml - the comparison as plain text for a cover letter: at most 75 columns, ASCII, no tabs
 *
 * One table for each benchmark and metric. Parameters that all its points
 * share stand in its title, so that the rows' labels stay short.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/minmax.h"
#include "base/text.h"
#include "compare/compare_words.h"
#include "output/compare_explained.h"
#include "output/compare_format.h"
#include "record/path.h"

#define COLUMNS 75
#define LABEL	31 /* what 75 columns leave beside the numbers */

/* ---- paragraphs ------------------------------------------------------------- */

static void put_ascii(FILE *out, const char *text, size_t n)
{
	for (size_t i = 0; i < n && text[i]; i++)
		putc((unsigned char)text[i] < 128 ? text[i] : '?', out);
}

/* Words, wrapped; lines after the first are indented by two. A word that is longer than a line is broken. */
static void wrap(FILE *out, const char *text)
{
	size_t at = 0, indent = 0;

	while (*text) {
		size_t word = strcspn(text, " \n"), fits = min(word, (size_t)COLUMNS - 2);

		if (at > indent && at + 1 + fits > COLUMNS) {
			fputs("\n  ", out);
			at = indent = 2;
		} else if (at > indent) {
			putc(' ', out);
			at++;
		}
		put_ascii(out, text, fits);
		at += fits;
		text += fits;
		text += strspn(text, " \n");
	}
	putc('\n', out);
}

static void say(FILE *out, const char *sentence)
{
	wrap(out, sentence);
}

/* ---- labels ----------------------------------------------------------------- */

struct table {
	const struct comparison *c;
	size_t first, end; /* rows */
};

static bool same_table(const struct compare_row *a, const struct compare_row *b)
{
	return !strcmp(a->benchmark, b->benchmark) && !strcmp(a->metric, b->metric);
}

static bool is_in(const struct table *t, size_t i)
{
	return t->c->row[i].primary && same_table(&t->c->row[i], &t->c->row[t->first]);
}

/* Is " AXIS=value" (of this length) in the keys of all rows of the table? */
static bool is_shared(const struct table *t, const char *word, size_t length)
{
	for (size_t i = t->first; i < t->end; i++) {
		const char *at = t->c->row[i].point;
		bool found = false;

		if (!is_in(t, i))
			continue;
		while (!found && (at = strchr(at, ' '))) {
			at++;
			found = !strncmp(at, word, length) && strchr(" ", at[length]);
		}
		if (!found)
			return false;
	}
	return true;
}

/* The words of a key that are shared, or those that are not; free() it. */
static char *pick_words(const struct table *t, const char *key, bool shared)
{
	char *picked = xcalloc(1, strlen(key) + 2);

	for (const char *at = strchr(key, ' '); at; at = strchr(at + 1, ' ')) {
		size_t length = strcspn(at + 1, " ");

		if (is_shared(t, at + 1, length) == shared) {
			if (*picked)
				strcat(picked, " ");
			strncat(picked, at + 1, length);
		}
	}
	return picked;
}

/* ---- tables ----------------------------------------------------------------- */

static const char *mark(const struct compare_row *row)
{
	if (row->verdict == VERDICT_REGRESSED || row->verdict == VERDICT_IMPROVED)
		return " *";
	return row->verdict == VERDICT_PASS || row->verdict == VERDICT_SMALL ? "" : " ?";
}

static void write_label(FILE *out, const char *label)
{
	if (strlen(label) <= LABEL)
		fprintf(out, "%-*s", LABEL, label);
	else
		fprintf(out, "%.*s\n%*s", COLUMNS, label, LABEL, "");
}

/* The title says per cent once for the whole column. */
static char *bare_share(char buffer[WORDS_MAX], double share)
{
	char *unit = strstr(words_share(buffer, share), " %");

	if (unit)
		*unit = '\0';
	return buffer;
}

static void write_row(FILE *out, const struct table *t, const struct compare_row *row)
{
	char a[WORDS_MAX], b[WORDS_MAX], share[WORDS_MAX], interval[WORDS_MAX];
	struct change change = compare_change(row);
	char *label = pick_words(t, row->point, false);

	write_label(out, !label || !*label ? row->benchmark : label);
	if (!row->tested)
		fprintf(out, " %s\n", verdict_name(row->verdict));
	else
		fprintf(out, " %7s %7s %7s %s%s\n", words_value(a, row->a), words_value(b, row->b),
			bare_share(share, change.change), words_interval(interval, &change), mark(row));
	free(label);
}

static void write_title(FILE *out, const struct table *t)
{
	const struct compare_row *row = &t->c->row[t->first];
	char *shared = pick_words(t, row->point, true);
	char *title = text_append(NULL, "%s%s%s: %s, %s (%s is better)", row->benchmark, *shared ? " " : "", shared,
				  row->metric, row->unit, row->better);

	wrap(out, title);
	fprintf(out, "%-*s %7s %7s %7s %s\n", LABEL, "", "base", "patched", "change%", "[interval, %]");
	free(title);
	free(shared);
}

static void write_table(FILE *out, const struct table *t)
{
	putc('\n', out);
	write_title(out, t);
	for (size_t i = t->first; i < t->end; i++)
		if (is_in(t, i))
			write_row(out, t, &t->c->row[i]);
}

static bool starts_table(const struct comparison *c, size_t i)
{
	if (!c->row[i].primary)
		return false;
	for (size_t j = 0; j < i; j++)
		if (c->row[j].primary && same_table(&c->row[j], &c->row[i]))
			return false;
	return true;
}

/* Counts and bytes that are not the same. */
static void write_differing(FILE *out, const struct comparison *c)
{
	for (size_t i = 0; i < c->rows; i++) {
		const struct compare_row *row = &c->row[i];
		bool bytes = row->primary && !strcmp(row->metric, PATH_INSNS) && *row->why &&
			     (row->verdict == VERDICT_REGRESSED || row->verdict == VERDICT_IMPROVED);

		if (row->verdict == VERDICT_SEMANTICS || bytes) {
			char *line = text_append(NULL, "differs: %s: %s: %s", row->point, row->metric, row->why);

			wrap(out, line);
			free(line);
		}
	}
}

/* ---- function by function ---- */

static void explained_title(FILE *out)
{
	putc('\n', out);
	wrap(out,
	     "Function by function, instructions a unit: change = by calls (calls that patched has more, each as long as "
	     "in base) + by length (what the length of its calls changed by); A is base, B is patched");
}

static void explained_head(FILE *out, const char *point, const char *sentence, bool rows)
{
	putc('\n', out);
	wrap(out, point);
	wrap(out, sentence);
	if (rows)
		fprintf(out, "%11s %11s %11s  %s\n", "change", "by calls", "by length", "function");
}

static void explained_row(FILE *out, const struct explained_row *row)
{
	int before = fprintf(out, "%11s %11s %11s  ", row->change, row->by_calls, row->by_length);

	put_ascii(out, row->function, before < COLUMNS ? (size_t)(COLUMNS - before) : 0);
	putc('\n', out);
}

static void explained_end(FILE *out)
{
	(void)out; /* the next head begins with an empty line */
}

static const struct explained_layout explained = { explained_title, explained_head, explained_row, say, explained_end };

static bool has_path(const struct comparison *c)
{
	for (size_t i = 0; i < c->rows; i++)
		if (c->row[i].primary && !strcmp(c->row[i].metric, PATH_INSNS))
			return true;
	return false;
}

static void write_foot(FILE *out, const struct comparison *c)
{
	double least = INFINITY;
	char line[256];

	for (size_t i = 0; i < c->rows; i++)
		if (c->row[i].judged.j.has_interval)
			least = fmin(least, c->row[i].judged.j.interval.coverage);
	if (has_path(c))
		wrap(out,
		     "path_insns: of the calling thread in the kernel, without loops that copy or clear pages, refills "
		     "of lists, and what other tasks do meanwhile");
	snprintf(line, sizeof(line), "* beyond the margin, Holm-adjusted p <= %g   ? not shown either way", c->alpha);
	wrap(out, line);
	snprintf(line, sizeof(line), "base, patched: median over sessions; interval of the change: %.1f %% or more",
		 100 * least);
	if (isfinite(least))
		wrap(out, line);
}

int compare_write_lkml(FILE *out, const struct comparison *c, bool all)
{
	(void)all; /* a cover letter has one number a point */
	words_head(out, c, say);
	for (size_t i = 0; i < c->rows; i++)
		if (starts_table(c, i))
			write_table(out, &(struct table){ c, i, c->rows });
	explained_write(out, c, &explained);
	putc('\n', out);
	write_differing(out, c);
	if (c->rows)
		write_foot(out, c);
	words_tail(out, c, say);
	return 0;
}
