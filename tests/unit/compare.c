// SPDX-License-Identifier: GPL-2.0-or-later
/* compare: which verdict each row gets, which rows decide, and the exit code. Runs are made, nothing is measured. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/fault.h"
#include "base/file.h"
#include "compare/compare.h"
#include "compare/compare_noisy.h"
#include "compare/compare_words.h"
#include "compare/gate_plan.h"
#include "judging/aa.h"
#include "judging/gate_file.h"
#include "make_run.h"

#define MBIND	 "mbind size=2m"
#define MOVE	 "move_pages size=2m"
#define EIGHT(v) v, v, v, v, v, v, v, v

static char folder[] = "/tmp/nodehop-compare-XXXXXX";
static struct compare_options options; /* beside alpha */

/* Two counted runs of eight sessions, judged. */
static struct comparison *judged(const struct told *told_a, const struct told *told_b)
{
	struct run *a = make_run(folder, &(struct said){ .name = "a", .sessions = 8 }, told_a),
		   *b = make_run(folder, &(struct said){ .name = "b", .sessions = 8 }, told_b);
	struct comparison *c;

	options.alpha = 0.05;
	c = compare_runs(a, b, &options);
	if (!c)
		fail_msg("%s", fault_text());
	assert_int_equal(compare_judge(c), 0);
	run_free(a);
	run_free(b);
	return c;
}

static const struct compare_row *row(const struct comparison *c, const char *key, const char *metric)
{
	for (size_t i = 0; i < c->rows; i++)
		if (!strcmp(c->row[i].point, key) && !strcmp(c->row[i].metric, metric))
			return &c->row[i];
	fail_msg("no row of %s, %s", key, metric);
	return NULL;
}

/* One point with that cost on either side, and nothing else. */
static struct comparison *of_cost(double a, double b)
{
	const struct told told_a[] = { { MOVE, .metric = "page_insns", .class = "counted", .value = { EIGHT(a) } },
				       {} },
			  told_b[] = { { MOVE, .metric = "page_insns", .class = "counted", .value = { EIGHT(b) } },
				       {} };

	return judged(told_a, told_b);
}

static int reset(void **state)
{
	(void)state;
	options = (struct compare_options){};
	return 0;
}

/* ---- counts and statuses ---- */

static enum verdict of_counts(double first_a, double rest_a, double first_b, double rest_b)
{
	const struct told told_a[] = { { MOVE, .metric = "page_insns", .class = "counted", .value = { EIGHT(9) } },
				       { MOVE, .metric = "pages_left", .class = "exact",
					 .value = { first_a, rest_a, rest_a, rest_a } },
				       {} },
			  told_b[] = { { MOVE, .metric = "page_insns", .class = "counted", .value = { EIGHT(9) } },
				       { MOVE, .metric = "pages_left", .class = "exact",
					 .value = { first_b, rest_b, rest_b, rest_b } },
				       {} };
	struct comparison *c = judged(told_a, told_b);
	enum verdict v = row(c, MOVE, "pages_left")->verdict;

	assert_int_equal(compare_exit(c), 0);
	c->strict = true;
	assert_int_equal(compare_exit(c), v == VERDICT_SEMANTICS);
	compare_free(c);
	return v;
}

/* Sessions of a side that differ among themselves say that the count hangs on something else. */
static void counts_differ_where_no_session_agrees(void **state)
{
	(void)state;
	assert_int_equal(of_counts(5, 5, 5, 5), VERDICT_PASS);
	assert_int_equal(of_counts(5, 5, 6, 6), VERDICT_SEMANTICS);
	assert_int_equal(of_counts(6, 6, 5, 5), VERDICT_SEMANTICS);
	assert_int_equal(of_counts(5, 6, 6, 6), VERDICT_PASS);
	assert_int_equal(of_counts(6, 6, 5, 6), VERDICT_PASS);
}

/* ---- who decides ---- */

static void the_worst_decides(void **state)
{
	const struct told a[] = { { MOVE, .metric = "page_insns", .class = "counted", .value = { EIGHT(100) } },
				  { MBIND, .metric = "page_insns", .class = "counted", .value = { EIGHT(100) } },
				  {} },
			  b[] = { { MOVE, .metric = "page_insns", .class = "counted", .value = { EIGHT(110) } },
				  { MBIND, .metric = "page_insns", .class = "counted", .value = { 110, 90, 110, 90 } },
				  {} };
	struct comparison *c = judged(a, b);

	(void)state;
	assert_int_equal(row(c, MOVE, "page_insns")->verdict, VERDICT_REGRESSED);
	assert_int_equal(row(c, MBIND, "page_insns")->verdict, VERDICT_INCONCLUSIVE);
	assert_int_equal(compare_exit(c), 1);
	compare_free(c);
	c = judged(a + 1, b + 1);
	assert_int_equal(compare_exit(c), 3);
	compare_free(c);
	c = of_cost(100, 100);
	assert_int_equal(compare_exit(c), 0);
	compare_free(c);
}

static int exit_of(const char *outcome_a, const char *outcome_b, const char *why)
{
	const struct told a[] = { { MOVE, outcome_a, strcmp(outcome_a, "ok") ? "some-reason" : NULL,
				    .metric = "page_insns", .class = "counted", .value = { EIGHT(100) } },
				  {} },
			  b[] = { { MOVE, outcome_b, strcmp(outcome_b, "ok") ? "some-reason" : NULL,
				    .metric = "page_insns", .class = "counted", .value = { EIGHT(100) } },
				  {} };
	struct comparison *c = judged(a, b);
	int code = compare_exit(c);

	if (!strstr(c->row[0].why, why))
		fail_msg("\"%s\" does not say \"%s\"", c->row[0].why, why);
	compare_free(c);
	return code;
}

static void outcomes_decide_where_there_are_no_numbers(void **state)
{
	(void)state;
	assert_int_equal(exit_of("ok", "wrong", "B is wrong: some-reason"), 1);
	assert_int_equal(exit_of("ok", "broken", "B is broken: some-reason"), 1);
	assert_int_equal(exit_of("wrong", "ok", "A is wrong: some-reason"), 3);
	assert_int_equal(exit_of("ok", "skipped", "B is skipped: some-reason"), 3); /* it was measured before */
	assert_int_equal(exit_of("skipped", "ok", "A is skipped: some-reason"), 4);
	assert_int_equal(exit_of("blocked", "skipped", "A, as B, is blocked"), 4);
	assert_int_equal(exit_of("ok", "unstable", "B is unstable: some-reason"), 3);
}

/* As many sessions, each with its fellow's digits: no further session could show it better. */
static void identical_digits_pass(void **state)
{
	const struct told four[] = { { MOVE, .metric = "page_insns", .class = "counted", .value = { 9, 9, 9, 9 } },
				     {} },
			  six[] = { { MOVE, .metric = "page_insns", .class = "counted", .value = { 9, 9, 9, 9, 9, 9 } },
				    {} };
	struct comparison *c = judged(four, four);

	(void)state;
	assert_int_equal(c->row[0].verdict, VERDICT_PASS);
	assert_string_equal(c->row[0].why, "identical");
	compare_free(c);
	c = judged(four, six);
	assert_int_equal(c->row[0].verdict, VERDICT_INCONCLUSIVE);
	compare_free(c);
}

/* ---- margins and bounds ---- */

/* A record in which the point's sides lay so far apart. */
static struct aa *record(double apart)
{
	char path[128], text[512];
	struct aa *aa = aa_new();

	snprintf(path, sizeof(path), "%s/aa-%g.json", folder, apart);
	snprintf(text, sizeof(text),
		 "{\"aa_schema\": 1, \"session_seconds\": 1, \"points\": [{\"point\": \"" MOVE
		 "\", \"metric\": \"page_insns\", \"class\": \"counted\", \"a\": [1000, 1000], \"b\": [%g, %g]}]}\n",
		 1000 * (1 + apart), 1000 * (1 + apart));
	assert_int_equal(file_write_text(path, text), 0);
	assert_int_equal(aa_add(aa, path), 0);
	return aa;
}

static bool gates_with(double apart)
{
	struct aa *aa = record(apart);
	struct comparison *c;
	bool gating;

	options.aa = aa;
	c = of_cost(1000, 1000);
	assert_true(c->row[0].margin_measured);
	assert_float_equal(c->row[0].judged.limits.margin, fmax(0.001, 2 * log1p(apart)), 1e-9);
	gating = c->row[0].gating;
	compare_free(c);
	aa_free(aa);
	return gating;
}

static void a_counted_margin_above_one_percent_is_advisory(void **state)
{
	(void)state;
	assert_true(gates_with(0.0001));
	assert_true(gates_with(0.0049));
	assert_false(gates_with(0.006));
}

static struct gate_file *gate_file(const char *text)
{
	char path[128];
	struct gate_file *f;

	snprintf(path, sizeof(path), "%s/gate.ini", folder);
	assert_int_equal(file_write_text(path, text), 0);
	f = gate_file_load(path);
	assert_non_null(f);
	return f;
}

static void a_gate_file_sets_bounds_and_who_decides(void **state)
{
	struct gate_file *f = gate_file("[bound]\n3% = move*\n[advisory]\npoint = mbind*\n");
	struct comparison *c = of_cost(100, 100);

	(void)state;
	assert_float_equal(c->row[0].judged.limits.bound, log(1.01), 1e-12);
	assert_true(c->row[0].gating);
	compare_free(c);
	options.gate_file = f;
	c = of_cost(100, 100);
	assert_float_equal(c->row[0].judged.limits.bound, log(1.03), 1e-12);
	assert_true(c->row[0].gating);
	compare_free(c);
	gate_file_free(f);
}

/* A rate that rose: better, though B is the larger; the interval turns round with the sign. */
static void a_rate_is_told_the_way_it_changed(void **state)
{
	const struct told a[] = { { MOVE, .metric = "rate", .class = "counted", .better = "higher",
				    .value = { EIGHT(100) } },
				  {} },
			  b[] = { { MOVE, .metric = "rate", .class = "counted", .better = "higher",
				    .value = { 110, 111, 112, 113, 114, 115, 116, 117 } },
				  {} };
	struct comparison *c = judged(a, b);
	struct change change = compare_change(&c->row[0]);

	(void)state;
	assert_int_equal(c->row[0].verdict, VERDICT_IMPROVED);
	assert_float_equal(change.change, sqrt(1.13 * 1.14) - 1, 1e-6);
	assert_float_equal(change.lo, 0.10, 1e-6);
	assert_float_equal(change.hi, 0.17, 1e-6);
	compare_free(c);
}

/* Five digits are shown as they are: margins are a thousandth of them. */
static void numbers_keep_five_digits(void **state)
{
	static const struct {
		double value;
		const char *text;
	} wanted[] = { { 27123, "27123" },     { 99999, "99999" },	{ 100000, "100k" },
		       { 1234567, "1.2346M" }, { 12345678, "12.346M" }, { 0.00012345, "0.00012345" } };
	char text[WORDS_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		assert_string_equal(words_value(text, wanted[i].value), wanted[i].text);
	assert_string_equal(words_value(text, NAN), "-");
	assert_string_equal(words_share(text, -0.00001), "+0.00 %");
	assert_string_equal(words_size(text, INFINITY), "never");
}

/* ---- whether runs compare at all ---- */

static void runs_of_two_revisions_do_not_compare(void **state)
{
	static const int revisions[2][2] = { { 1, 2 }, { 2, 1 } };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct told a[] = { { MOVE, .revision = revisions[i][0], .metric = "page_insns",
					    .class = "counted", .value = { EIGHT(9) } },
					  {} },
				  b[] = { { MOVE, .revision = revisions[i][1], .metric = "page_insns",
					    .class = "counted", .value = { EIGHT(9) } },
					  {} };
		struct comparison *c = judged(a, b);

		assert_int_equal(compare_exit(c), 5);
		assert_string_equal(json_string_value(json_object_get(json_array_get(c->differing, 0), "key")),
				    "revision.move_pages");
		compare_free(c);
	}
}

static void an_incomplete_run_does_not_compare(void **state)
{
	const struct told told[] = { { MOVE, .metric = "page_insns", .class = "counted", .value = { 9 } }, {} };
	struct run *a = make_run(folder, &(struct said){ .name = "a", .sessions = 1 }, told),
		   *b = make_run(folder, &(struct said){ .name = "b", .sessions = 1 }, told);

	(void)state;
	for (int side = 0; side < 2; side++) {
		a->complete = side;
		b->complete = !side;
		assert_null(compare_runs(a, b, &options));
		assert_non_null(strstr(fault_text(), "is incomplete"));
	}
	run_free(a);
	run_free(b);
}

static void a_kernel_is_what_it_says_of_itself(void **state)
{
	const struct told told[] = { { MOVE, .metric = "page_insns", .class = "counted", .value = { 9 } }, {} };
	struct run *a = make_run(folder, &(struct said){ .name = "a", .sessions = 1, .kernel_release = "6.12.9" },
				 told),
		   *b = make_run(folder, &(struct said){ .name = "b", .sessions = 1, .kernel_release = "6.12.9" },
				 told);
	struct comparison *c = compare_runs(a, b, &options);

	(void)state;
	assert_string_equal(c->a.kernel, "6.12.9");
	assert_string_equal(c->a.machine, "2s");
	compare_free(c);
	run_free(a);
	run_free(b);
}

/* ---- sessions of a stored side ---- */

/* Sessions 4 to 6 of A belong to sessions 1 to 3 of B. */
static void a_stage_takes_its_own_sessions_of_a_stored_run(void **state)
{
	const struct told a[] = { { MOVE, .metric = "page_insns", .class = "counted",
				    .value = { 1, 1, 1, 10, 20, 40, 1, 1 } },
				  {} },
			  b[] = { { MOVE, .metric = "page_insns", .class = "counted", .value = { 10, 20, 40 } }, {} };
	struct comparison *c;

	(void)state;
	options.a_skip = 3;
	options.a_take = 3;
	c = judged(a, b);
	assert_int_equal(c->row[0].judged.pairs, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(c->row[0].place[i], i);
		assert_float_equal(c->row[0].judged.ratio[i], 0, 1e-12);
	}
	compare_free(c);
}

/* ---- hardware ---- */

static bool gates_on_hardware(double value)
{
	const struct told told[] = { { MOVE, .metric = "wall_ns", .class = "noisy",
				       .value = { value, value + 10, value + 20, value + 10 } },
				     {} };
	struct said said = { .name = "h", .mode = "hardware", .sessions = 4 };
	struct run *run = make_run(folder, &said, told);
	struct comparison *c = compare_runs(run, run, &options);
	bool gating;

	assert_non_null(c);
	gating = c->row[0].gating;
	compare_free(c);
	run_free(run);
	return gating;
}

/* A clock that steps by 10 ns: a hundred steps are a microsecond. */
static void a_few_steps_of_the_clock_do_not_gate(void **state)
{
	(void)state;
	assert_false(gates_on_hardware(900));
	assert_true(gates_on_hardware(1000));
}

/* Three points of a record: two repeat to 0.2 %, the other one to 20 %. */
static void a_point_gates_that_catches_what_the_gate_is_for(void **state)
{
	static const double place[] = { 0, 1, -1, 2, -2, 0 };
	struct pairs part[3];
	struct aa_parts_point point[] = { { "x", "page_ns", NAN },
					  { "y", "page_ns", NAN },
					  { "loud", "page_ns", NAN } };
	const struct aa_parts parts = { .path = (char *)"aa.json",
					.point = point,
					.points = 3,
					.part = part,
					.parts = 3,
					.boots = 3,
					.relaid = true };
	const struct promise_terms terms = { 8, 14, 0.05 };
	struct noisy_plan plan;

	(void)state;
	for (size_t k = 0; k < 3; k++) {
		pairs_make(&part[k], 3, 6);
		for (size_t i = 0; i < 6; i++) {
			part[k].b_first[i] = i % 2;
			part[k].ratio[i] = part[k].ratio[6 + i] = 0.002 * place[i];
			part[k].ratio[12 + i] = 0.2 * place[i];
		}
	}
	assert_int_equal(noisy_plan_make(&plan, &parts, NULL, &terms, 0.1), 0);
	assert_null(plan.doubt);
	assert_int_equal(plan.wanted_n, 3);
	assert_true(plan.gating[0] && plan.gating[1]);
	assert_false(plan.gating[2]);
	assert_int_equal(plan.gating_n, 2);
	noisy_plan_free(&plan);
	for (size_t k = 0; k < 3; k++)
		pairs_free(&part[k]);
}

/* ---- before anything is measured ---- */

/* Twenty points share the chance of a false alarm: then ten sessions are needed, not six. */
static void a_gate_takes_the_sessions_that_its_points_need(void **state)
{
	char path[128], *text = NULL;
	struct aa *aa = aa_new();
	struct gate_request request = { .aa = aa, .alpha = 0.05, .sides = 2, .parallel = 2, .confirm_fixed = true };
	struct gate_plan plan;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	fputs("{\"aa_schema\": 1, \"session_seconds\": 10, \"points\": [", out);
	for (int i = 0; i < 20; i++)
		fprintf(out,
			"%s{\"point\": \"p size=%d\", \"metric\": \"page_insns\", \"class\": \"counted\", \"a\": [1000, "
			"1000], \"b\": [1000, 1000]}",
			i ? ", " : "", i);
	fputs("]}\n", out);
	fclose(out);
	snprintf(path, sizeof(path), "%s/many.json", folder);
	assert_int_equal(file_write_text(path, text), 0);
	free(text);
	assert_int_equal(aa_add(aa, path), 0);
	request.confirm = 9;
	assert_int_equal(gate_plan(&request, &plan), -1);
	assert_non_null(strstr(fault_text(), "9 fresh sessions cannot confirm any of 20 points at alpha 0.05; take at "
					     "least 10"));
	request.confirm = 10;
	assert_int_equal(gate_plan(&request, &plan), 0);
	assert_int_equal(plan.gating, 20);
	assert_float_equal(plan.confirm_s, 100, 1e-9); /* 20 sessions of 10 s, two at a time */
	aa_free(aa);
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
		cmocka_unit_test_setup(counts_differ_where_no_session_agrees, reset),
		cmocka_unit_test_setup(the_worst_decides, reset),
		cmocka_unit_test_setup(outcomes_decide_where_there_are_no_numbers, reset),
		cmocka_unit_test_setup(identical_digits_pass, reset),
		cmocka_unit_test_setup(a_counted_margin_above_one_percent_is_advisory, reset),
		cmocka_unit_test_setup(a_gate_file_sets_bounds_and_who_decides, reset),
		cmocka_unit_test_setup(a_rate_is_told_the_way_it_changed, reset),
		cmocka_unit_test_setup(numbers_keep_five_digits, reset),
		cmocka_unit_test_setup(runs_of_two_revisions_do_not_compare, reset),
		cmocka_unit_test_setup(an_incomplete_run_does_not_compare, reset),
		cmocka_unit_test_setup(a_kernel_is_what_it_says_of_itself, reset),
		cmocka_unit_test_setup(a_stage_takes_its_own_sessions_of_a_stored_run, reset),
		cmocka_unit_test_setup(a_few_steps_of_the_clock_do_not_gate, reset),
		cmocka_unit_test_setup(a_point_gates_that_catches_what_the_gate_is_for, reset),
		cmocka_unit_test_setup(a_gate_takes_the_sessions_that_its_points_need, reset),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
