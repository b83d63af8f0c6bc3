// SPDX-License-Identifier: GPL-2.0-or-later
/* subprocess: what a program printed, how it ended, and why not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include "base/fault.h"
#include "base/subprocess.h"

static int shell(const char *script, unsigned limit_s, char **output)
{
	const char *const words[] = { "sh", "-c", script, NULL };

	return subprocess_run(words, "/", limit_s, output);
}

static void its_output_and_code_come_back(void **state)
{
	char *output;

	(void)state;
	assert_int_equal(shell("pwd; echo $LC_ALL", 10, &output), 0);
	assert_string_equal(output, "/\nC\n");
	free(output);
	assert_int_equal(shell("head -c 200000 /dev/zero | tr '\\0' x", 10, &output), 0);
	assert_int_equal(strlen(output), 200000);
	free(output);
}

static void of_trouble_the_last_line_is_told(void **state)
{
	char *output = "";

	(void)state;
	assert_int_equal(shell("echo out; echo first >&2; echo last >&2; exit 3", 10, &output), 3);
	assert_null(output);
	assert_string_equal(fault_text(), "sh: last");
	assert_int_equal(shell("exit 4", 10, NULL), 4);
	assert_string_equal(fault_text(), "sh ended with code 4");
}

static void what_is_not_there_or_dies_is_told(void **state)
{
	const char *const words[] = { "no-such-program-at-all", NULL };

	(void)state;
	assert_int_equal(subprocess_run(words, NULL, 10, NULL), -1);
	assert_string_equal(fault_text(), "no-such-program-at-all is not installed");
	assert_int_equal(shell("kill -9 $$", 10, NULL), -1);
	assert_string_equal(fault_text(), "sh was killed by a signal");
}

/* With what it started: else its output would stay open. */
static void what_takes_too_long_is_ended(void **state)
{
	time_t begin = time(NULL);

	(void)state;
	assert_int_equal(shell("sleep 20 & sleep 20", 1, NULL), -1);
	assert_string_equal(fault_text(), "sh did not end within 1 s");
	assert_true(time(NULL) - begin < 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_output_and_code_come_back),
		cmocka_unit_test(of_trouble_the_last_line_is_told),
		cmocka_unit_test(what_is_not_there_or_dies_is_told),
		cmocka_unit_test(what_takes_too_long_is_ended),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
