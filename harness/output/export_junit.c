// SPDX-License-Identifier: GPL-2.0-or-later
/* export_junit - test cases as JUnit XML */
#include <string.h>
#include "base/printable.h"
#include "output/export.h"

/* XML 1.0 has no control characters but three, not even escaped, and no bytes that are not UTF-8. */
static void write_text(FILE *out, const char *text)
{
	for (size_t length; *text; text += length ?: 1) {
		length = printable_bytes(text); /* 0 also for what a cut message ends in */
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\t':
		case '\n':
		case '\r':
			putc(' ', out);
			break;
		default:
			fwrite(length ? text : "?", 1, length ?: 1, out);
		}
	}
}

static void write_attribute(FILE *out, const char *name, const char *value)
{
	fprintf(out, " %s=\"", name);
	write_text(out, value);
	putc('"', out);
}

static void write_element(FILE *out, const char *name, const struct test_case *t, bool has_type)
{
	fprintf(out, "   <%s", name);
	if (has_type)
		write_attribute(out, "type", t->word);
	write_attribute(out, "message", t->message);
	fputs("/>\n", out);
}

static void write_case(FILE *out, const struct test_case *t)
{
	fputs("  <testcase", out);
	write_attribute(out, "name", t->name);
	write_attribute(out, "classname", t->suite);
	fputs(" time=\"0\"", out);
	if (t->status == CASE_PASS) {
		fputs("/>\n", out);
		return;
	}
	fputs(">\n", out);
	if (t->status == CASE_FAIL)
		write_element(out, "failure", t, true);
	else if (t->status == CASE_ERROR)
		write_element(out, "error", t, true);
	else
		write_element(out, "skipped", t, false);
	fputs("  </testcase>\n", out);
}

/* The numbers of points that passed: the format has no other place for them. */
static void write_output(FILE *out, const struct cases *cases)
{
	fputs("  <system-out>", out);
	for (size_t i = 0; i < cases->n; i++) {
		write_text(out, cases->item[i].name);
		fputs(": ", out);
		write_text(out, cases->item[i].message);
		putc('\n', out);
	}
	fputs("</system-out>\n  <system-err></system-err>\n", out);
}

static void write_suite(FILE *out, const struct cases *cases)
{
	char when[20];

	snprintf(when, sizeof(when), "%.19s", *cases->when ? cases->when : "1970-01-01T00:00:00");
	fputs(" <testsuite id=\"0\" package=\"nodehop\"", out);
	write_attribute(out, "name", cases->title);
	write_attribute(out, "timestamp", when);
	write_attribute(out, "hostname", *cases->machine ? cases->machine : "localhost");
	fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"0\">\n  <properties/>\n",
		cases->n, cases_count(cases, CASE_FAIL), cases_count(cases, CASE_ERROR), cases_count(cases, CASE_SKIP));
	for (size_t i = 0; i < cases->n; i++)
		write_case(out, &cases->item[i]);
	write_output(out, cases);
	fputs(" </testsuite>\n", out);
}

int export_junit(FILE *out, const struct export_source *source)
{
	struct cases *cases = export_cases(source);

	if (!cases)
		return -1;
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n", out);
	write_suite(out, cases);
	fputs("</testsuites>\n", out);
	cases_free(cases);
	return 0;
}
