// SPDX-License-Identifier: GPL-2.0-or-later
/* gate_stored: which benchmarks of a stored baseline mean something else in this build. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/file.h"
#include "gate/gate.h"
#include "make_run.h"

static char folder[] = "/tmp/nodehop-gate-stored-XXXXXX";
static struct gate gate;

/* What is printed of it; free() it. NULL when nothing is said. */
static char *told(void)
{
	FILE *before = stdout;
	char *text = NULL;
	size_t size;
	bool said;

	stdout = open_memstream(&text, &size);
	said = gate_report_meanings(&gate);
	fclose(stdout);
	stdout = before;
	assert_int_equal(said, size > 0);
	if (said)
		return text;
	free(text);
	return NULL;
}

static void names(const char *benchmark)
{
	char *text = told();

	assert_non_null(text);
	assert_non_null(strstr(text, benchmark));
	assert_null(strchr(strchr(text, '\n') + 1, '\n')); /* and no other */
	free(text);
}

/* The gate file's words: those benchmarks alone, or axes for all that there are. */
static void a_benchmark_that_is_left_out_is_not_asked(void **state)
{
	char *left_out[] = { "mbind", "size=2m", "null", NULL }, *listed[] = { "mbind", "move_pages", "batch=1", NULL },
	     *of_all[] = { "batch=1", NULL };

	(void)state;
	names("revision.move_pages is 999 in the baseline, 1 in this build");
	gate.experiment.words = listed;
	names("revision.move_pages");
	gate.experiment.words = of_all;
	names("revision.move_pages");
	gate.experiment.words = left_out;
	assert_null(told());
}

/* Then it is not the baseline that is compared, or not this build's. */
static void another_side_is_not_asked(void **state)
{
	(void)state;
	gate.experiment.words = NULL;
	gate.a_given = true;
	assert_null(told());
	gate.a_given = false;
	gate.b.other_build = true;
	assert_null(told());
	gate.b.other_build = false;
	names("revision.move_pages");
}

static int make_baseline(void **state)
{
	static const struct told points[] = {
		{ "move_pages size=2m", .revision = 999, .metric = "page_insns", .class = "counted", .value = { 1 } },
		{ "move_pages size=4m", .revision = 999, .metric = "page_insns", .class = "counted", .value = { 1 } },
		{ "mbind size=2m", .revision = 1, .metric = "page_insns", .class = "counted", .value = { 1 } },
		{ "gone size=2m", .revision = 5, .metric = "page_insns", .class = "counted", .value = { 1 } },
		{}
	};

	(void)state;
	if (!mkdtemp(folder))
		return -1;
	gate.baseline = make_run(folder, &(struct said){ .name = "baseline", .sessions = 1 }, points);
	return 0;
}

static int remove_baseline(void **state)
{
	(void)state;
	run_free(gate.baseline);
	return file_remove_folder(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_benchmark_that_is_left_out_is_not_asked),
		cmocka_unit_test(another_side_is_not_asked),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_baseline, remove_baseline);
}
