// SPDX-License-Identifier: GPL-2.0-or-later
/* run: what sessions recorded comes back from the folder; every damage to the folder is a fault that names it. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fault.h"
#include "base/file.h"
#include "record/manifest.h"
#include "record/reclog.h"
#include "record/resume.h"
#include "record/run.h"
#include "record/run_dir.h"

#define POINT_A	   "move_pages size=16m batch=512 pair=0:1 page=base"
#define POINT_B	   "null"
#define SETTINGS_A "thp=madvise;numa_balancing=1"

static char folder[] = "/tmp/nodehop-run-XXXXXX";
static char dir[64], part[80];

static int shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
static int shell(const char *format, ...)
{
	char command[500];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	return system(command);
}

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(dir, sizeof(dir), "%s/runs/today", folder);
	snprintf(part, sizeof(part), "%s.part", dir);
	return 0;
}

static int clear_folder(void **state)
{
	(void)state;
	return shell("rm -rf %s/*", folder);
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

/* ---- writing sessions ---------------------------------------------------------- */

static void append(struct reclog *log, json_t *record)
{
	assert_non_null(record);
	assert_int_equal(reclog_append(log, record), 0);
}

static json_t *env(const char *kernel, const char *boot_id)
{
	return json_pack("{s:s, s:{s:s, s:{s:I}}, s:{s:s, s:s}}", "kind", "env", "hard", "kernel.release", kernel,
			 "node.memory_bytes", "0", (json_int_t)8 << 30, "soft", "boot_id", boot_id, "libc", "2.36");
}

static json_t *metric(const char *name, const char *unit)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "kind", "metric", "name", name, "unit", unit, "better",
			 "lower", "class", "noisy", "meaning", "wall time, all of it");
}

static json_t *point(const char *key, int revision, json_t *params)
{
	char benchmark[32];

	snprintf(benchmark, sizeof(benchmark), "%.*s", (int)strcspn(key, " "), key);
	return json_pack("{s:s, s:s, s:s, s:i, s:s, s:o}", "kind", "point", "point", key, "benchmark", benchmark,
			 "revision", revision, "primary", "page", "params", params);
}

static json_t *params_a(void)
{
	return json_pack("{s:i, s:i, s:s, s:s, s:f}", "size", 16 << 20, "batch", 512, "pair", "0:1", "page", "base",
			 "share", 0.5);
}

static struct reclog *begin_log(const char *path, int session, const char *kernel)
{
	struct reclog *log = reclog_create(path);
	char boot_id[32];

	assert_non_null(log);
	snprintf(boot_id, sizeof(boot_id), "boot-%d", session);
	append(log, json_pack("{s:s, s:i, s:i, s:i, s:s, s:[s,s]}", "kind", "begin", "schema", RECORD_SCHEMA, "session",
			      session, "seed", 100 + session, "mode", "hardware", "argv", "nodehop", "run"));
	append(log, env(kernel, boot_id));
	append(log, json_pack("{s:s, s:s}", "kind", "topology", "xml", "<topology/>\n"));
	append(log, metric("wall_ns", "ns"));
	append(log, metric("page_ns", "ns"));
	append(log, point(POINT_A, 1, params_a()));
	append(log, point(POINT_B, 1, json_object()));
	return log;
}

static struct reclog *begin(int session, const char *kernel)
{
	char *path = run_log_path(dir, session, 0);
	struct reclog *log = begin_log(path, session, kernel);

	free(path);
	return log;
}

static void sample(struct reclog *log, int order, const char *key, int rep, double value)
{
	append(log, json_pack("{s:s, s:i, s:s, s:[s,s], s:[[i,b,s,[f,f]]]}", "kind", "samples", "order", order, "point",
			      key, "metrics", "wall_ns", "page_ns", "rows", rep, rep < 1, rep == 2 ? "disturbed" : "ok",
			      value, value / 3));
}

static void outcome(struct reclog *log, const char *key, const char *word, const char *reason, const char *detail)
{
	append(log,
	       json_pack("{s:s, s:s, s:s, s:s, s:s, s:s*}", "kind", "outcome", "point", key, "outcome", word, "reason",
			 reason, "detail", detail, "settings", strcmp(key, POINT_A) ? NULL : SETTINGS_A));
}

static void end(struct reclog *log, bool complete)
{
	append(log, json_pack("{s:s, s:b}", "kind", "end", "complete", complete));
	assert_int_equal(reclog_close(log), 0);
}

static void whole_session(int session)
{
	struct reclog *log = begin(session, "6.1");

	for (int rep = 0; rep < 3; rep++)
		sample(log, 0, POINT_A, rep, 1e9 / 3 + rep + 10 * session);
	outcome(log, POINT_A, "ok", "", "");
	sample(log, 1, POINT_B, 0, 22);
	outcome(log, POINT_B, "ok", "", "");
	end(log, true);
}

static void whole_run(int sessions)
{
	assert_int_equal(run_part_create(dir), 0);
	for (int i = 0; i < sessions; i++)
		whole_session(i);
	assert_int_equal(run_collect(dir, true, NULL, NULL), 0);
	assert_int_equal(run_seal(dir), 0);
}

static struct run *load(void)
{
	struct run *run = run_load(dir);

	if (!run)
		print_error("# %s\n", fault_text());
	assert_non_null(run);
	return run;
}

static bool exists(const char *name)
{
	char *path = file_path(dir, name);
	bool found = !access(path, F_OK);

	free(path);
	return found;
}

static void expect_outcome(const char *key, const char *word, const char *reason, const char *detail)
{
	struct run *run = load();
	const struct run_point *p = &run->point[run_find_point(run, key)];

	assert_string_equal(p->outcome, word);
	assert_string_equal(p->reason, reason);
	assert_string_equal(p->detail, detail);
	run_free(run);
}

static void expect_text(const char *name, const char *expected)
{
	char *path = file_path(dir, name);
	struct file_map map;

	assert_int_equal(file_map(&map, path), 0);
	assert_int_equal(map.size, strlen(expected));
	assert_memory_equal(map.bytes, expected, map.size);
	file_unmap(&map);
	free(path);
}

/* ---- round trip ----------------------------------------------------------------- */

static int compare_sample(const struct run_sample *s, void *context)
{
	int *n = context, session = *n / 8, row = *n % 8 / 2, in_a = row < 3, rep = in_a ? row : 0;
	double value = in_a ? 1e9 / 3 + rep + 10 * session : 22;

	assert_int_equal(s->session, session);
	assert_int_equal(s->order, !in_a);
	assert_int_equal(s->point, !in_a);
	assert_int_equal(s->metric, *n % 2);
	assert_int_equal(s->rep, rep);
	assert_int_equal(s->warmup, rep < 1);
	assert_true(s->value == (*n % 2 ? value / 3 : value));
	assert_string_equal(s->status, rep == 2 ? "disturbed" : "ok");
	(*n)++;
	return 0;
}

static void a_run_reads_back_as_recorded(void **state)
{
	struct run *run;
	int n = 0;

	(void)state;
	whole_run(3);
	run = load();
	assert_true(run->complete);
	assert_int_equal(run->sessions, 3);
	assert_int_equal(run->points, 2);
	assert_int_equal(run->metrics, 2);
	assert_string_equal(run->point[0].key, POINT_A);
	assert_int_equal(json_integer_value(json_object_get(run->point[0].params, "size")), 16 << 20);
	assert_string_equal(json_string_value(json_object_get(run->point[0].params, "pair")), "0:1");
	assert_string_equal(run->metric[1].meaning, "wall time, all of it");
	assert_int_equal(run_primary_metric(run, 0), 1);
	assert_int_equal(run_find_point(run, "nothing"), -1);
	assert_int_equal(run_samples(run, compare_sample, &n), 0);
	assert_int_equal(n, 24);
	run_free(run);
}

/* Of the first version, whose points.csv ends before the settings. */
static void a_run_without_settings_is_read(void **state)
{
	struct run *run;

	(void)state;
	whole_run(1);
	run = load();
	assert_string_equal(run->point[0].settings, SETTINGS_A);
	assert_string_equal(run->point[1].settings, "");
	run_free(run);
	shell("sed -i '1s/,settings$//; 2,$s/,\"[^\"]*\"$//' %s/points.csv", dir);
	assert_int_equal(manifest_write(dir, true), 0);
	run = load();
	assert_int_equal(run->points, 2);
	assert_string_equal(run->point[0].outcome, "ok");
	assert_string_equal(run->point[0].settings, "");
	run_free(run);
}

static void the_files_are_these(void **state)
{
	(void)state;
	whole_run(1);
	expect_text("samples.csv", "session,order,point,rep,warmup,metric,value,status\n"
				   "0,0,\"" POINT_A "\",0,1,\"wall_ns\",333333333.3333333,\"ok\"\n"
				   "0,0,\"" POINT_A "\",0,1,\"page_ns\",111111111.1111111,\"ok\"\n"
				   "0,0,\"" POINT_A "\",1,0,\"wall_ns\",333333334.3333333,\"ok\"\n"
				   "0,0,\"" POINT_A "\",1,0,\"page_ns\",111111111.44444443,\"ok\"\n"
				   "0,0,\"" POINT_A "\",2,0,\"wall_ns\",333333335.3333333,\"disturbed\"\n"
				   "0,0,\"" POINT_A "\",2,0,\"page_ns\",111111111.77777778,\"disturbed\"\n"
				   "0,1,\"null\",0,1,\"wall_ns\",22,\"ok\"\n"
				   "0,1,\"null\",0,1,\"page_ns\",7.333333333333333,\"ok\"\n");
	expect_text("points.csv", "point,benchmark,revision,primary,figure,params,outcome,reason,detail,settings\n"
				  "\"" POINT_A "\",\"move_pages\",1,\"page\",\"\",\"batch=512;page=base;pair=0:1;share="
				  "0.5;size=16777216\",\"ok\",\"\",\"\",\"" SETTINGS_A "\"\n"
				  "\"null\",\"null\",1,\"page\",\"\",\"\",\"ok\",\"\",\"\",\"\"\n");
	expect_text("metrics.csv", "name,unit,better,class,meaning\n"
				   "\"wall_ns\",\"ns\",\"lower\",\"noisy\",\"wall time, all of it\"\n"
				   "\"page_ns\",\"ns\",\"lower\",\"noisy\",\"wall time, all of it\"\n");
	expect_text("topology.xml", "<topology/>\n");
	assert_false(exists("session-000.log"));
	assert_int_equal(access(part, F_OK), -1);
}

/* ---- series ------------------------------------------------------------------------ */

static void series(struct reclog *log, const char *key, int rep, double y, double extra)
{
	json_t *record = json_pack("{s:s, s:s, s:i, s:s, s:[i,i], s:[f,f]}", "kind", "series", "point", key, "rep", rep,
				   "series", "share_over_ms", "x", 0, 20, "y", y, 1.0);

	if (extra)
		json_array_append_new(json_object_get(record, "y"), json_real(extra));
	append(log, record);
}

static void curves_are_kept_beside_the_samples(void **state)
{
	struct reclog *log;

	(void)state;
	assert_int_equal(run_part_create(dir), 0);
	log = begin(0, "6.1");
	sample(log, 0, POINT_A, 0, 5);
	series(log, POINT_A, 0, 0.125, 0);
	sample(log, 0, POINT_A, 1, 5);
	series(log, POINT_A, 1, 0.25, 0);
	outcome(log, POINT_A, "ok", "", "");
	outcome(log, POINT_B, "skipped", "no-node", "needs 2 nodes, has 1");
	end(log, true);
	assert_int_equal(run_collect(dir, true, NULL, NULL), 0);
	assert_int_equal(run_seal(dir), 0);
	expect_text("series.csv", "session,point,rep,series,x,y\n"
				  "0,\"" POINT_A "\",0,\"share_over_ms\",0,0.125\n"
				  "0,\"" POINT_A "\",0,\"share_over_ms\",20,1\n"
				  "0,\"" POINT_A "\",1,\"share_over_ms\",0,0.25\n"
				  "0,\"" POINT_A "\",1,\"share_over_ms\",20,1\n");
	run_free(load());
	shell("sed -i 2d %s/series.csv", dir);
	assert_null(run_load(dir));
	assert_non_null(strstr(fault_text(), "series.csv: cut: 3 rows, the manifest says 4"));
}

static void expect_left_out(const char *expected);

static void a_curve_with_more_y_than_x_is_left_out(void **state)
{
	struct reclog *log;

	(void)state;
	assert_int_equal(run_part_create(dir), 0);
	log = begin(0, "6.1");
	series(log, POINT_A, 0, 0.125, 3);
	end(log, true);
	expect_left_out("has 2 x and 3 y");
}

static void sessions_share_facts_and_keep_their_own(void **state)
{
	struct run *run;
	json_t *soft, *second;

	(void)state;
	whole_run(2);
	run = load();
	soft = json_object_get(run->env, "soft");
	assert_string_equal(json_string_value(json_object_get(soft, "libc")), "2.36");
	assert_null(json_object_get(soft, "boot_id"));
	second = json_array_get(json_object_get(run->env, "sessions"), 1);
	assert_int_equal(json_integer_value(json_object_get(second, "seed")), 101);
	assert_string_equal(json_string_value(json_object_get(json_object_get(second, "soft"), "boot_id")), "boot-1");
	assert_true(json_is_true(json_object_get(second, "complete")));
	run_free(run);
}

static void a_part_can_be_read_and_points_changed_before_sealing(void **state)
{
	struct run *run;
	int n = 0;

	(void)state;
	assert_int_equal(run_part_create(dir), 0);
	whole_session(0);
	assert_int_equal(run_collect(dir, true, NULL, NULL), 0);
	run = run_load_part(dir);
	assert_non_null(run);
	assert_null(run->manifest);
	assert_int_equal(run_samples(run, compare_sample, &n), 0);
	free(run->point[0].outcome);
	free(run->point[0].reason);
	run->point[0].outcome = strdup("unstable");
	run->point[0].reason = strdup("noisy");
	assert_int_equal(run_write_points(run), 0);
	run_free(run);
	assert_int_equal(run_seal(dir), 0);
	expect_outcome(POINT_A, "unstable", "noisy", "");
}

/* ---- outcomes over sessions ------------------------------------------------------ */

static void the_gravest_outcome_wins_and_names_its_session(void **state)
{
	static const char *const words[] = { "ok", "skipped", "blocked", "unstable" };
	struct reclog *log;

	(void)state;
	assert_int_equal(run_part_create(dir), 0);
	for (int i = 0; i < 4; i++) {
		log = begin(i, "6.1");
		sample(log, 0, POINT_A, 0, 1);
		outcome(log, POINT_A, words[i], i ? "code" : "", i ? words[i] : "");
		outcome(log, POINT_B, "skipped", "no-node", "needs 2 nodes, has 1");
		end(log, true);
	}
	assert_int_equal(run_collect(dir, true, NULL, NULL), 0);
	assert_int_equal(run_seal(dir), 0);
	expect_outcome(POINT_A, "blocked", "code", "session 2: blocked");
	expect_outcome(POINT_B, "skipped", "no-node", "needs 2 nodes, has 1");
}

static void a_session_that_died_makes_the_run_incomplete(void **state)
{
	struct reclog *log;
	struct run *run;

	(void)state;
	assert_int_equal(run_part_create(dir), 0);
	whole_session(0);
	log = begin(1, "6.1");
	sample(log, 0, POINT_A, 0, 5);
	outcome(log, POINT_A, "ok", "", "");
	sample(log, 1, POINT_B, 0, 5);
	assert_int_equal(reclog_close(log), 0);
	assert_int_equal(shell("truncate -s 1600 %s/session-001.log", part), 0);
	assert_int_equal(run_collect(dir, true, NULL, NULL), 0);
	assert_int_equal(run_seal(dir), 0);
	run = load();
	assert_false(run->complete);
	assert_int_equal(run->sessions, 2);
	run_free(run);
	expect_outcome(POINT_B, "broken", "unfinished",
		       "session 1: the session's record ends before this point was finished");
	assert_true(exists("session-001.log")); /* to resume from */
}

static void a_cause_is_told_by_every_unfinished_point(void **state)
{
	struct reclog *log;
	struct run *run;

	(void)state;
	assert_int_equal(run_part_create(dir), 0);
	log = begin(0, "6.1");
	sample(log, 0, POINT_A, 0, 1);
	outcome(log, POINT_A, "ok", "", "");
	end(log, true); /* it says so, but a point is missing */
	assert_int_equal(run_collect(dir, true, "panic", "the guest's kernel panicked: Oops"), 0);
	assert_int_equal(run_seal(dir), 0);
	run = load();
	assert_false(run->complete);
	run_free(run);
	expect_outcome(POINT_A, "ok", "", "");
	expect_outcome(POINT_B, "broken", "panic", "the guest's kernel panicked: Oops");
}

static int count_values(const struct run_sample *s, void *context)
{
	double *sum = context;

	*sum += s->metric == 0 ? s->value : 0;
	return 0;
}

static void a_resumed_session_counts_the_log_that_finished_a_point(void **state)
{
	char later[200];
	struct reclog *log;
	struct run *run;
	double sum = 0;

	(void)state;
	assert_int_equal(run_part_create(dir), 0);
	log = begin(0, "6.1");
	sample(log, 0, POINT_A, 0, 1);
	outcome(log, POINT_A, "ok", "", "");
	sample(log, 1, POINT_B, 0, 10);
	assert_int_equal(reclog_close(log), 0);
	snprintf(later, sizeof(later), "%s/session-000_2.log", part);
	log = begin_log(later, 0, "6.1");
	sample(log, 2, POINT_B, 0, 100);
	sample(log, 2, POINT_B, 1, 100);
	outcome(log, POINT_B, "ok", "", "");
	end(log, true);
	assert_int_equal(run_collect(dir, true, NULL, NULL), 0);
	assert_int_equal(run_seal(dir), 0);
	run = load();
	assert_true(run->complete);
	assert_int_equal(run->sessions, 1);
	assert_int_equal(run_samples(run, count_values, &sum), 0);
	assert_true(sum == 1 + 100 + 100);
	run_free(run);
	expect_outcome(POINT_B, "ok", "", "");
}

static void an_empty_log_beside_whole_ones_makes_the_run_incomplete(void **state)
{
	struct run *run;

	(void)state;
	assert_int_equal(run_part_create(dir), 0);
	whole_session(0);
	assert_int_equal(shell(": >%s/session-001.log", part), 0);
	whole_session(2);
	assert_int_equal(run_collect(dir, true, NULL, NULL), 0);
	assert_int_equal(run_seal(dir), 0);
	run = load();
	assert_false(run->complete);
	assert_int_equal(run->sessions, 2);
	run_free(run);
}

/* ---- refusals while collecting ------------------------------------------------------ */

static void expect_collect_fault(const char *expected)
{
	assert_int_equal(run_collect(dir, true, NULL, NULL), -1);
	if (!strstr(fault_text(), expected))
		fail_msg("got: %s", fault_text());
	assert_int_equal(shell("rm -rf %s", part), 0);
}

/* The run closes, incomplete, without what is bad, and says why. */
static void expect_left_out(const char *expected)
{
	const char *why;
	struct run *run;

	assert_int_equal(run_collect(dir, true, NULL, NULL), 0);
	assert_int_equal(run_seal(dir), 0);
	run = load();
	assert_false(run->complete);
	why = json_string_value(json_array_get(json_object_get(run->env, "left_out"), 0));
	if (!why || !strstr(why, expected))
		fail_msg("got: %s", why ?: "nothing");
	run_free(run);
	assert_int_equal(shell("rm -rf %s", dir), 0);
}

static struct reclog *second_session(const char *kernel)
{
	assert_int_equal(run_part_create(dir), 0);
	whole_session(0);
	return begin(1, kernel);
}

static void sessions_of_two_machines_are_not_one_run(void **state)
{
	(void)state;
	end(second_session("6.12"), true);
	expect_left_out(
		"session-001.log: left out entirely: mixed: not the machine of the first session: kernel.release (6.12 / 6.1)");
}

static void metrics_and_points_that_contradict_are_left_out(void **state)
{
	struct reclog *log;

	(void)state;
	log = second_session("6.1");
	append(log, metric("wall_ns", "insns"));
	end(log, true);
	expect_left_out("session-001.log: record 8 left out: wall_ns has unit \"insns\" here and \"ns\" there");

	log = second_session("6.1");
	append(log, point(POINT_B, 2, json_object()));
	end(log, true);
	expect_left_out("null has revision 2 here and 1 there");

	log = second_session("6.1");
	append(log, point(POINT_A, 1, json_object()));
	end(log, true);
	expect_left_out("has other parameters than its key says: size");

	log = second_session("6.1");
	append(log, point("null", 1, json_pack("{s:i}", "share", 1)));
	end(log, true);
	expect_left_out("null has other parameters here than there");

	log = second_session("6.1");
	append(log, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "kind", "metric", "name", "x", "unit", "ns", "better",
			      "bigger", "class", "noisy", "meaning", ""));
	end(log, true);
	expect_left_out("metric x is better \"bigger\"");

	log = second_session("6.1");
	append(log,
	       point("mbind size=1m pair=0:1", 1, json_pack("{s:i, s:i, s:i}", "size", 1 << 20, "from", 0, "to", 2)));
	end(log, true);
	expect_left_out("other parameters than its key says: pair");
}

static void outcomes_that_are_none_are_left_out(void **state)
{
	struct reclog *log;

	(void)state;
	log = second_session("6.1");
	outcome(log, POINT_A, "fine", "", "");
	end(log, true);
	expect_left_out("\"fine\" is not an outcome");

	log = second_session("6.1");
	outcome(log, POINT_A, "broken", "", "");
	end(log, true);
	expect_left_out("every outcome but ok has one");

	log = second_session("6.1");
	append(log, json_pack("{s:s, s:s}", "kind", "outcome", "point", POINT_A));
	end(log, true);
	expect_left_out("record 8 left out: ");
}

static void samples_of_another_shape_are_left_out(void **state)
{
	struct reclog *log;

	(void)state;
	log = second_session("6.1");
	sample(log, 0, "never planned", 0, 1);
	end(log, true);
	expect_left_out("session-001.log: record 8 left out: samples of never planned, which was not planned");

	log = second_session("6.1");
	append(log, json_pack("{s:s, s:i, s:s, s:[s], s:[[i,b,s,[f]]]}", "kind", "samples", "order", 0, "point",
			      POINT_A, "metrics", "cpu_ns", "rows", 0, false, "ok", 1.0));
	end(log, true);
	expect_left_out("metric cpu_ns, which was not announced");

	log = second_session("6.1");
	append(log, json_pack("{s:s, s:i, s:s, s:[s,s], s:[[i,b,s,[f]]]}", "kind", "samples", "order", 0, "point",
			      POINT_A, "metrics", "wall_ns", "page_ns", "rows", 0, false, "ok", 1.0));
	end(log, true);
	expect_left_out("1 values for 2 metrics");

	log = second_session("6.1");
	append(log, json_pack("{s:s, s:i, s:s, s:[s], s:[[i,b,s,[s]]]}", "kind", "samples", "order", 0, "point",
			      POINT_A, "metrics", "wall_ns", "rows", 0, false, "ok", "much"));
	end(log, true);
	expect_left_out("metric wall_ns has a value that is not a number");

	log = second_session("6.1");
	append(log, json_pack("{s:s, s:s, s:i, s:{s:f}}", "kind", "sample", "point", POINT_A, "rep", 0, "values",
			      "wall_ns", 1.0));
	end(log, true);
	expect_left_out("record 8 left out: of kind \"sample\", which this nodehop does not read");

	log = second_session("6.1");
	append(log, json_pack("{s:s, s:s, s:s, s:i, s:s, s:{}}", "kind", "point", "point", "null", "benchmark", "null",
			      "revision", -1, "primary", "wall", "params"));
	end(log, true);
	expect_left_out("record 8 left out: revision -1; it is 0 to 2147483647");

	log = second_session("6.1");
	append(log, json_pack("{s:s, s:i, s:s, s:[s], s:[[I,b,s,[f]]]}", "kind", "samples", "order", 0, "point",
			      POINT_A, "metrics", "wall_ns", "rows", (json_int_t)1 << 32, false, "ok", 1.0));
	end(log, true);
	expect_left_out("rep 4294967296; it is 0 to 2147483646");
}

static void repetitions_that_cannot_be_are_left_out(void **state)
{
	struct reclog *log;

	(void)state;
	log = second_session("6.1");
	sample(log, 0, POINT_A, -1, 1);
	end(log, true);
	expect_left_out("record 8 left out: repetition -1 after -1");

	log = second_session("6.1");
	sample(log, 0, POINT_A, 0, 1);
	sample(log, 0, POINT_A, 0, 1);
	end(log, true);
	expect_left_out("record 9 left out: repetition 0 of wall_ns");

	log = second_session("6.1");
	append(log, json_pack("{s:s, s:i, s:s, s:[s,s], s:[[i,b,s,[f,f]]]}", "kind", "samples", "order", 0, "point",
			      POINT_A, "metrics", "wall_ns", "wall_ns", "rows", 0, false, "ok", 1.0, 2.0));
	end(log, true);
	expect_left_out("record 8 left out: metric wall_ns twice");

	log = second_session("6.1");
	sample(log, 0, POINT_A, 0, -5);
	end(log, true);
	expect_left_out("record 8 left out: a value of -5");
}

static void facts_that_are_no_objects_are_left_out(void **state)
{
	struct reclog *log;
	char *path;

	(void)state;
	assert_int_equal(run_part_create(dir), 0);
	whole_session(0);
	path = run_log_path(dir, 1, 0);
	log = reclog_create(path);
	free(path);
	append(log,
	       json_pack("{s:s, s:i, s:i, s:i}", "kind", "begin", "schema", RECORD_SCHEMA, "session", 1, "seed", 1));
	append(log, json_pack("{s:s, s:s, s:{}}", "kind", "env", "hard", "odd", "soft"));
	end(log, true);
	expect_left_out("record 2 left out: \"hard\" and \"soft\" must be objects");
}

static void expect_bad_begin(const char *key, json_t *value, const char *why)
{
	char *path = run_log_path(dir, 1, 0), text[200];
	json_t *record =
		json_pack("{s:s, s:i, s:i, s:i}", "kind", "begin", "schema", RECORD_SCHEMA, "session", 1, "seed", 1);
	struct reclog *log;

	assert_int_equal(run_part_create(dir), 0);
	whole_session(0);
	log = reclog_create(path);
	json_object_set_new(record, key, value);
	append(log, record);
	end(log, true);
	free(path);
	snprintf(text, sizeof(text), "session-001.log: left out entirely: %s", why);
	expect_left_out(text);
}

static void a_beginning_that_cannot_be_is_left_out(void **state)
{
	(void)state;
	expect_bad_begin("seed", json_string("1"), "seed is not a whole number");
	expect_bad_begin("session", json_integer((json_int_t)1 << 32), "session 4294967296; it is 0 to 2147483646");
	expect_bad_begin("mode", json_string("slow"), "mode \"slow\"; it is hardware, counted or fast");
}

/* What is bad is one record: all that lies beside it is kept, and what was wrong stays wrong. */
static void what_lies_beside_is_kept(void **state)
{
	struct reclog *log;
	struct run *run;
	double sum = 0;

	(void)state;
	assert_int_equal(run_part_create(dir), 0);
	log = begin(0, "6.1");
	sample(log, 0, POINT_A, 0, 1);
	sample(log, 0, POINT_A, 0, 1000);
	sample(log, 0, POINT_A, 1, 10);
	outcome(log, POINT_A, "wrong", "left-behind", "3 pages");
	outcome(log, POINT_A, "ok", "", "");
	sample(log, 1, POINT_B, -1, 5);
	outcome(log, POINT_B, "ok", "", "");
	end(log, true);
	assert_int_equal(run_collect(dir, true, NULL, NULL), 0);
	assert_int_equal(run_seal(dir), 0);
	run = load();
	assert_int_equal(run_samples(run, count_values, &sum), 0);
	assert_true(sum == 11);
	run_free(run);
	expect_outcome(POINT_A, "wrong", "left-behind", "3 pages");
	expect_outcome(POINT_B, "broken", "unfinished", "the session's record ends before this point was finished");
}

static void without_any_intact_record_nothing_is_made(void **state)
{
	(void)state;
	assert_int_equal(run_part_create(dir), 0);
	assert_int_equal(shell("printf NHR1junkjunk >%s/session-000.log", part), 0);
	expect_collect_fault("no session has an intact record");
	assert_int_equal(run_collect(dir, true, NULL, NULL), -1);
	assert_non_null(strstr(fault_text(), "today.part: cannot read: No such file"));
}

static void a_newer_record_is_refused(void **state)
{
	struct reclog *log;
	char path[200];

	(void)state;
	assert_int_equal(run_part_create(dir), 0);
	snprintf(path, sizeof(path), "%s/session-000.log", part);
	log = reclog_create(path);
	append(log, json_pack("{s:s, s:i, s:i}", "kind", "begin", "schema", 9, "session", 0));
	reclog_close(log);
	expect_collect_fault("(session-000.log: left out entirely: schema 9; this nodehop reads 1)");
}

static void nothing_is_overwritten(void **state)
{
	(void)state;
	whole_run(1);
	assert_int_equal(run_part_create(dir), -1);
	assert_non_null(strstr(fault_text(), "today: is there already; a run is never overwritten"));
	assert_int_equal(rename(dir, part), 0);
	assert_int_equal(run_part_create(dir), -1);
	assert_non_null(strstr(fault_text(), "today.part: is there already"));
	assert_int_equal(mkdir(dir, 0777), 0); /* appeared while measuring */
	assert_int_equal(run_seal(dir), -1);
	assert_non_null(strstr(fault_text(), "today.part: cannot become "));
	assert_int_equal(access(part, F_OK), 0);
}

/* ---- damage to the folder --------------------------------------------------------------- */

static void expect_load_fault(const char *expected)
{
	char whole[400];

	assert_null(run_load(dir));
	snprintf(whole, sizeof(whole), "%s%s", dir, expected);
	assert_string_equal(fault_text(), whole);
}

/* Breaks a fresh run with a shell command ($1 is its folder) and expects the fault. */
static void damage(const char *command, const char *expected)
{
	clear_folder(NULL);
	whole_run(2);
	assert_int_equal(shell("set -- %s; %s", dir, command), 0);
	expect_load_fault(expected);
}

static void every_damage_has_its_own_fault(void **state)
{
	(void)state;
	damage("rm $1/samples.csv", "/samples.csv: missing; the manifest lists it");
	damage("rm $1/env.json", "/env.json: missing; the manifest lists it");
	damage(": >$1/samples.csv", "/samples.csv: empty; the manifest says otherwise");
	damage("head -n -1 $1/samples.csv >$1/x; mv $1/x $1/samples.csv",
	       "/samples.csv: cut: 15 rows, the manifest says 16");
	damage("head -c -9 $1/samples.csv >$1/x; mv $1/x $1/samples.csv",
	       "/samples.csv: cut off: the last line has no end");
	damage("tail -n 1 $1/samples.csv >$1/x; cat $1/x >>$1/samples.csv",
	       "/samples.csv: rows added or doubled: 17 rows, the manifest says 16");
	damage("sed -i 4s/333333334/333333335/ $1/samples.csv",
	       "/samples.csv: edited: 16 rows as listed, but not the same bytes");
	damage("sed -i 3s/,1/,1,1/ $1/points.csv", "/points.csv:3: 11 columns, expected 10");
	damage("sed -i s/6.1/6.2/ $1/env.json", "/env.json: edited or cut: not the bytes that the manifest lists");
	damage("rm $1/manifest.json", ": no manifest.json, so this is not a run folder");
	damage("echo '{}' >$1/manifest.json",
	       "/manifest.json: no manifest of a nodehop run (schema, complete and files are expected)");
	damage("head -c 90 $1/manifest.json >$1/x; mv $1/x $1/manifest.json",
	       "/manifest.json:5: damaged: ':' expected near end of file");
}

static void a_folder_that_is_no_run_says_what_it_is(void **state)
{
	(void)state;
	expect_load_fault(": No such file or directory");
	assert_int_equal(run_part_create(dir), 0);
	assert_null(run_load(dir));
	assert_non_null(strstr(fault_text(), "today: not closed; being written still, or left by a merge"));
	assert_int_equal(run_collect(dir, true, NULL, NULL), -1);
	assert_non_null(strstr(fault_text(), "there is nothing to keep, delete it"));
	assert_int_equal(shell("touch %s/session-001.log", part), 0);
	assert_null(run_load(dir));
	assert_non_null(strstr(fault_text(), "today: not closed; measuring still, or interrupted: `nodehop recover "));
	assert_null(run_load(part));
	assert_non_null(strstr(fault_text(), "today.part: not closed"));
}

/* As damage(), but with a manifest written over the damage: what is read must make sense of itself. */
static void forge(const char *command, const char *expected)
{
	struct run *run;
	double sum = 0;

	clear_folder(NULL);
	whole_run(2);
	assert_int_equal(shell("set -- %s; %s", dir, command), 0);
	assert_int_equal(manifest_write(dir, true), 0);
	run = run_load(dir);
	if (run)
		assert_int_equal(run_samples(run, count_values, &sum), -1);
	if (strncmp(fault_text(), dir, strlen(dir)) || !strstr(fault_text(), expected))
		fail_msg("%s: \"%s\" does not say \"%s\"", command, fault_text(), expected);
	run_free(run);
}

static void content_is_checked_beyond_the_manifest(void **state)
{
	(void)state;
	forge("sed -i 's/333333334.3333333/nan/' $1/samples.csv",
	      "/samples.csv:4: value: \"nan\" is not a finite number");
	forge("sed -i 's/333333334.3333333/1e999/' $1/samples.csv",
	      "/samples.csv:4: value: \"1e999\" is not a finite number");
	forge("sed -i 's/333333334.3333333//' $1/samples.csv", "/samples.csv:4: value: \"\" is not a finite number");
	forge("sed -i '4s/base\",1/base\",-1/' $1/samples.csv",
	      "/samples.csv:4: rep: \"-1\" is not a whole number from 0 to 2147483646");
	forge("sed -i '4p' $1/samples.csv",
	      "/samples.csv:5: repetition 1 of wall_ns after repetition 1; rows doubled or out of order");
	forge("sed -n '2,9p' $1/samples.csv >$1/x; cat $1/x >>$1/samples.csv",
	      "/samples.csv:18: session 0 after session 1; rows doubled or out of order");
	forge("sed -i '10,$s/^1,/7,/' $1/samples.csv", "/samples.csv:10: session 7 is not in env.json");
	forge("sed -i '4s/512/513/' $1/samples.csv",
	      "/samples.csv:4: point \"move_pages size=16m batch=513 pair=0:1 page=base\" is not in points.csv");
	forge("sed -i '4s/wall/wail/' $1/samples.csv", "/samples.csv:4: metric \"wail_ns\" is not in metrics.csv");
	forge("sed -i '4s/\",1,0,/\",1,2,/' $1/samples.csv", "/samples.csv:4: warmup \"2\"; it is 0 or 1");
	forge("sed -i 3p $1/points.csv", "/points.csv:4: point \"null\" appears twice");
	forge("sed -i 3p $1/metrics.csv", "/metrics.csv:4: metric \"page_ns\" appears twice");
	forge("sed -i '2s/\"ok\"/\"good\"/' $1/points.csv",
	      "/points.csv:2: \"good\" is not an outcome; they are ok, unstable, skipped, blocked, wrong, broken");
	forge("sed -i '2s/\"batch=512/\"512/' $1/points.csv",
	      "/points.csv:2: parameters \"512;page=base;pair=0:1;share=0.5;size=16777216\" are not written like "
	      "batch=512;page=base");
	forge("sed -i 's/333333334.3333333/-5/' $1/samples.csv",
	      "/samples.csv:4: a value of -5: nothing that is measured");
	forge("sed -i 's/333333334.3333333/1e300/' $1/samples.csv",
	      "/samples.csv:4: a value of 1e+300: nothing that is");
	forge("sed -i '4s/\"ok\"/\"fine\"/' $1/samples.csv",
	      "/samples.csv:4: a sample is marked \"fine\", which is not a known mark");
	forge("sed -i '/null/d' $1/samples.csv", "/samples.csv: no sample of \"null\", which points.csv calls ok");
	forge("sed -i '2s/batch=512;page/batch=511;page/' $1/points.csv",
	      "/points.csv:2: point \"move_pages size=16m batch=512 pair=0:1 page=base\" has other parameters than its key says: "
	      "batch");
	forge("sed -i '2s/size=16777216/size=16777215/' $1/points.csv", "has other parameters than its key says: size");
	forge("sed -i '2s/\"move_pages\"/\"mbind\"/' $1/points.csv", "page=base\" is of benchmark \"mbind\"");
	forge("sed -i '2s/noisy/loud/' $1/metrics.csv",
	      "/metrics.csv:2: metric wall_ns is of class \"loud\"; there are noisy, counted, exact and untimed");
	forge("sed -i '2s/lower/bigger/' $1/metrics.csv",
	      "/metrics.csv:2: metric wall_ns is better \"bigger\"; it is lower");
	forge("sed -i 's/\"schema\": 1/\"schema\": 2/' $1/env.json", "/env.json: schema 2; this nodehop reads 1");
	forge("sed -i 's/\"session\": 1/\"session\": 0/' $1/env.json",
	      "/env.json: session 0 after session 0; sessions doubled or out of order");
	forge("sed -i 's/\"session\": 1/\"session\": true/' $1/env.json",
	      "/env.json: entry 2 of sessions: session is not a whole number");
	forge("sed -i 's/\"seed\": 1/\"seed\": -1/' $1/env.json",
	      "/env.json: entry 1 of sessions: seed -100; it is 0 to 2147483647");
	forge("sed -i 's/\"mode\": \"[a-z]*\"/\"mode\": \"slow\"/' $1/env.json",
	      "/env.json: entry 1 of sessions: mode \"slow\"; it is hardware, counted or fast");
	forge("echo '{}' >$1/env.json", "/env.json: lacks \"hard\", \"soft\" or \"sessions\"");
	forge("echo '[' >$1/env.json", "/env.json:2: damaged: ']' expected near end of file");
}

static void a_manifest_of_another_kind_is_refused(void **state)
{
	(void)state;
	damage("sed -i 's/\"schema\": 1/\"schema\": 2/' $1/manifest.json",
	       "/manifest.json: schema 2 is newer than this nodehop, which reads 1");
	damage("sed -i 's/points.csv/paints.csv/' $1/manifest.json",
	       "/manifest.json: does not list points.csv; not a nodehop run");
	damage("sed -i 's|\"topology.xml\"|\"../../x\"|' $1/manifest.json",
	       "/manifest.json: lists \"../../x\", which is not a file of this folder");
}

/* ---- resuming ---- */

/* In a process of its own: the folder is locked until that ends. */
static void write_interrupted(void)
{
	struct reclog *log;

	if (run_part_create(dir))
		_exit(1);
	log = begin(1, "6.1");
	outcome(log, POINT_A, "ok", "", "");
	outcome(log, POINT_B, "broken", "interrupted", "ended by a signal");
	end(log, false);
	_exit(0);
}

static void an_interrupted_point_has_no_outcome(void **state)
{
	struct resume resume;
	pid_t pid = fork();
	int status;

	(void)state;
	if (!pid)
		write_interrupted();
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	if (resume_open(&resume, dir))
		fail_msg("%s", fault_text());
	assert_true(resume_has(&resume, 1, POINT_A));
	assert_false(resume_has(&resume, 1, POINT_B));
	assert_false(resume_ended(&resume, 1));
	assert_false(resume_has(&resume, 2, POINT_A));
	resume_close(&resume);
}

/* ---- names of folders ---- */

static void a_folder_is_not_called_as_one_in_progress(void **state)
{
	char *name = run_dir_new("a.part/b");

	(void)state;
	assert_string_equal(name, "a.part/b");
	free(name);
	assert_null(run_dir_new("a.part"));
	assert_non_null(strstr(fault_text(), "a run in progress is called that"));
	assert_null(run_dir_new("a.part//"));
	assert_null(run_dir_new(""));
	name = run_dir_of("a.part/");
	assert_string_equal(name, "a");
	free(name);
}

/* ---- looking into a run ---- */

static void the_primary_metric_is_found_by_its_short_name(void **state)
{
	static const char *const names[] = { "wall_ns", "page_insns", "seen" };
	static const char *const primaries[] = { "wall", "page", "seen", "call" };
	static const long wanted[] = { 0, 1, 2, -1 };
	struct run *run = run_new("somewhere");

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(run_add_metric(run, &(struct run_metric){ .name = (char *)names[i] }), i);
	for (size_t i = 0; i < 4; i++) {
		struct run_point p = { .key = (char *)primaries[i], .primary = (char *)primaries[i] };

		assert_int_equal(run_add_point(run, &p), i);
		assert_int_equal(run_primary_metric(run, i), wanted[i]);
	}
	run_free(run);
}

static bool is_within(json_int_t size, json_int_t caches)
{
	struct run_point p = { .params = json_pack("{s:I, s:I}", "size", size, "caches", caches) };
	bool within = run_point_within_cache(&p);

	json_decref(p.params);
	return within;
}

static void what_just_fits_lies_within_the_caches(void **state)
{
	struct run_point unknown = { .params = json_pack("{s:i}", "size", 4096) };

	(void)state;
	assert_true(is_within(32 << 20, 32 << 20) && is_within(1, 32 << 20));
	assert_false(is_within((32 << 20) + 1, 32 << 20));
	assert_false(run_point_within_cache(&unknown)); /* nobody tells */
	json_decref(unknown.params);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_run_reads_back_as_recorded, clear_folder),
		cmocka_unit_test_teardown(the_files_are_these, clear_folder),
		cmocka_unit_test_teardown(a_run_without_settings_is_read, clear_folder),
		cmocka_unit_test_teardown(curves_are_kept_beside_the_samples, clear_folder),
		cmocka_unit_test_teardown(a_curve_with_more_y_than_x_is_left_out, clear_folder),
		cmocka_unit_test_teardown(sessions_share_facts_and_keep_their_own, clear_folder),
		cmocka_unit_test_teardown(a_part_can_be_read_and_points_changed_before_sealing, clear_folder),
		cmocka_unit_test_teardown(the_gravest_outcome_wins_and_names_its_session, clear_folder),
		cmocka_unit_test_teardown(a_session_that_died_makes_the_run_incomplete, clear_folder),
		cmocka_unit_test_teardown(a_cause_is_told_by_every_unfinished_point, clear_folder),
		cmocka_unit_test_teardown(a_resumed_session_counts_the_log_that_finished_a_point, clear_folder),
		cmocka_unit_test_teardown(an_empty_log_beside_whole_ones_makes_the_run_incomplete, clear_folder),
		cmocka_unit_test_teardown(sessions_of_two_machines_are_not_one_run, clear_folder),
		cmocka_unit_test_teardown(what_lies_beside_is_kept, clear_folder),
		cmocka_unit_test_teardown(metrics_and_points_that_contradict_are_left_out, clear_folder),
		cmocka_unit_test_teardown(outcomes_that_are_none_are_left_out, clear_folder),
		cmocka_unit_test_teardown(samples_of_another_shape_are_left_out, clear_folder),
		cmocka_unit_test_teardown(repetitions_that_cannot_be_are_left_out, clear_folder),
		cmocka_unit_test_teardown(a_beginning_that_cannot_be_is_left_out, clear_folder),
		cmocka_unit_test_teardown(facts_that_are_no_objects_are_left_out, clear_folder),
		cmocka_unit_test_teardown(without_any_intact_record_nothing_is_made, clear_folder),
		cmocka_unit_test_teardown(a_newer_record_is_refused, clear_folder),
		cmocka_unit_test_teardown(nothing_is_overwritten, clear_folder),
		cmocka_unit_test_teardown(every_damage_has_its_own_fault, clear_folder),
		cmocka_unit_test_teardown(a_folder_that_is_no_run_says_what_it_is, clear_folder),
		cmocka_unit_test_teardown(content_is_checked_beyond_the_manifest, clear_folder),
		cmocka_unit_test_teardown(a_manifest_of_another_kind_is_refused, clear_folder),
		cmocka_unit_test_teardown(an_interrupted_point_has_no_outcome, clear_folder),
		cmocka_unit_test(a_folder_is_not_called_as_one_in_progress),
		cmocka_unit_test(the_primary_metric_is_found_by_its_short_name),
		cmocka_unit_test(what_just_fits_lies_within_the_caches),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
