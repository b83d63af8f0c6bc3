// SPDX-License-Identifier: GPL-2.0-or-later
/* condense: what a baseline keeps of a run: each session's median of what gates, and exact counts where they change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "analysis/condense.h"
#include "base/fault.h"
#include "base/file.h"
#include "make_run.h"

static char folder[] = "/tmp/nodehop-condense-XXXXXX";

static const struct told told[] = { { "x", .metric = "page_insns", .class = "counted", .value = { 100, 100, 102, 100 },
				      .scatter = 0.001 },
				    { "x", .metric = "pages_left", .class = "exact", .value = { 5, 5, 6, 6 } },
				    { "x", .metric = "wall_insns", .class = "counted", .value = { 7, 7, 7, 7 } },
				    {} };

static int take(const struct run_sample *s, void *context)
{
	char *text = context;

	sprintf(text + strlen(text), "%d %zu %g; ", s->session, s->metric, s->value);
	return 0;
}

static void medians_of_what_gates_and_changes_of_counts(void **state)
{
	struct run *run = make_run(folder, &(struct said){ .name = "run", .sessions = 4 }, told), *kept;
	char *dir = file_path(folder, "kept"), text[500] = "";
	const json_t *baseline;

	(void)state;
	if (condense_run(run, dir, true))
		fail_msg("%s", fault_text());
	kept = run_load(dir);
	if (!kept)
		fail_msg("%s", fault_text());
	assert_int_equal(run_samples(kept, take, text), 0);
	assert_string_equal(text, "1 0 100; 1 1 5; 2 0 100; 3 0 102; 3 1 6; 4 0 100; ");
	assert_int_equal(kept->sessions, 4);
	baseline = json_object_get(kept->env, "baseline");
	assert_string_equal(json_string_value(json_object_get(baseline, "kind")), "pinned");
	assert_string_equal(json_string_value(json_object_get(baseline, "from")), "run");
	assert_string_equal(json_string_value(json_object_get(baseline, "measured_utc")), "2026-01-02T03:04:05Z");
	run_free(kept);
	run_free(run);
	free(dir);
}

static void nothing_is_overwritten(void **state)
{
	struct run *run = make_run(folder, &(struct said){ .name = "run", .sessions = 4 }, told);
	char *dir = file_path(folder, "kept");

	(void)state;
	assert_int_equal(condense_run(run, dir, false), -1);
	assert_non_null(strstr(fault_text(), dir));
	run_free(run);
	free(dir);
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
		cmocka_unit_test(medians_of_what_gates_and_changes_of_counts),
		cmocka_unit_test(nothing_is_overwritten),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
