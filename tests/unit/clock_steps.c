// SPDX-License-Identifier: GPL-2.0-or-later
/* clock_steps: the step of the clock that a run was timed by, and how many of them a point takes. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "analysis/clock_steps.h"
#include "record/run.h"

static double first[] = { 300, 340, 300, 420, 380 }, second[] = { 80000.5, 80000, 81000 };

static void stepped(const char *metric, double *value, size_t n, double step_ns, double steps)
{
	struct run *run = run_new("run");
	struct series series = { .value = value, .n = n };
	const struct values v = { .run = run, .series = &series };

	assert_int_equal(run_add_metric(run, &(struct run_metric){ .name = (char *)metric }), 0);
	assert_int_equal(run_add_point(run, &(struct run_point){ .key = (char *)"x" }), 0);
	if (isnan(step_ns))
		assert_true(isnan(clock_step_ns(&v)));
	else
		assert_float_equal(clock_step_ns(&v), step_ns, 1e-9);
	if (!isnan(steps))
		assert_float_equal(clock_steps(&v, 0, step_ns), steps, 1e-9);
	else
		assert_true(isnan(clock_steps(&v, 0, 1)));
	run_free(run);
}

static void the_step_is_the_least_difference(void **state)
{
	(void)state;
	stepped("wall_ns", first, 5, 40, 340 / 40.0);
}

/* A wall that was divided among the runs of a train is no finer clock. */
static void no_step_is_finer_than_a_nanosecond(void **state)
{
	(void)state;
	stepped("wall_ns", second, 3, 1, 80000.5);
	stepped("wall_ns", first, 1, 1, 300);
}

static void instructions_have_no_clock(void **state)
{
	(void)state;
	stepped("wall_insns", first, 5, NAN, NAN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_step_is_the_least_difference),
		cmocka_unit_test(no_step_is_finer_than_a_nanosecond),
		cmocka_unit_test(instructions_have_no_clock),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
