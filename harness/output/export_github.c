// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * export_github - what a GitHub workflow shows: a step summary and annotations
 *
 * A summary above 1024 KiB is refused whole, and of annotations ten a type and
 * step are shown: both are kept here, with a line that says what was left out.
 */
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/printable.h"
#include "output/compare_format.h"
#include "output/export.h"

#define SUMMARY_BYTES_MAX (1000 << 10)
#define ANNOTATIONS_MAX	  10 /* of each type */

/* ---- the summary ------------------------------------------------------------------- */

/* Characters that would end the cell or start markup. */
static void write_cell(FILE *out, const char *text)
{
	for (size_t length; *text; text += length ?: 1) {
		length = printable_bytes(text);
		if (strchr("\\`*_[]|~<>&", *text))
			putc('\\', out);
		fwrite(length ? text : " ", 1, length ?: 1, out);
	}
}

static void write_cases_table(FILE *out, const struct cases *cases)
{
	fputs("### ", out);
	write_cell(out, cases->title);
	fputs("\n\n| point | outcome |\n|---|---|\n", out);
	for (size_t i = 0; i < cases->n; i++) {
		fputs("| ", out);
		write_cell(out, cases->item[i].name);
		fputs(" | ", out);
		write_cell(out, cases->item[i].message);
		fputs(" |\n", out);
	}
}

static int write_whole(FILE *out, const struct export_source *source)
{
	struct cases *cases;

	if (source->comparison)
		return compare_write_markdown(out, source->comparison, false);
	cases = export_cases(source);
	if (!cases)
		return -1;
	write_cases_table(out, cases);
	cases_free(cases);
	return 0;
}

/* Cut after a whole line. */
static void write_cut(FILE *out, const char *text, size_t length)
{
	size_t end = length;

	if (length > SUMMARY_BYTES_MAX)
		for (end = SUMMARY_BYTES_MAX; end && text[end - 1] != '\n'; end--)
			;
	fwrite(text, 1, end, out);
	if (end < length)
		fprintf(out, "\n%zu KiB more were left out; the run folder has them all.\n",
			(length - end + 1023) >> 10);
}

int export_github_summary(FILE *out, const struct export_source *source)
{
	char *text = NULL;
	size_t length = 0;
	FILE *buffer = open_memstream(&text, &length);
	int r;

	if (!buffer)
		alloc_failed();
	r = write_whole(buffer, source);
	fclose(buffer);
	if (r == 0)
		write_cut(out, text, length);
	free(text);
	return r;
}

/* ---- annotations ------------------------------------------------------------------- */

static void write_escaped(FILE *out, const char *text, const char *special)
{
	for (size_t length; *text; text += length ?: 1) {
		length = printable_bytes(text);
		if (strchr(special, *text))
			fprintf(out, "%%%02X", (unsigned char)*text);
		else
			fwrite(length ? text : "?", 1, length ?: 1, out);
	}
}

static void write_annotation(FILE *out, const char *type, const char *title, const char *message)
{
	fprintf(out, "::%s title=", type);
	write_escaped(out, title, "%\r\n:,");
	fputs("::", out);
	write_escaped(out, message, "%\r\n");
	putc('\n', out);
}

static int worst_first(const void *a, const void *b)
{
	const struct test_case *x = *(const struct test_case *const *)a, *y = *(const struct test_case *const *)b;

	return (x->size < y->size) - (x->size > y->size);
}

static bool is_error(const struct test_case *t)
{
	return t->status == CASE_FAIL || t->status == CASE_ERROR;
}

/* What is skipped because the machine lacks it is no news; what could not be decided is. */
static bool is_warning(const struct test_case *t)
{
	static const char *const words[] = { "inconclusive", "unstable", "flagged", "semantics", NULL };

	for (const char *const *w = words; *w; w++)
		if (!strcmp(t->word, *w))
			return !is_error(t);
	return false;
}

/* The last of those shown makes room for the count of those that are not. */
static void write_type(FILE *out, const struct cases *cases, const char *type,
		       bool (*belongs)(const struct test_case *t))
{
	const struct test_case **list = xcalloc(cases->n + 1, sizeof(*list));
	char more[64];
	size_t n = 0;

	for (size_t i = 0; i < cases->n; i++)
		if (belongs(&cases->item[i]))
			list[n++] = &cases->item[i];
	if (n)
		qsort(list, n, sizeof(*list), worst_first);
	for (size_t i = 0; i < n && i < ANNOTATIONS_MAX; i++) {
		if (i == ANNOTATIONS_MAX - 1 && n > ANNOTATIONS_MAX) {
			snprintf(more, sizeof(more), "%zu more points", n - i);
			write_annotation(out, type, more, "the step summary has them all");
		} else {
			write_annotation(out, type, list[i]->name, list[i]->message);
		}
	}
	free(list);
}

int export_github_annotations(FILE *out, const struct export_source *source)
{
	struct cases *cases = export_cases(source);

	if (!cases)
		return -1;
	write_type(out, cases, "error", is_error);
	write_type(out, cases, "warning", is_warning);
	cases_free(cases);
	return 0;
}
