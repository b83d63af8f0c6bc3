// SPDX-License-Identifier: GPL-2.0-or-later
/* summary: what may be quoted of a run, and what makes a point unstable. Numbers against scipy:
 * tests/host/compare-oracle. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "analysis/summary.h"
#include "base/fault.h"
#include "record/reclog.h"
#include "record/run.h"

static char folder[] = "/tmp/nodehop-summary-XXXXXX";
static char dir[64];

/* One point of one metric, measured in sessions of five repetitions after a warm-up. */
struct plan {
	const char *class;
	int sessions;
	double scatter;		      /* share by which samples differ */
	const char *outcome, *status; /* "ok" unless said otherwise */
	const char *reason;	      /* of an outcome that is not */
};

static void append(struct reclog *log, json_t *record)
{
	assert_non_null(record);
	assert_int_equal(reclog_append(log, record), 0);
}

static void append_samples(struct reclog *log, const struct plan *p, int session)
{
	static const double place[] = { 9, -1, 0, 1, 2, -2 }; /* the first is the warm-up */

	for (int rep = 0; rep < 6; rep++)
		append(log, json_pack("{s:s, s:i, s:s, s:[s], s:[[i,b,s,[f]]]}", "kind", "samples", "order", 1, "point",
				      "null", "metrics", "wall_x", "rows", rep, rep == 0, p->status ? p->status : "ok",
				      (1000 + session) * (1 + p->scatter * place[rep])));
}

static void write_session(const struct plan *p, int session)
{
	char *path = run_part_session(dir, session);
	struct reclog *log = reclog_create(path);

	free(path);
	assert_non_null(log);
	append(log, json_pack("{s:s, s:i, s:i, s:i, s:s, s:s}", "kind", "begin", "session", session, "seed", session,
			      "schema", RECORD_SCHEMA, "argv", "nodehop run", "mode", "counted"));
	append(log, json_pack("{s:s, s:{s:s}, s:{}}", "kind", "env", "hard", "mode", "counted", "soft"));
	append(log, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "kind", "metric", "name", "wall_x", "unit", "x",
			      "better", "lower", "class", p->class, "meaning", "cost"));
	append(log, json_pack("{s:s, s:s, s:s, s:i, s:s, s:s, s:{}}", "kind", "point", "point", "null", "benchmark",
			      "null", "revision", 1, "primary", "wall_x", "figure", "", "params"));
	append_samples(log, p, session);
	append(log, json_pack("{s:s, s:s, s:s, s:s, s:s}", "kind", "outcome", "point", "null", "outcome",
			      p->outcome ? p->outcome : "ok", "reason", p->outcome ? p->reason ?: "reason" : "",
			      "detail", ""));
	append(log, json_pack("{s:s, s:b}", "kind", "end", "complete", 1));
	assert_int_equal(reclog_close(log), 0);
}

/* The sealed run, summarised; run_free it. */
static struct run *make_run(const struct plan *p)
{
	struct run *run;
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	assert_int_equal(system(command), 0);
	assert_int_equal(run_part_create(dir), 0);
	for (int session = 1; session <= p->sessions; session++)
		write_session(p, session);
	if (run_collect(dir, true, NULL, NULL) || summary_write(dir) || run_seal(dir))
		fail_msg("%s", fault_text());
	run = run_load(dir);
	assert_non_null(run);
	return run;
}

static bool summarise(const struct plan *p, struct summary *s)
{
	struct run *run = make_run(p);
	struct values *v = values_load(run);
	bool there = summary_of(v, 0, 0, s);

	values_free(v);
	run_free(run);
	return there;
}

static void expect_outcome(const struct plan *p, const char *outcome, const char *reason)
{
	struct run *run = make_run(p);

	assert_string_equal(run->point[0].outcome, outcome);
	assert_string_equal(run->point[0].reason, reason);
	run_free(run);
}

static void warm_ups_are_not_quoted(void **state)
{
	struct summary s;

	(void)state;
	assert_true(summarise(&(struct plan) { .class = "noisy", .sessions = 1, .scatter = 0.01 }, &s));
	assert_int_equal(s.n, 5);
	assert_float_equal(s.median, 1001, 1e-9);
	assert_float_equal(s.mad, 10.01, 1e-9);
}

static void an_interval_takes_six_sessions(void **state)
{
	struct summary s;

	(void)state;
	assert_true(summarise(&(struct plan) { .class = "noisy", .sessions = 5 }, &s));
	assert_true(isnan(s.interval.lo) && isnan(s.interval.coverage));
	assert_float_equal(s.median, 1003, 1e-9);
	assert_true(summarise(&(struct plan) { .class = "noisy", .sessions = 6 }, &s));
	assert_float_equal(s.interval.lo, 1001, 1e-9);
	assert_float_equal(s.interval.hi, 1006, 1e-9);
	assert_float_equal(s.interval.coverage, 1 - 2.0 / 64, 1e-12);
	assert_float_equal(s.median, 1003.5, 1e-9);
}

static void percentiles_take_their_count(void **state)
{
	struct summary s;

	(void)state;
	assert_true(summarise(&(struct plan) { .class = "noisy", .sessions = 7 }, &s));
	assert_true(isnan(s.p90));
	assert_true(summarise(&(struct plan) { .class = "noisy", .sessions = 8 }, &s));
	assert_false(isnan(s.p90));
	assert_true(isnan(s.p99));
}

/* The MAD of such a session is its scatter; sessions lie 0.1 % apart, which is not what counts here. */
static void too_much_scatter_within_a_session_is_unstable(void **state)
{
	(void)state;
	expect_outcome(&(struct plan) { .class = "noisy", .sessions = 6, .scatter = 0.049 }, "ok", "");
	expect_outcome(&(struct plan) { .class = "noisy", .sessions = 6, .scatter = 0.051 }, "unstable", "noisy");
	expect_outcome(&(struct plan) { .class = "counted", .sessions = 6, .scatter = 0.0019 }, "ok", "");
	expect_outcome(&(struct plan) { .class = "counted", .sessions = 6, .scatter = 0.0021 }, "unstable", "noisy");
	expect_outcome(&(struct plan) { .class = "exact", .sessions = 6, .scatter = 0.3 }, "ok", "");
	expect_outcome(&(struct plan) { .class = "noisy", .sessions = 2, .scatter = 0.3, .outcome = "wrong" }, "wrong",
		       "reason");
}

/* As a merge leaves it: one session alone was noisy, all together are not. */
static void what_was_noisy_alone_is_judged_anew(void **state)
{
	struct plan quiet = {
		.class = "noisy", .sessions = 6, .scatter = 0.01, .outcome = "unstable", .reason = "noisy"
	};
	struct plan marked = {
		.class = "noisy", .sessions = 6, .scatter = 0.01, .outcome = "unstable", .reason = "other-task"
	};

	(void)state;
	expect_outcome(&quiet, "ok", "");
	expect_outcome(&marked, "unstable", "other-task");
}

static void expect_no_row(const struct plan *p)
{
	struct run *run = make_run(p);
	char command[160];

	snprintf(command, sizeof(command), "test $(wc -l <%s/summary.csv) -eq 1", dir);
	assert_int_equal(system(command), 0);
	run_free(run);
}

static void what_may_not_be_quoted_has_no_row(void **state)
{
	(void)state;
	expect_no_row(&(struct plan) { .class = "untimed", .sessions = 2 });
	expect_no_row(&(struct plan) { .class = "noisy", .sessions = 2, .outcome = "wrong" });
	expect_no_row(&(struct plan) { .class = "noisy", .sessions = 2, .outcome = "broken" });
	expect_no_row(&(struct plan) { .class = "noisy", .sessions = 2, .status = "other-task" });
}

static int make_folder(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "%s/run", folder);
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(warm_ups_are_not_quoted),
		cmocka_unit_test(an_interval_takes_six_sessions),
		cmocka_unit_test(percentiles_take_their_count),
		cmocka_unit_test(too_much_scatter_within_a_session_is_unstable),
		cmocka_unit_test(what_was_noisy_alone_is_judged_anew),
		cmocka_unit_test(what_may_not_be_quoted_has_no_row),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
