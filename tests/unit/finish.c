// SPDX-License-Identifier: GPL-2.0-or-later
/* finish: the exit code of a run by its points, what a killed session leaves, and a folder's name that nobody has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fault.h"
#include "base/file.h"
#include "campaign/finish.h"
#include "record/reclog.h"
#include "record/run.h"
#include "record/run_dir.h"

static char folder[] = "/tmp/nodehop-finish-XXXXXX";

static void append(struct reclog *log, json_t *record)
{
	assert_non_null(record);
	assert_int_equal(reclog_append(log, record), 0);
}

static void append_planned(struct reclog *log, const char *key)
{
	append(log, json_pack("{s:s, s:s, s:s, s:i, s:s, s:s, s:{}}", "kind", "point", "point", key, "benchmark", key,
			      "revision", 1, "primary", "wall", "figure", "", "params"));
}

static void append_point(struct reclog *log, const char *key, const char *outcome)
{
	append_planned(log, key);
	append(log, json_pack("{s:s, s:i, s:s, s:[s], s:[[i,b,s,[i]]]}", "kind", "samples", "order", 0, "point", key,
			      "metrics", "wall_insns", "rows", 0, 0, "ok", 100));
	append(log, json_pack("{s:s, s:s, s:s, s:s, s:s}", "kind", "outcome", "point", key, "outcome", outcome,
			      "reason", strcmp(outcome, "ok") ? "some-reason" : "", "detail", ""));
}

static void append_begin(struct reclog *log)
{
	append(log, json_pack("{s:s, s:i, s:i, s:i, s:s, s:[s]}", "kind", "begin", "schema", RECORD_SCHEMA, "session",
			      1, "seed", 1, "mode", "counted", "argv", "nodehop"));
}

static void append_env(struct reclog *log)
{
	append(log, json_pack("{s:s, s:{s:s}, s:{}}", "kind", "env", "hard", "mode", "counted", "soft"));
}

static void append_metric(struct reclog *log)
{
	append(log, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "kind", "metric", "name", "wall_insns", "unit",
			      "instructions", "better", "lower", "class", "counted", "meaning", ""));
}

static struct reclog *begin_run(void)
{
	char *path = run_log_path("run", 1, 0);
	struct reclog *log;

	assert_int_equal(run_part_create("run"), 0);
	log = reclog_create(path);
	assert_non_null(log);
	free(path);
	return log;
}

/* What is printed meanwhile is dropped. */
static int end_run(struct reclog *log, bool complete)
{
	char *text = NULL;
	FILE *before = stdout;
	size_t size;
	int code;

	assert_int_equal(reclog_close(log), 0);
	stdout = open_memstream(&text, &size);
	code = finish_run("run", complete, NULL, NULL);
	fclose(stdout);
	stdout = before;
	free(text);
	return code;
}

/* Of a run of two points that ended so. */
static int code_of(const char *a, const char *b)
{
	struct reclog *log = begin_run();
	int code;

	append_begin(log);
	append_env(log);
	append_metric(log);
	append_point(log, "a", a);
	append_point(log, "b", b);
	append(log, json_pack("{s:s, s:b}", "kind", "end", "complete", 1));
	code = end_run(log, true);
	assert_int_equal(file_remove_folder("run"), 0);
	return code;
}

static void the_exit_code_is_that_of_the_points(void **state)
{
	(void)state;
	assert_int_equal(code_of("ok", "ok"), 0);
	assert_int_equal(code_of("ok", "skipped"), 0);
	assert_int_equal(code_of("blocked", "skipped"), 4);
	assert_int_equal(code_of("ok", "wrong"), 1);
	assert_int_equal(code_of("broken", "ok"), 1);
	assert_int_equal(code_of("skipped", "broken"), 1);
}

/* ---- what a killed session leaves ---- */

/* The folder is whole and says that the run is not. */
static void expect_closed(size_t points)
{
	struct run *run = run_load("run");

	if (!run)
		fail_msg("%s", fault_text());
	assert_false(run->complete);
	assert_int_equal(run->points, points);
	for (size_t i = 0; i < points; i++)
		if (!strcmp(run->point[i].key, "finished"))
			assert_string_equal(run->point[i].outcome, "ok");
		else
			assert_string_equal(run->point[i].reason, "unfinished");
	run_free(run);
	assert_int_equal(file_remove_folder("run"), 0);
}

static void a_session_without_its_end_is_closed(void **state)
{
	struct reclog *log = begin_run();

	(void)state;
	append_begin(log);
	append_env(log);
	append_metric(log);
	append_planned(log, "unfinished");
	append_point(log, "finished", "ok");
	assert_int_equal(end_run(log, false), 1);
	expect_closed(2);
}

/* Killed before the first sample. */
static void a_session_without_a_sample_is_closed(void **state)
{
	struct reclog *log = begin_run();

	(void)state;
	append_begin(log);
	append_env(log);
	append_metric(log);
	append_planned(log, "a");
	append_planned(log, "b");
	assert_int_equal(end_run(log, false), 1);
	expect_closed(2);
}

static void a_session_that_only_began_is_closed(void **state)
{
	struct reclog *log = begin_run();

	(void)state;
	append_begin(log);
	assert_int_equal(end_run(log, false), 4);
	expect_closed(0);
}

/* One line says so, and what there is stays where it is. */
static void expect_nothing_kept(struct reclog *log)
{
	assert_int_equal(end_run(log, false), 2);
	assert_non_null(strstr(fault_text(), "no session has an intact record; nothing can be kept"));
	assert_int_equal(access("run", F_OK), -1);
	assert_int_equal(file_remove_folder("run.part"), 0);
}

static void of_an_empty_log_nothing_is_kept(void **state)
{
	(void)state;
	expect_nothing_kept(begin_run());
}

/* Of which session it is, nobody knows. */
static void of_a_log_of_only_an_env_nothing_is_kept(void **state)
{
	struct reclog *log = begin_run();

	(void)state;
	append_env(log);
	expect_nothing_kept(log);
}

/* Not one that is there, nor one in progress: of several runs in one second, which the stamp does not tell apart. */
static void a_default_name_is_nobodys(void **state)
{
	char *name[3] = {};

	(void)state;
	for (time_t second = 0; second != time(NULL);) { /* all in one second */
		second = time(NULL);
		for (int i = 0; i < 3; i++) {
			char *part;

			free(name[i]); /* of a second that ended meanwhile */
			name[i] = finish_default_dir("a server");
			part = run_part_path(name[i]);
			assert_int_equal(file_make_folders(i ? name[i] : part), 0);
			free(part);
			for (int j = 0; j < i; j++)
				assert_string_not_equal(name[i], name[j]);
		}
	}
	assert_non_null(strstr(name[0], "-a-server"));
	assert_int_equal(strncmp(name[2], name[0], strlen(name[0])), 0);
	assert_string_equal(name[2] + strlen(name[0]), "-3");
	for (int i = 0; i < 3; i++)
		free(name[i]);
}

static int enter_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? chdir(folder) : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	return chdir("/") || file_remove_folder(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_exit_code_is_that_of_the_points),
		cmocka_unit_test(a_session_without_its_end_is_closed),
		cmocka_unit_test(a_session_without_a_sample_is_closed),
		cmocka_unit_test(a_session_that_only_began_is_closed),
		cmocka_unit_test(of_an_empty_log_nothing_is_kept),
		cmocka_unit_test(of_a_log_of_only_an_env_nothing_is_kept),
		cmocka_unit_test(a_default_name_is_nobodys),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, enter_folder, remove_folder);
}
