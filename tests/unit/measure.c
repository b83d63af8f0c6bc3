// SPDX-License-Identifier: GPL-2.0-or-later
/* measure: how many sessions there are in a time, and what a resumed one measures. The benchmark is this test's own. */
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
#include "campaign/measure.h"
#include "record/reclog.h"
#include "record/run.h"
#include "record/run_dir.h"

static char folder[] = "/tmp/nodehop-measure-XXXXXX";
static char dir[64];
static unsigned sleep_ms;

static enum outcome rest(struct trial *t)
{
	(void)t;
	usleep(1000 * sleep_ms);
	return OK;
}

/* One repetition, without warm-ups, of three points that only differ in their keys. */
static const struct benchmark benchmark = { .name = "rest", .run = rest, .repetitions = 1 };
static struct point point[] = {
	{ .benchmark = &benchmark, .key = "rest a" },
	{ .benchmark = &benchmark, .key = "rest b" },
	{ .benchmark = &benchmark, .key = "rest c" },
};

static void measured(size_t points, int count, uint64_t within_ns, const struct resume *resume)
{
	static const struct machine machine = { .is_this_system = true, .page_size = 4096 };
	const struct plan plan = { point, points };
	struct session session = {
		.plan = &plan,
		.machine = &machine,
		.env = json_pack("{s:{}, s:{}}", "hard", "soft"),
		.argv = json_pack("[s]", "nodehop"),
		.seed = 1,
		.allow_load = true,
	};
	struct measured_sessions how;

	if (measure_sessions(&session, dir, count, within_ns, resume, &how))
		fail_msg("%s", fault_text());
	assert_true(how.complete);
	json_decref((json_t *)session.env);
	json_decref(session.argv);
}

static int take_outcome(const json_t *record, void *context)
{
	const char *kind = json_string_value(json_object_get(record, "kind"));
	char *keys = context;

	if (!strcmp(kind, "outcome"))
		strcat(strcat(keys, json_string_value(json_object_get(record, "point"))), ";");
	return 0;
}

/* The points that a log of the folder has outcomes of; "none" where there is no log. */
static const char *outcomes(const char *log)
{
	static char keys[200];
	char *part = run_part_path(dir), *path = file_path(part, log);
	bool torn;

	free(part);
	keys[0] = '\0';
	if (access(path, F_OK))
		strcpy(keys, "none");
	else if (reclog_read(path, take_outcome, keys, &torn) < 0 || torn)
		fail_msg("%s: %s", path, fault_text());
	free(path);
	return keys;
}

/* A second a session: a third one would not be done after 2.9. */
static void no_session_begins_that_would_end_too_late(void **state)
{
	(void)state;
	sleep_ms = 1000;
	measured(1, 6, 2900000000, NULL);
	assert_string_equal(outcomes("session-001.log"), "rest a;");
	assert_string_equal(outcomes("session-002.log"), "rest a;");
	assert_string_equal(outcomes("session-003.log"), "none");
}

static void the_first_session_is_measured_in_any_case(void **state)
{
	(void)state;
	sleep_ms = 0;
	measured(1, 6, 1, NULL);
	assert_string_equal(outcomes("session-001.log"), "rest a;");
	assert_string_equal(outcomes("session-002.log"), "none");
}

static void a_resumed_session_measures_what_it_lacks(void **state)
{
	const struct resume resume = {
		.dir = dir,
		.part = run_part_path(dir),
		.sessions = json_pack("{s:{s:b, s:i, s:{s:b}}, s:{s:b, s:i, s:{}}}", "1", "ended", 0, "logs", 1, "done",
				      "rest b", 1, "2", "ended", 1, "logs", 1, "done"),
	};

	(void)state;
	sleep_ms = 0;
	measured(3, 3, 0, &resume);
	assert_null(strstr(outcomes("session-001.resumed-1.log"), "rest b"));
	assert_int_equal(strlen(outcomes("session-001.resumed-1.log")), strlen("rest a;rest c;"));
	assert_string_equal(outcomes("session-002.resumed-1.log"), "none"); /* it had ended */
	assert_int_equal(strlen(outcomes("session-003.log")), strlen("rest a;rest b;rest c;"));
	json_decref(resume.sessions);
	free(resume.part);
}

static int begin(void **state)
{
	(void)state;
	strcpy(folder + sizeof(folder) - 7, "XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(dir, sizeof(dir), "%s/run", folder);
	return run_part_create(dir);
}

static int end(void **state)
{
	(void)state;
	return file_remove_folder(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(no_session_begins_that_would_end_too_late, begin, end),
		cmocka_unit_test_setup_teardown(the_first_session_is_measured_in_any_case, begin, end),
		cmocka_unit_test_setup_teardown(a_resumed_session_measures_what_it_lacks, begin, end),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
