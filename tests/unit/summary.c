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
#include "analysis/summary_table.h"
#include "base/fault.h"
#include "record/reclog.h"
#include "record/run.h"
#include "record/run_dir.h"

static char folder[] = "/tmp/nodehop-summary-XXXXXX";
static char dir[64];

/* One point of one metric, measured in sessions of five repetitions after a warm-up. */
struct plan {
	const char *class;
	int sessions;
	double scatter;		      /* share by which samples differ */
	const char *outcome, *status; /* "ok" unless said otherwise */
	const char *reason;	      /* of an outcome that is not */
	int repetitions;	      /* instead of five */
	int marked;		      /* of them disturbed: the last ones ... */
	int marked_sessions;	      /* ... in so many sessions, the last ones; 0: in all */
	double slower;		      /* by what share those are */
	double apart; /* share of the first session's median from one session to the next, instead of 0.001 */
	const char *unit, *mode; /* "x" and "counted" unless said otherwise */
	const char *load;	 /* a metric of what others did, ... */
	double loaded;		 /* ... of each sample */
};

static void append(struct reclog *log, json_t *record)
{
	assert_non_null(record);
	assert_int_equal(reclog_append(log, record), 0);
}

static bool is_marked(const struct plan *p, int session, int rep)
{
	int reps = p->repetitions ? p->repetitions : 5;

	return rep > reps - p->marked && (!p->marked_sessions || session > p->sessions - p->marked_sessions);
}

static void append_samples(struct reclog *log, const struct plan *p, int session)
{
	static const double place[] = { 9, -1, 0, 1, 2, -2, 0, 0 }; /* the first is the warm-up */
	double base = p->apart > 0 ? 1000 * (1 + p->apart * (session - 1)) : 1000 + session;

	for (int rep = 0; rep <= (p->repetitions ? p->repetitions : 5); rep++) {
		bool marked = is_marked(p, session, rep);
		double value = base * (1 + p->scatter * place[rep]) * (marked ? 1 + p->slower : 1);

		append(log, json_pack("{s:s, s:i, s:s, s:[s,s*], s:[[i,b,s,[f,o*]]]}", "kind", "samples", "order", 1,
				      "point", "null", "metrics", "wall_x", p->load, "rows", rep, rep == 0,
				      marked	  ? "disturbed"
				      : p->status ? p->status
						  : "ok",
				      value, p->load ? json_real(p->loaded) : NULL));
	}
}

static void write_session(const struct plan *p, int session)
{
	const char *mode = p->mode ? p->mode : "counted";
	char *path = run_log_path(dir, session, 0);
	struct reclog *log = reclog_create(path);

	free(path);
	assert_non_null(log);
	append(log, json_pack("{s:s, s:i, s:i, s:i, s:s, s:s}", "kind", "begin", "session", session, "seed", session,
			      "schema", RECORD_SCHEMA, "argv", "nodehop run", "mode", mode));
	append(log, json_pack("{s:s, s:{s:s}, s:{}}", "kind", "env", "hard", "mode", mode, "soft"));
	append(log, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "kind", "metric", "name", "wall_x", "unit",
			      p->unit ? p->unit : "x", "better", "lower", "class", p->class, "meaning", "cost"));
	if (p->load)
		append(log, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "kind", "metric", "name", p->load, "unit",
				      "share", "better", "lower", "class", "noisy", "meaning", "others"));
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
	assert_true(summarise(&(struct plan){ .class = "noisy", .sessions = 1, .scatter = 0.01 }, &s));
	assert_int_equal(s.n, 5);
	assert_float_equal(s.median, 1001, 1e-9);
	assert_float_equal(s.mad, 10.01, 1e-9);
}

static void an_interval_takes_six_sessions(void **state)
{
	struct summary s;

	(void)state;
	assert_true(summarise(&(struct plan){ .class = "noisy", .sessions = 5 }, &s));
	assert_true(isnan(s.interval.lo) && isnan(s.interval.coverage));
	assert_float_equal(s.median, 1003, 1e-9);
	assert_true(summarise(&(struct plan){ .class = "noisy", .sessions = 6 }, &s));
	assert_float_equal(s.interval.lo, 1001, 1e-9);
	assert_float_equal(s.interval.hi, 1006, 1e-9);
	assert_float_equal(s.interval.coverage, 1 - 2.0 / 64, 1e-12);
	assert_float_equal(s.median, 1003.5, 1e-9);
}

static void percentiles_take_their_count(void **state)
{
	struct summary s;

	(void)state;
	assert_true(summarise(&(struct plan){ .class = "noisy", .sessions = 7 }, &s));
	assert_true(isnan(s.p90));
	assert_true(summarise(&(struct plan){ .class = "noisy", .sessions = 8 }, &s));
	assert_false(isnan(s.p90));
	assert_true(isnan(s.p99));
}

/* The MAD of such a session is its scatter; sessions lie 0.1 % apart, which is not what counts here. */
static void too_much_scatter_within_a_session_is_unstable(void **state)
{
	(void)state;
	expect_outcome(&(struct plan){ .class = "noisy", .sessions = 6, .scatter = 0.049 }, "ok", "");
	expect_outcome(&(struct plan){ .class = "noisy", .sessions = 6, .scatter = 0.051 }, "unstable", "noisy");
	expect_outcome(&(struct plan){ .class = "counted", .sessions = 6, .scatter = 0.0019 }, "ok", "");
	expect_outcome(&(struct plan){ .class = "counted", .sessions = 6, .scatter = 0.0021 }, "unstable", "noisy");
	expect_outcome(&(struct plan){ .class = "exact", .sessions = 6, .scatter = 0.3 }, "ok", "");
	expect_outcome(&(struct plan){ .class = "noisy", .sessions = 2, .scatter = 0.3, .outcome = "wrong" }, "wrong",
		       "reason");
}

/* As a merge leaves it: one session alone was noisy or disturbed, all together are not. */
static void what_was_unstable_alone_is_judged_anew(void **state)
{
	static const char *const reasons[] = { "noisy", "disturbed", "contaminated", "too-few" };

	(void)state;
	for (size_t i = 0; i < 4; i++)
		expect_outcome(&(struct plan){ .class = "noisy",
					       .sessions = 6,
					       .scatter = 0.01,
					       .outcome = "unstable",
					       .reason = reasons[i] },
			       "ok", "");
	expect_outcome(&(struct plan){ .class = "noisy",
				       .sessions = 6,
				       .scatter = 0.01,
				       .outcome = "unstable",
				       .reason = "of-its-own" },
		       "unstable", "of-its-own");
}

static void half_of_the_repetitions_must_be_undisturbed(void **state)
{
	(void)state;
	expect_outcome(&(struct plan){ .class = "noisy", .sessions = 1, .marked = 2 }, "ok", "");
	expect_outcome(&(struct plan){ .class = "noisy", .sessions = 1, .marked = 3 }, "unstable", "disturbed");
	expect_outcome(&(struct plan){ .class = "noisy", .sessions = 1, .repetitions = 4, .marked = 1 }, "ok", "");
	/* half, but only two */
	expect_outcome(&(struct plan){ .class = "noisy", .sessions = 1, .repetitions = 4, .marked = 2 }, "unstable",
		       "disturbed");
	expect_outcome(&(struct plan){ .class = "noisy", .sessions = 1, .repetitions = 3, .marked = 1 }, "unstable",
		       "disturbed");
	/* three of seven are less than half */
	expect_outcome(&(struct plan){ .class = "noisy", .sessions = 1, .repetitions = 7, .marked = 3 }, "ok", "");
	expect_outcome(&(struct plan){ .class = "noisy", .sessions = 1, .repetitions = 7, .marked = 4 }, "unstable",
		       "disturbed");
	expect_outcome(&(struct plan){ .class = "counted", .sessions = 1, .marked = 3 }, "unstable", "disturbed");
	expect_outcome(&(struct plan){ .class = "untimed", .sessions = 1, .marked = 3 }, "unstable", "disturbed");
	expect_outcome(&(struct plan){ .class = "noisy", .sessions = 1, .status = "contaminated:compaction" },
		       "unstable", "contaminated");
}

static void expect_detail(const char *load, double loaded, const char *detail)
{
	struct run *run = make_run(
		&(struct plan){ .class = "noisy", .sessions = 1, .marked = 5, .load = load, .loaded = loaded });

	assert_string_equal(run->point[0].reason, "disturbed");
	assert_string_equal(run->point[0].detail, detail);
	run_free(run);
}

#define DISTURBED "0 of 5 repetitions undisturbed; half of them are needed, and 3"

/* Not "took 0 % of its time", of what nobody measured. */
static void what_others_did_is_said_where_it_is_known(void **state)
{
	(void)state;
	expect_detail(NULL, 0, DISTURBED);
	expect_detail("taken_share", 0.25, DISTURBED "; in the median repetition other tasks took 25 % of its time");
	expect_detail("others_cpus", 1.5, DISTURBED "; in the median repetition other tasks kept 1.5 CPUs busy");
}

/* The others speak for the point then, and the disturbed one is not among them. */
static void half_of_the_sessions_must_be_so(void **state)
{
	struct plan p = { .class = "noisy", .sessions = 4, .marked = 3, .marked_sessions = 2, .slower = 3 };
	struct summary s;

	(void)state;
	assert_true(summarise(&p, &s));
	assert_int_equal(s.sessions, 2);
	assert_int_equal(s.n, 10);
	assert_int_equal(s.n_all, 20);
	assert_float_equal(s.median, 1001.5, 1e-9);
	p.slower = 0;
	expect_outcome(&p, "ok", "");
	p.marked_sessions = 3;
	expect_outcome(&p, "unstable", "disturbed");
	assert_true(summarise(&p, &s));
	assert_int_equal(s.n, 5); /* of the one that speaks */
	p.marked_sessions = 0;
	assert_true(summarise(&p, &s));
	assert_int_equal(s.n, 8); /* none does: what there is stays to be looked at */
}

static void survivors_must_not_flatter(void **state)
{
	struct plan p = { .class = "noisy", .sessions = 1, .scatter = 0.01, .marked = 2, .slower = 0.5 };
	struct summary s;

	(void)state;
	expect_outcome(&p, "ok", ""); /* 1001 of all: 991, 1001, 1011 and the slow ones */
	assert_true(summarise(&p, &s));
	assert_float_equal(s.median, 1001, 1e-9);
	assert_float_equal(s.median_all, 1011.01, 1e-9);
	p.scatter = 0.03; /* the third of five is now 3 % from the second of three */
	expect_outcome(&p, "unstable", "disturbed");
	p.slower = 0;
	p.scatter = 0.01;
	p.class = "counted";
	expect_outcome(&p, "unstable", "noisy");
	p.scatter = 0.0015;
	p.slower = 0.5;
	expect_outcome(&p, "unstable", "disturbed");
	p.slower = -0.5; /* the disturbed ones were the quick ones: 1 % and more is as far from the truth */
	expect_outcome(&p, "unstable", "disturbed");
}

static void three_repetitions_are_needed_on_hardware(void **state)
{
	struct plan p = { .class = "noisy", .sessions = 6, .repetitions = 2, .mode = "hardware" };

	(void)state;
	expect_outcome(&p, "unstable", "too-few");
	p.repetitions = 3;
	expect_outcome(&p, "ok", "");
	p = (struct plan){ .class = "counted", .sessions = 6, .repetitions = 1 };
	expect_outcome(&p, "ok", "");
}

/* Sessions of 1000, 1100, ... of which each agrees with itself: ok, and the spread says what lies between them. */
static void spread_is_the_larger_of_within_and_between(void **state)
{
	struct plan p = { .class = "noisy", .sessions = 3, .scatter = 0.01, .apart = 0.1 };
	struct summary s;

	(void)state;
	assert_true(summarise(&p, &s));
	assert_float_equal(s.between, 200 / 1100.0, 1e-9);
	assert_float_equal(summary_spread(&s), 200 / 1100.0, 1e-9);
	expect_outcome(&p, "ok", "");
	p.scatter = 0.04;
	p.apart = 0.001;
	assert_true(summarise(&p, &s));
	assert_float_equal(summary_spread(&s), 0.04, 1e-9);
	p.sessions = 1;
	assert_true(summarise(&p, &s));
	assert_true(isnan(s.between));
	assert_float_equal(summary_spread(&s), 0.04, 1e-9);
}

static void a_single_sample_has_no_spread(void **state)
{
	struct plan p = { .class = "counted", .sessions = 1, .repetitions = 1 };
	struct summary s;

	(void)state;
	assert_true(summarise(&p, &s));
	assert_true(isnan(s.mad) && isnan(s.between) && isnan(summary_spread(&s)));
	p.sessions = 2; /* but two sessions of one have what lies between them */
	assert_true(summarise(&p, &s));
	assert_true(isnan(s.mad));
	assert_float_equal(summary_spread(&s), 1 / 1001.5, 1e-9);
}

/* 4 GB/s and 1 GB/s are 1 and 4 s for 4 GB, on the median 2.5 s: 1.6 GB/s, not 2.5. */
static void the_rate_is_that_of_the_median_cost(void **state)
{
	double within[] = { 4e9, 1e9 }, three[] = { 4e9, 1e9, 2e9 };
	struct run_metric rate = { .unit = "B/s" }, cost = { .unit = "ns" };
	struct plan p = { .class = "noisy", .sessions = 2, .apart = 1, .unit = "B/s" };
	struct summary s;

	(void)state;
	assert_float_equal(values_median(&rate, within, 2), 1.6e9, 1);
	assert_float_equal(values_median(&rate, three, 3), 2e9, 1);
	assert_float_equal(values_median(&cost, within, 2), 2.5e9, 1);
	assert_true(summarise(&p, &s));
	assert_float_equal(s.median, 2 / (1 / 1000.0 + 1 / 2000.0), 1e-9);
	assert_float_equal(s.median_all, s.median, 1e-9);
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
	expect_no_row(&(struct plan){ .class = "untimed", .sessions = 2 });
	expect_no_row(&(struct plan){ .class = "noisy", .sessions = 2, .outcome = "wrong" });
	expect_no_row(&(struct plan){ .class = "noisy", .sessions = 2, .outcome = "broken" });
}

/* Nothing is left that may be quoted: the row says what there was. */
static void what_is_all_disturbed_is_kept_as_that(void **state)
{
	struct plan p = { .class = "noisy", .sessions = 2, .marked = 5 };
	struct summary s;

	(void)state;
	assert_false(summarise(&p, &s));
	assert_int_equal(s.n, 0);
	assert_int_equal(s.n_all, 10);
	assert_float_equal(s.median_all, 1001.5, 1e-9);
	assert_true(isnan(s.median));
}

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(dir, sizeof(dir), "%s/run", folder);
	return 0;
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
		cmocka_unit_test(what_was_unstable_alone_is_judged_anew),
		cmocka_unit_test(half_of_the_repetitions_must_be_undisturbed),
		cmocka_unit_test(what_others_did_is_said_where_it_is_known),
		cmocka_unit_test(half_of_the_sessions_must_be_so),
		cmocka_unit_test(survivors_must_not_flatter),
		cmocka_unit_test(three_repetitions_are_needed_on_hardware),
		cmocka_unit_test(spread_is_the_larger_of_within_and_between),
		cmocka_unit_test(a_single_sample_has_no_spread),
		cmocka_unit_test(the_rate_is_that_of_the_median_cost),
		cmocka_unit_test(what_may_not_be_quoted_has_no_row),
		cmocka_unit_test(what_is_all_disturbed_is_kept_as_that),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
