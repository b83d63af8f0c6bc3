// SPDX-License-Identifier: GPL-2.0-or-later
/* margin: what is taken for no change, from sessions of one side and of two that are alike. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "analysis/margin.h"

static const double together[] = { 8000, 8001, 8000 }, apart[] = { 8079, 7993, 7656, 7862 };

static void a_record_asks_for_twice_its_floor(void **state)
{
	(void)state;
	assert_float_equal(margin_from_floor(true, 0.0001), 0.001, 1e-12);
	assert_float_equal(margin_from_floor(true, 0.002), 0.004, 1e-12);
	assert_float_equal(margin_from_floor(false, 0.002), log(1.02), 1e-12);
	assert_float_equal(margin_floor(true, together, 3, together, 3), log(8001 / 8000.0), 1e-12);
}

/* 5.4 % lie between the sessions of A: no difference smaller than that is called a change. */
static void sessions_that_lie_apart_widen_a_counted_margin(void **state)
{
	(void)state;
	assert_float_equal(margin_widen(true, 0.001, apart, 4), log(8079 / 7656.0), 1e-12);
	assert_float_equal(margin_widen(true, 0.1, apart, 4), 0.1, 1e-12);
	assert_float_equal(margin_widen(true, 0.001, together, 3), 0.001, 1e-12);
	assert_float_equal(margin_widen(true, 0.001, NULL, 0), 0.001, 1e-12);
	assert_float_equal(margin_widen(false, log(1.02), apart, 4), log(1.02), 1e-12);
}

/* Positive is worse, whichever way is good; a pair that lacks a side is none. */
static void ratios_say_how_much_worse(void **state)
{
	const double a[] = { 100, 0, 100 }, b[] = { 110, 100, 100 };
	double ratio[3];

	(void)state;
	assert_int_equal(margin_ratios(a, b, 3, false, ratio), 2);
	assert_float_equal(ratio[0], log(1.1), 1e-12);
	assert_float_equal(ratio[1], 0, 0);
	assert_int_equal(margin_ratios(a, b, 3, true, ratio), 2);
	assert_float_equal(ratio[0], -log(1.1), 1e-12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_asks_for_twice_its_floor),
		cmocka_unit_test(sessions_that_lie_apart_widen_a_counted_margin),
		cmocka_unit_test(ratios_say_how_much_worse),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
