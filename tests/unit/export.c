// SPDX-License-Identifier: GPL-2.0-or-later
/* export: what other tools read of a run or a comparison, and the tables for people. Runs are made, nothing is measured. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fault.h"
#include "base/file.h"
#include "compare/compare.h"
#include "make_run.h"
#include "output/cost.h"
#include "output/export.h"
#include "output/samples.h"
#include "output/table.h"

static char folder[] = "/tmp/nodehop-export-XXXXXX";

/* A point that costs as much, under a name with marks that mean something elsewhere. */
#define COST(key, ...)                                                                                                 \
	{                                                                                                              \
		key, .metric = "page_insns", .class = "counted", .unit = "instructions", .value = { __VA_ARGS__ }      \
	}

static char *exported(int (*write)(FILE *out, const struct export_source *source), const struct run *run,
		      const struct comparison *c)
{
	const struct export_source source = { run, c };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(write(out, &source), 0);
	fclose(out);
	return text;
}

static void has(const char *text, const char *wanted)
{
	if (!strstr(text, wanted))
		fail_msg("no \"%s\" in:\n%s", wanted, text);
}

static void has_no(const char *text, const char *unwanted)
{
	if (strstr(text, unwanted))
		fail_msg("\"%s\" is in:\n%s", unwanted, text);
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

/* ---- a run ---- */

static struct run *odd_run(void)
{
	static const struct told told[] = { COST("a<b> &\"x\"=1", 100, 200, 300),
					    COST("c #1", 7, 7, 7),
					    { "d", "skipped", "no-node", .metric = "page_insns", .class = "counted" },
					    { "e", "wrong", "left-behind", .metric = "page_insns", .class = "counted" },
					    {} };

	return make_run(folder, &(struct said){ .name = "odd", .sessions = 3 }, told);
}

static void junit_is_xml(void **state)
{
	struct run *run = odd_run();
	char *text = exported(export_junit, run, NULL);

	(void)state;
	has(text, "name=\"a&lt;b&gt; &amp;&quot;x&quot;=1\"");
	has(text, "tests=\"4\" failures=\"1\" errors=\"0\" skipped=\"1\"");
	has_no(text, "a<b");
	free(text);
	run_free(run);
}

static void ktap_has_no_directive_of_a_name(void **state)
{
	struct run *run = odd_run();
	char *text = exported(export_ktap, run, NULL);

	(void)state;
	has(text, "\nok 2 c  1\n");
	has(text, "\nok 3 d # SKIP skipped: no-node: as it was told\n");
	has(text, "\nnot ok 4 e\n");
	has(text, "# Totals: pass:2 fail:1 xfail:0 xpass:0 skip:1 error:0\n");
	free(text);
	run_free(run);
}

static void gobench_lines_are_of_samples_that_count(void **state)
{
	struct run *run = odd_run();
	char *text = exported(export_gobench, run, NULL);

	(void)state;
	assert_int_equal(count(text, "BenchmarkC/#1 1 7 page-insns\n"), 9); /* three sessions of three, no warm-up */
	has_no(text, " 63 ");						    /* which was 9 times as slow */
	has(text, "machine: 2s\nmode: counted\nkernel: linux-image-6.12\n");
	has(text, "Unit page-insns better=lower\n");
	free(text);
	run_free(run);
}

/* ---- a comparison ---- */

/* Points that became slower by 1, 2, 3, ... times two percent; one of them is advisory. */
static struct comparison *slower(size_t points)
{
	static struct told a[20], b[20];
	static char key[20][8];
	struct run *run_a, *run_b;
	struct comparison *c;

	memset(a, 0, sizeof(a));
	for (size_t i = 0; i < points; i++) {
		snprintf(key[i], sizeof(key[i]), "p%02zu", i);
		a[i] = (struct told)COST(key[i], 100, 100, 100, 100, 100, 100, 100, 100);
		b[i] = a[i];
		for (size_t k = 0; k < 8; k++)
			b[i].value[k] *= 1 + 0.02 * (double)(i + 1);
	}
	b[points] = a[points] = (struct told){};
	run_a = make_run(folder, &(struct said){ .name = "a", .sessions = 8 }, a);
	run_b = make_run(folder, &(struct said){ .name = "b", .sessions = 8 }, b);
	c = compare_runs(run_a, run_b, &(struct compare_options){ .alpha = 0.5 });
	assert_non_null(c);
	assert_int_equal(compare_judge(c), 0);
	run_free(run_a);
	run_free(run_b);
	return c;
}

/* Ten of a type are shown by GitHub: the worst nine, and a line that says how many more there are. */
static void annotations_are_the_worst_ten(void **state)
{
	struct comparison *c = slower(12);
	char *text = exported(export_github_annotations, NULL, c);

	(void)state;
	assert_int_equal(count(text, "::error "), 10);
	assert_int_equal(strncmp(text, "::error title=p11::", 19), 0);
	has(text, "title=p03::");
	has_no(text, "title=p02::");
	has(text, "::error title=3 more points::");
	free(text);
	compare_free(c);
	c = slower(10);
	text = exported(export_github_annotations, NULL, c);
	assert_int_equal(count(text, "::error "), 10);
	has(text, "title=p00::");
	free(text);
	compare_free(c);
}

static void an_advisory_point_fails_no_job(void **state)
{
	struct comparison *c = slower(2);
	char *text;

	(void)state;
	assert_int_equal(c->row[0].verdict, VERDICT_REGRESSED);
	c->row[0].gating = false;
	text = exported(export_junit, NULL, c);
	has(text, "tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\"");
	has(text, "regressed (advisory): page_insns 100 -&gt; 102 instructions, +2.00 %");
	free(text);
	compare_free(c);
}

/* ---- tables ---- */

/* What a call prints; free() it. */
static char *printed(const struct run *run, int (*print)(const struct run *run))
{
	FILE *before = stdout;
	char *text = NULL;
	size_t size;

	stdout = open_memstream(&text, &size);
	assert_int_equal(print(run), 0);
	fclose(stdout);
	stdout = before;
	return text;
}

static int print_first_point(const struct run *run)
{
	return samples_print(run, run->point[0].key);
}

static void rates_are_in_gigabytes_a_second(void **state)
{
	static const struct told told[] = { { "move", .metric = "page_ns", .class = "noisy", .unit = "ns",
					      .value = { 800, 800, 800 } },
					    { "move", .metric = "rate_bps", .class = "noisy", .better = "higher",
					      .unit = "B/s", .value = { 5.12e9, 5.12e9, 5.12e9 } },
					    { "copy", .metric = "rate_bps", .class = "noisy", .better = "higher",
					      .unit = "B/s", .value = { 1.5e9, 1.5e9, 1.5e9 } },
					    {} };
	struct run *run = make_run(folder, &(struct said){ .name = "h", .mode = "hardware", .sessions = 3 }, told);
	char *text = printed(run, table_print);

	(void)state;
	has(text, "GB/s");
	has(text, "move    800 ns/page  5.12   0.00%  9  ok\n");
	has(text, "copy    1.5 GB/s     1.50   0.00%  9  ok\n");
	has(text, "2 points, 2 ok; hardware, 3 sessions\n");
	free(text);
	run_free(run);
}

static void a_lab_without_time_shows_what_moved(void **state)
{
	static const struct told told[] = {
		{ "move", .metric = "page_ns", .class = "untimed", .unit = "ns", .value = { 800, 900, 700 } },
		{ "move", .metric = "pages_moved", .class = "exact", .unit = "pages", .value = { 512, 512, 512 } },
		{ "move", .metric = "pages_asked", .class = "exact", .unit = "pages", .value = { 600, 600, 600 } },
		{}
	};
	struct run *run = make_run(folder, &(struct said){ .name = "f", .mode = "fast", .sessions = 3 }, told);
	char *text = printed(run, table_print);

	(void)state;
	has(text, "moved");
	has(text, "512 of 600 pages");
	has_no(text, "800");
	free(text);
	run_free(run);
}

static void samples_that_were_left_out_are_counted(void **state)
{
	static const struct told told[] = { { "x", .metric = "page_insns", .class = "counted", .unit = "instructions",
					      .value = { 100, 100, 100 }, .disturbed = 1 },
					    {} };
	struct run *run = make_run(folder, &(struct said){ .name = "d", .sessions = 3 }, told);
	char *text = printed(run, table_print);

	(void)state;
	has(text, "x       100 insns/page   0.00%  6 of 9  ok\n");
	free(text);
	run_free(run);
}

/* 15 us a call, 6 us a folio and half a nanosecond a byte: of pages of 4 KiB, of 64 and of 256. */
#define MOVED(key, calls, folios)                                                                                      \
	{ key, .metric = "wall_ns", .class = "noisy", .unit = "ns",                                                    \
	  .value = { 15000.0 * (calls) + 6000.0 * (folios) + 0.5 * 4096 * 512 } },                                     \
		{ key, .metric = "calls", .class = "exact", .value = { calls } },                                      \
		{ key, .metric = "folios", .class = "exact", .value = { folios } },                                    \
		{ key, .metric = "pages_asked", .class = "exact", .value = { 512 } },                                  \
	{                                                                                                              \
		key, .metric = "pages_moved", .class = "exact", .value = { 512 }                                       \
	}

static void costs_are_a_call_a_folio_and_a_kib(void **state)
{
	static const struct told told[] = { MOVED("move a", 512, 512), MOVED("move b", 8, 512), MOVED("move c", 32, 32),
					    MOVED("move d", 8, 8),     MOVED("move e", 1, 8),	{} };
	struct run *run = make_run(folder, &(struct said){ .name = "m", .mode = "hardware", .sessions = 1 }, told);
	char *text = printed(run, cost_print);

	(void)state;
	has(text, "move  pte: per call 15.0k ns, per folio 6000, per KiB 512; worst residual 0.0 % of 5 points\n");
	free(text);
	run_free(run);
}

/* Points of one cause share a sentence. */
static void a_cause_is_told_once_with_its_points(void **state)
{
	static const struct told told[] = { COST("x", 100, 100, 100),
					    { "y", "skipped", "no-node", .metric = "page_insns", .class = "counted" },
					    { "z", "skipped", "no-node", .metric = "page_insns", .class = "counted" },
					    { "w", "skipped", "no-thp", .metric = "page_insns", .class = "counted" },
					    {} };
	struct run *run = make_run(folder, &(struct said){ .name = "s", .sessions = 3 }, told);
	char *text = printed(run, table_print);

	(void)state;
	has(text, "skipped: no-node (2 points): as it was told\n");
	has(text, "skipped: no-thp (1 point): as it was told\n");
	has(text, "4 points, 1 ok, 3 skipped; counted, 3 sessions\n");
	free(text);
	run_free(run);
}

static void samples_are_all_there(void **state)
{
	static const struct told told[] = {
		{ "x", .metric = "page_insns", .class = "counted", .unit = "instructions", .value = { 100, 100 },
		  .scatter = 0.5 },
		{ "x", .metric = "falls", .class = "counted", .unit = "count", .value = { 9, 5 } },
		{ "x", .metric = "calls", .class = "exact", .unit = "count", .value = { 2, 2 } },
		{}
	};
	struct run *run = make_run(folder, &(struct said){ .name = "x", .sessions = 2 }, told);
	char *text = printed(run, print_first_point);

	(void)state;
	has(text, "always calls: 2 count\n");
	has(text, "session  rep  page_insns  falls  status\n");
	has(text, "      1    0         100      9  ok\n");
	has(text, "      1    1          50      9  ok\n");
	has(text, "      2    3         900     45  warm-up, ok\n");
	has(text, "8 samples\n");
	free(text);
	run_free(run);
}

static void what_never_changes_stands_above(void **state)
{
	static const struct told told[] = {
		COST("x", 100, 100), { "x", .metric = "gone", .class = "exact", .unit = "count", .value = { 9 } }, {}
	};
	struct run *run = make_run(folder, &(struct said){ .name = "n", .sessions = 2 }, told);
	char *text;

	(void)state;
	text = printed(run, print_first_point);
	has_no(text, "always gone"); /* it is not there in the second session */
	free(text);
	run_free(run);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	return file_remove_folder(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(junit_is_xml),
		cmocka_unit_test(ktap_has_no_directive_of_a_name),
		cmocka_unit_test(gobench_lines_are_of_samples_that_count),
		cmocka_unit_test(annotations_are_the_worst_ten),
		cmocka_unit_test(an_advisory_point_fails_no_job),
		cmocka_unit_test(rates_are_in_gigabytes_a_second),
		cmocka_unit_test(a_lab_without_time_shows_what_moved),
		cmocka_unit_test(a_cause_is_told_once_with_its_points),
		cmocka_unit_test(samples_that_were_left_out_are_counted),
		cmocka_unit_test(costs_are_a_call_a_folio_and_a_kib),
		cmocka_unit_test(samples_are_all_there),
		cmocka_unit_test(what_never_changes_stands_above),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
