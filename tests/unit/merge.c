// SPDX-License-Identifier: GPL-2.0-or-later
/* merge: what makes runs one of a kind, and what does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fault.h"
#include "record/env.h"
#include "record/merge.h"
#include "record/reclog.h"
#include "record/run.h"
#include "record/run_dir.h"

static char folder[] = "/tmp/nodehop-merge-XXXXXX";

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) && !chdir(folder) ? 0 : -1;
}

static int clear_folder(void **state)
{
	(void)state;
	return system("rm -rf ./*");
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

/* ---- small runs: one session, one point, one sample, one curve ------------------- */

struct sketch {
	const char *mode, *kernel, *boot, *unit, *outcome;
	int seed, revision;
	bool died;
};

static const struct sketch usual = {
	.mode = "hardware",
	.kernel = "6.1",
	.boot = "b1",
	.unit = "ns",
	.outcome = "ok",
	.seed = 1,
	.revision = 1,
};

static void append(struct reclog *log, json_t *record)
{
	assert_non_null(record);
	assert_int_equal(reclog_append(log, record), 0);
}

static void make_run(const char *dir, struct sketch s)
{
	bool ok = !strcmp(s.outcome, "ok");
	struct reclog *log;
	char *path;

	assert_int_equal(run_part_create(dir), 0);
	path = run_log_path(dir, 3, 0);
	log = reclog_create(path);
	free(path);
	append(log, json_pack("{s:s, s:i, s:i, s:i, s:s}", "kind", "begin", "schema", RECORD_SCHEMA, "session", 3,
			      "seed", s.seed, "mode", s.mode));
	append(log, json_pack("{s:s, s:{s:s}, s:{s:s, s:s}}", "kind", "env", "hard", "kernel.release", s.kernel, "soft",
			      "boot_id", s.boot, "libc", "2.36"));
	append(log, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "kind", "metric", "name", "wall_ns", "unit", s.unit,
			      "better", "lower", "class", "noisy", "meaning", "wall"));
	append(log, json_pack("{s:s, s:s, s:s, s:i, s:s, s:{}}", "kind", "point", "point", "null", "benchmark", "null",
			      "revision", s.revision, "primary", "wall", "params"));
	append(log, json_pack("{s:s, s:i, s:s, s:[s], s:[[i,b,s,[i]]]}", "kind", "samples", "order", 0, "point", "null",
			      "metrics", "wall_ns", "rows", 0, false, "ok", s.seed));
	append(log, json_pack("{s:s, s:s, s:i, s:s, s:[f], s:[i]}", "kind", "series", "point", "null", "rep", 0,
			      "series", "share_over_ms", "x", 0.5, "y", s.seed));
	append(log, json_pack("{s:s, s:s, s:s, s:s, s:s}", "kind", "outcome", "point", "null", "outcome", s.outcome,
			      "reason", ok ? "" : "code", "detail", ok ? "" : "why"));
	append(log, json_pack("{s:s, s:b}", "kind", "end", "complete", !s.died));
	assert_int_equal(reclog_close(log), 0);
	assert_int_equal(run_collect(dir, true, NULL, NULL), 0);
	assert_int_equal(run_seal(dir), 0);
}

static void expect_refusal(struct sketch other, int result, const char *expected)
{
	char *runs[] = { "a", "b" };

	clear_folder(NULL);
	make_run("a", usual);
	make_run("b", other);
	assert_int_equal(run_merge("ab", runs, 2), result);
	assert_string_equal(fault_text(), expected);
	assert_int_equal(access("ab.part", F_OK), -1);
}

/* ---- tests ------------------------------------------------------------------------- */

static int check_sample(const struct run_sample *s, void *context)
{
	int *n = context;

	(*n)++;
	assert_int_equal(s->session, *n);
	assert_true(s->value == *n);
	return 0;
}

static void sessions_are_numbered_anew_with_their_own_facts(void **state)
{
	struct sketch second = usual, third = usual;
	char *runs[] = { "a", "b", "c" };
	struct run *run;
	json_t *soft;
	int n = 0;

	(void)state;
	second.seed = 2;
	third.seed = 3;
	third.boot = "b3";
	make_run("a", usual);
	make_run("b", second);
	make_run("c", third);
	assert_int_equal(run_merge("abc", runs, 3), 0);
	assert_int_equal(run_seal("abc"), 0);
	run = run_load("abc");
	assert_non_null(run);
	assert_true(run->complete);
	assert_int_equal(run->sessions, 3);
	assert_int_equal(run_samples(run, check_sample, &n), 0);
	assert_int_equal(n, 3);
	assert_string_equal(json_string_value(json_object_get(json_object_get(run->env, "soft"), "libc")), "2.36");
	assert_null(json_object_get(json_object_get(run->env, "soft"), "boot_id"));
	soft = json_object_get(json_array_get(json_object_get(run->env, "sessions"), 2), "soft");
	assert_int_equal(json_object_size(soft), 1);
	soft = env_session_facts(run->env, 2);
	assert_string_equal(json_string_value(json_object_get(soft, "boot_id")), "b3");
	json_decref(soft);
	assert_int_equal(system("printf 'session,point,rep,series,x,y\n1,\"null\",0,\"share_over_ms\",0.5,1\n"
				"2,\"null\",0,\"share_over_ms\",0.5,2\n3,\"null\",0,\"share_over_ms\",0.5,3\n' | cmp "
				"abc/series.csv"),
			 0);
	run_free(run);
}

static void the_gravest_outcome_names_its_run(void **state)
{
	struct sketch bad = usual;
	char *runs[] = { "a", "b", "c" };
	struct run *run;

	(void)state;
	make_run("a", usual);
	bad.seed = 2;
	bad.outcome = "wrong";
	make_run("b", bad);
	bad.seed = 3;
	bad.outcome = "unstable";
	make_run("c", bad);
	assert_int_equal(run_merge("abc", runs, 3), 0);
	assert_int_equal(run_seal("abc"), 0);
	run = run_load("abc");
	assert_string_equal(run->point[0].outcome, "wrong");
	assert_string_equal(run->point[0].reason, "code");
	assert_string_equal(run->point[0].detail, "b: why");
	run_free(run);
}

static void runs_of_another_kind_are_refused(void **state)
{
	struct sketch other = usual;

	(void)state;
	other.seed = 2;
	other.kernel = "6.12";
	expect_refusal(other, 1, "a and b are not of the same machine and settings: kernel.release (6.1 / 6.12)");
	other = usual;
	other.seed = other.revision = 2;
	expect_refusal(other, 1, "a and b: null has revision 1 here and 2 there");
	other = usual;
	other.seed = 2;
	other.unit = "insns";
	expect_refusal(other, 1, "a and b: wall_ns has unit \"ns\" here and \"insns\" there");
	other = usual;
	other.seed = 2;
	other.died = true;
	expect_refusal(other, -1, "b: incomplete; resume it, or leave it out");
}

static void one_session_twice_is_refused(void **state)
{
	struct sketch other = usual;
	char *runs[] = { "a", "b" };

	(void)state;
	expect_refusal(other, 1,
		       "a session 3 and b session 3 are the same session (seed 1); merged, it would count twice");
	other.boot = "b2"; /* the same seed on hardware, another day: another session */
	make_run("c", other);
	runs[1] = "c";
	assert_int_equal(run_merge("ac", runs, 2), 0);
}

static void counted_sessions_of_one_seed_are_one(void **state)
{
	struct sketch first = usual, other = usual;
	char *runs[] = { "a", "b" };

	(void)state;
	first.mode = other.mode = "counted";
	other.boot = "b2";
	make_run("a", first);
	make_run("b", other);
	assert_int_equal(run_merge("ab", runs, 2), 1);
	assert_non_null(strstr(fault_text(), "the same session (seed 1)"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(sessions_are_numbered_anew_with_their_own_facts, clear_folder),
		cmocka_unit_test_teardown(the_gravest_outcome_names_its_run, clear_folder),
		cmocka_unit_test_teardown(runs_of_another_kind_are_refused, clear_folder),
		cmocka_unit_test_teardown(one_session_twice_is_refused, clear_folder),
		cmocka_unit_test_teardown(counted_sessions_of_one_seed_are_one, clear_folder),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
