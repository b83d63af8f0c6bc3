// SPDX-License-Identifier: GPL-2.0-or-later
/* session: the order of its points, and which counted points idle time spoils. Nothing is measured. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "engine/idle_share.h"
#include "engine/session_order.h"

#define POINTS 9

/* ---- order ---- */

static void every_point_has_its_turn(void **state)
{
	(void)state;
	for (unsigned long seed = 0; seed < 20; seed++) {
		size_t *order = session_order(POINTS, seed), seen = 0;

		for (size_t i = 0; i < POINTS; i++)
			seen |= 1u << order[i];
		assert_int_equal(seen, (1u << POINTS) - 1);
		free(order);
	}
}

static void an_odd_seed_runs_the_one_before_it_backwards(void **state)
{
	(void)state;
	for (unsigned long seed = 0; seed < 20; seed += 2) {
		size_t *there = session_order(POINTS, seed), *back = session_order(POINTS, seed + 1);

		for (size_t i = 0; i < POINTS; i++)
			assert_int_equal(back[i], there[POINTS - 1 - i]);
		free(there);
		free(back);
	}
}

static void pairs_of_seeds_differ_and_a_seed_is_always_the_same(void **state)
{
	size_t *one = session_order(POINTS, 4), *again = session_order(POINTS, 4), *other = session_order(POINTS, 6);

	(void)state;
	assert_memory_equal(one, again, POINTS * sizeof(*one));
	assert_memory_not_equal(one, other, POINTS * sizeof(*one));
	free(one);
	free(again);
	free(other);
}

/* ---- idle time ---- */

static struct trial_result result;

/* Two warm-ups, idle for a half, and three repetitions that are idle for these shares. */
static enum outcome judged(const struct machine *m, enum outcome before, double a, double b, double c)
{
	const double share[] = { 0.5, 0.5, a, b, c };

	memset(&result, 0, sizeof(result));
	result.outcome = before;
	for (; result.done < 5; result.done++) {
		result.repetition[result.done].warmup = result.done < 2;
		result.repetition[result.done].seen[instruments_at(&idle_instrument)] = share[result.done];
	}
	idle_share_judge(&result, m);
	return result.outcome;
}

static void a_thousandth_of_idle_time_is_the_most(void **state)
{
	const struct machine counted = { .timekeeper = TIME_COUNTED };

	(void)state;
	assert_int_equal(judged(&counted, OK, 0, 0.001, 0.001), OK);
	assert_int_equal(judged(&counted, OK, 0, 0.0011, 0.0011), BLOCKED);
	assert_string_equal(result.reason, "counted-idle");
	assert_non_null(strstr(result.detail, "idle for 0.11 % of the timed region"));
}

static void one_repetition_that_was_idle_does_not_decide(void **state)
{
	const struct machine counted = { .timekeeper = TIME_COUNTED };

	(void)state;
	assert_int_equal(judged(&counted, OK, 0, 0, 0.9), OK);
}

static void what_failed_or_is_timed_stays_as_it_is(void **state)
{
	const struct machine counted = { .timekeeper = TIME_COUNTED }, hardware = { .timekeeper = TIME_HARDWARE },
			     fast = { .timekeeper = TIME_UNTIMED };

	(void)state;
	assert_int_equal(judged(&counted, WRONG, 0.9, 0.9, 0.9), WRONG);
	assert_int_equal(judged(&hardware, OK, 0.9, 0.9, 0.9), OK);
	assert_int_equal(judged(&fast, OK, 0.9, 0.9, 0.9), OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_point_has_its_turn),
		cmocka_unit_test(an_odd_seed_runs_the_one_before_it_backwards),
		cmocka_unit_test(pairs_of_seeds_differ_and_a_seed_is_always_the_same),
		cmocka_unit_test(a_thousandth_of_idle_time_is_the_most),
		cmocka_unit_test(one_repetition_that_was_idle_does_not_decide),
		cmocka_unit_test(what_failed_or_is_timed_stays_as_it_is),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
