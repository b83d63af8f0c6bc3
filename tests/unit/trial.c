// SPDX-License-Identifier: GPL-2.0-or-later
/* trial: its deadline, how it ends, and the train that a short run becomes. The benchmarks are this test's own. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/clock.h"
#include "engine/trial_run.h"

#define FLOOR_NS 1000

struct params {
	size_t size;
};

static const struct axis axes[] = { AXIS_SIZE(struct params, size, "2m", "memory"), {} };
static const struct machine hardware = { .timekeeper = TIME_HARDWARE, .page_size = 4096 },
			    counted = { .timekeeper = TIME_COUNTED, .page_size = 4096 },
			    fast = { .timekeeper = TIME_UNTIMED, .page_size = 4096 };
static const volatile sig_atomic_t never;

/* ---- the deadline ---- */

static unsigned deadline_s(const struct machine *m, size_t size, unsigned own_s)
{
	const struct benchmark b = { .name = "b", .axes = axes, .deadline_s = own_s };
	struct params params = { size };

	return trial_deadline_s(&(struct point){ .benchmark = &b, .params = &params }, m);
}

/* Of 17 repetitions of 1 GiB each: 32 of them a second would be hardly enough for what places and verifies them. */
static void the_deadline_grows_with_the_memory(void **state)
{
	(void)state;
	assert_int_equal(deadline_s(&hardware, 2 << 20, 0), 61);
	assert_int_equal(deadline_s(&hardware, 1 << 30, 0), 60 + 17 * 32);
	assert_int_equal(deadline_s(&counted, 1 << 30, 0), 60 + 17 * 32);
	assert_int_equal(deadline_s(&hardware, 1 << 30, 7), 7 + 17 * 32);
}

static void a_guest_without_time_has_five_times_as_much(void **state)
{
	(void)state;
	assert_int_equal(deadline_s(&fast, 2 << 20, 0), 5 * 61);
	assert_int_equal(deadline_s(&fast, 2 << 20, 4), 5 * 5);
}

/* ---- how it ends ---- */

static enum outcome nothing(struct trial *t)
{
	(void)t;
	return OK;
}

static enum outcome leave(struct trial *t)
{
	(void)t;
	_exit(0);
}

static enum outcome wait_for_nothing(struct trial *t)
{
	(void)t;
	pause();
	return BROKEN;
}

static struct trial_result *tried(const struct benchmark *b)
{
	struct instruments *instruments = instruments_new(MODE_HARDWARE);
	const struct point point = { .benchmark = b };
	const struct trial_request request = {
		.point = &point,
		.machine = &hardware,
		.instruments = instruments,
		.kind = REPETITION_TIMED,
		.repetitions = 1,
		.floor = FLOOR_NS,
		.stop = &never,
	};
	struct trial_result *r = trial_run(&request);

	instruments_free(instruments);
	assert_non_null(r);
	return r;
}

static void a_child_that_says_nothing_is_broken(void **state)
{
	const struct benchmark b = { .name = "b", .setup = nothing, .run = leave, .verify = nothing, .helpers = NULL };
	struct trial_result *r = tried(&b);

	(void)state;
	assert_int_equal(r->outcome, BROKEN);
	assert_string_equal(r->reason, "exit");
	trial_result_free(r);
}

static void a_child_is_ended_at_its_deadline(void **state)
{
	const struct benchmark b = { .name = "b", .run = wait_for_nothing, .deadline_s = 1 };
	uint64_t begin_ns = clock_read_ns(CLOCK_MONOTONIC);
	struct trial_result *r = tried(&b);

	(void)state;
	assert_int_equal(r->outcome, BROKEN);
	assert_string_equal(r->reason, "deadline");
	assert_string_equal(r->detail, "not done after 1 s, with 0 repetitions");
	assert_in_range(clock_read_ns(CLOCK_MONOTONIC) - begin_ns, 1000000000, 20000000000);
	trial_result_free(r);
}

/* ---- trains ---- */

static enum outcome spin_5us(struct trial *t)
{
	uint64_t end_ns = clock_wall_ns() + 5000;

	t->m.calls++;
	while (clock_wall_ns() < end_ns)
		;
	return OK;
}

/* 5 us are 5 readings of so slow a clock, and 200 are wanted: some 50 runs at once, fewer if the first was held up. */
static void a_short_run_becomes_a_train(void **state)
{
	const struct benchmark b = { .name = "b", .run = spin_5us };
	struct trial_result *r = tried(&b);
	const struct repetition *last = &r->repetition[r->done - 1];

	(void)state;
	assert_int_equal(r->outcome, OK);
	assert_int_equal(r->done, WARMUPS + 1);
	assert_float_equal(r->repetition[0].standard[M_TRAIN], 1, 0);
	assert_in_range(last->standard[M_TRAIN], 5, 51);
	assert_float_equal(last->standard[M_CALLS], 1, 1e-9); /* of one run */
	assert_true(last->standard[M_WALL] >= 5000);
	trial_result_free(r);
}

static void what_must_not_be_a_train_is_none(void **state)
{
	const struct benchmark alone = { .name = "b", .run = spin_5us, .no_train = true },
			       floor = { .name = "b", .run = spin_5us, .is_floor = true };
	struct trial_result *r = tried(&alone);

	(void)state;
	assert_float_equal(r->repetition[2].standard[M_TRAIN], 1, 0);
	trial_result_free(r);
	r = tried(&floor);
	assert_float_equal(r->repetition[2].standard[M_TRAIN], 1, 0);
	trial_result_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_deadline_grows_with_the_memory),
		cmocka_unit_test(a_guest_without_time_has_five_times_as_much),
		cmocka_unit_test(a_child_that_says_nothing_is_broken),
		cmocka_unit_test(a_child_is_ended_at_its_deadline),
		cmocka_unit_test(a_short_run_becomes_a_train),
		cmocka_unit_test(what_must_not_be_a_train_is_none),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
