// SPDX-License-Identifier: GPL-2.0-or-later
/* min and max evaluate their arguments once, and nest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/minmax.h"

static int asked;

static int next(void)
{
	return ++asked;
}

static void evaluates_once(void **state)
{
	(void)state;
	asked = 0;
	assert_int_equal(min(next(), 5), 1);
	assert_int_equal(max(next(), 0), 2);
	assert_int_equal(asked, 2);
}

static void nests(void **state)
{
	const int three = 3;

	(void)state;
	assert_int_equal(min(7, min(three, 4)), 3);
	assert_int_equal(max(min(1, 2), max(0, -1)), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(evaluates_once),
		cmocka_unit_test(nests),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
