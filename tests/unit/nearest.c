// SPDX-License-Identifier: GPL-2.0-or-later
/* nearest: the edit distance that suggests what was meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/nearest.h"

static void distances_are_known(void **state)
{
	(void)state;
	assert_int_equal(nearest_distance("", ""), 0);
	assert_int_equal(nearest_distance("abc", ""), 3);
	assert_int_equal(nearest_distance("", "abc"), 3);
	assert_int_equal(nearest_distance("null", "null"), 0);
	assert_int_equal(nearest_distance("null", "nul"), 1);
	assert_int_equal(nearest_distance("kitten", "sitting"), 3);
	assert_int_equal(nearest_distance("sitting", "kitten"), 3);
	assert_int_equal(nearest_distance("flaw", "lawn"), 2);
	assert_int_equal(nearest_distance("batch=64", "batch=512"), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(distances_are_known) };

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
