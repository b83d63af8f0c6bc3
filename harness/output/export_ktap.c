// SPDX-License-Identifier: GPL-2.0-or-later
/* export_ktap - test cases as KTAP */
#include <string.h>
#include "base/printable.h"
#include "output/export.h"

/* '#' begins a directive in a result line, and a line is all there is. */
static void write_text(FILE *out, const char *text)
{
	for (size_t length; *text; text += length ?: 1) {
		length = printable_bytes(text);
		fwrite(length && *text != '#' ? text : " ", 1, length ?: 1, out);
	}
}

/* The message goes before the result, as a diagnostic line: that is where KTAP wants it. */
static void write_case(FILE *out, size_t number, const struct test_case *t)
{
	fputs("# ", out);
	write_text(out, t->message);
	fprintf(out, "\n%s %zu ", t->status == CASE_FAIL || t->status == CASE_ERROR ? "not ok" : "ok", number);
	write_text(out, t->name);
	if (t->status == CASE_SKIP) {
		fputs(" # SKIP ", out);
		write_text(out, t->message);
	} else if (t->status == CASE_ERROR) {
		fputs(" # ERROR ", out);
		write_text(out, t->message);
	}
	putc('\n', out);
}

int export_ktap(FILE *out, const struct export_source *source)
{
	struct cases *cases = export_cases(source);

	if (!cases)
		return -1;
	fprintf(out, "KTAP version 1\n1..%zu\n", cases->n);
	for (size_t i = 0; i < cases->n; i++)
		write_case(out, i + 1, &cases->item[i]);
	fprintf(out, "# Totals: pass:%zu fail:%zu xfail:0 xpass:0 skip:%zu error:%zu\n", cases_count(cases, CASE_PASS),
		cases_count(cases, CASE_FAIL), cases_count(cases, CASE_SKIP), cases_count(cases, CASE_ERROR));
	cases_free(cases);
	return 0;
}
