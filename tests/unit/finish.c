// SPDX-License-Identifier: GPL-2.0-or-later
/* finish: the exit code of a run by its points, and a folder's name that nobody has. Nothing is measured. */
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

static void append_point(struct reclog *log, const char *key, const char *outcome)
{
	append(log, json_pack("{s:s, s:s, s:s, s:i, s:s, s:s, s:{}}", "kind", "point", "point", key, "benchmark", key,
			      "revision", 1, "primary", "wall", "figure", "", "params"));
	append(log, json_pack("{s:s, s:i, s:s, s:[s], s:[[i,b,s,[i]]]}", "kind", "samples", "order", 0, "point", key,
			      "metrics", "wall_insns", "rows", 0, 0, "ok", 100));
	append(log, json_pack("{s:s, s:s, s:s, s:s, s:s}", "kind", "outcome", "point", key, "outcome", outcome,
			      "reason", strcmp(outcome, "ok") ? "some-reason" : "", "detail", ""));
}

/* Of a run of two points that ended so. */
static int code_of(const char *a, const char *b)
{
	char *path = run_log_path("run", 1, 0), *text = NULL;
	FILE *before = stdout;
	struct reclog *log;
	size_t size;
	int code;

	assert_int_equal(run_part_create("run"), 0);
	log = reclog_create(path);
	free(path);
	append(log, json_pack("{s:s, s:i, s:i, s:i, s:s, s:[s]}", "kind", "begin", "schema", RECORD_SCHEMA, "session",
			      1, "seed", 1, "mode", "counted", "argv", "nodehop"));
	append(log, json_pack("{s:s, s:{s:s}, s:{}}", "kind", "env", "hard", "mode", "counted", "soft"));
	append(log, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "kind", "metric", "name", "wall_insns", "unit",
			      "instructions", "better", "lower", "class", "counted", "meaning", ""));
	append_point(log, "a", a);
	append_point(log, "b", b);
	append(log, json_pack("{s:s, s:b}", "kind", "end", "complete", 1));
	assert_int_equal(reclog_close(log), 0);
	stdout = open_memstream(&text, &size);
	code = finish_run("run", true, NULL, NULL);
	fclose(stdout);
	stdout = before;
	free(text);
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

/* Not one that is there, nor one in progress: of several runs in one second, which the stamp does not tell apart. */
static void a_default_name_is_nobodys(void **state)
{
	char *name[3];

	(void)state;
	for (time_t second = 0; second != time(NULL);) { /* all in one second */
		second = time(NULL);
		for (int i = 0; i < 3; i++) {
			char *part;

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
		cmocka_unit_test(a_default_name_is_nobodys),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, enter_folder, remove_folder);
}
