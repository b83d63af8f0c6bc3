// SPDX-License-Identifier: GPL-2.0-or-later
/* disturbance: which samples are marked, from what was seen in them and around them. Nothing is measured. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "engine/disturbance.h"

#define MS   1000000ull
#define CPUS 4

static struct trial_result result;
static const struct machine hardware = { .timekeeper = TIME_HARDWARE }, counted = { .timekeeper = TIME_COUNTED },
			    fast = { .timekeeper = TIME_UNTIMED };
static const struct benchmark alone = { .name = "alone" },
			      helped = { .name = "helped", .helpers = HELPERS_OF_MIGRATION },
			      waiting = { .name = "waiting", .waits = true };

/* The machine's clocks: time passes with this thread on its CPU or not, and so many others on theirs. */
static struct load_mark now;

static struct load_mark mark(void)
{
	now.seen = true;
	now.cpus = CPUS;
	return now;
}

static void pass(double wall_ns, double own_ns, double others_cpus)
{
	now.at_ns += wall_ns;
	now.own_ns += own_ns;
	now.idle_ns += CPUS * wall_ns - own_ns - others_cpus * wall_ns;
}

static void start(void)
{
	memset(&result, 0, sizeof(result));
	now = (struct load_mark){ .idle_ns = 1000 * MS };
	result.window.begin = mark();
}

/* A repetition of so long, of which the thread was on its CPU for cpu_ns. */
static struct repetition *repeat(double wall_ns, double cpu_ns, double others_cpus)
{
	struct repetition *r = &result.repetition[result.done++];

	r->before = mark();
	pass(wall_ns, cpu_ns, others_cpus);
	r->after = result.window.end = mark();
	r->queued_ns = 0;
	r->contamination_cause = "";
	r->standard[M_WALL] = wall_ns;
	r->standard[M_CPU] = cpu_ns;
	r->standard[M_TRAIN] = 1;
	return r;
}

static const double *load_of(unsigned i)
{
	return &result.repetition[i].seen[instruments_at(&load_instrument)];
}

static const char *judged(const struct machine *m, const struct benchmark *b, bool allow_load, unsigned i)
{
	disturbance_judge(&result, m, b, allow_load);
	return result.repetition[i].status;
}

static void is_marked(const struct benchmark *b, const char *wanted)
{
	assert_string_equal(judged(&hardware, b, false, 0), wanted);
}

static void a_quiet_machine_disturbs_nothing(void **state)
{
	(void)state;
	start();
	repeat(300 * MS, 300 * MS, 0.1);
	is_marked(&alone, "ok");
	assert_float_equal(load_of(0)[LOAD_OTHERS_CPUS], 0.1, 1e-6);
	assert_float_equal(load_of(0)[LOAD_TAKEN], 0, 1e-6);
}

/* Where all repetitions are alike, too: here each has lost half of its time. */
static void time_off_the_cpu_was_taken(void **state)
{
	(void)state;
	start();
	for (int i = 0; i < 5; i++)
		repeat(300 * MS, 150 * MS, 0);
	is_marked(&alone, "disturbed");
	assert_float_equal(load_of(4)[LOAD_TAKEN], 0.5, 1e-6);
	start();
	repeat(300 * MS, 295 * MS, 0);
	is_marked(&alone, "ok");
	start();
	repeat(300 * MS, 293 * MS, 0);
	is_marked(&alone, "disturbed");
}

static void readings_take_some_time_themselves(void **state)
{
	(void)state;
	start();
	repeat(10000, 8500, 0);
	is_marked(&alone, "ok");
	start();
	repeat(10000, 7500, 0);
	is_marked(&alone, "disturbed");
	start();
	repeat(1000, 750, 0)->standard[M_TRAIN] = 10; /* of which each run is as short */
	is_marked(&alone, "disturbed");
}

static void waiting_for_helpers_is_the_benchmarks_own(void **state)
{
	(void)state;
	start();
	repeat(300 * MS, 100 * MS, 0)->sleeps = 1000;
	is_marked(&helped, "ok");
	is_marked(&waiting, "ok");
	is_marked(&alone, "disturbed");
}

/* A turn of a worker's each time that it slept, and no more: another task keeps a CPU for some milliseconds. */
static void queueing_for_a_cpu_is_not(void **state)
{
	struct repetition *r;

	(void)state;
	start();
	r = repeat(300 * MS, 250 * MS, 0);
	r->queued_ns = 40 * MS;
	is_marked(&helped, "disturbed");
	assert_float_equal(r->seen[instruments_at(&load_instrument) + LOAD_TAKEN], 40.0 / 300, 1e-6);
	r->sleeps = 200;
	is_marked(&helped, "ok");
}

static void what_the_kernel_does_not_say_marks_nothing(void **state)
{
	struct repetition *r;

	(void)state;
	start();
	r = repeat(300 * MS, 300 * MS, 2);
	r->after.seen = false;
	r->queued_ns = NAN;
	is_marked(&helped, "ok");
	assert_true(isnan(r->seen[instruments_at(&load_instrument) + LOAD_OTHERS_CPUS]));
	assert_true(isnan(r->seen[instruments_at(&load_instrument) + LOAD_TAKEN]));
}

static void others_are_seen_wherever_they_run(void **state)
{
	(void)state;
	start();
	repeat(300 * MS, 300 * MS, 1);
	is_marked(&alone, "disturbed");
	is_marked(&helped, "disturbed");
	assert_float_equal(load_of(0)[LOAD_OTHERS_CPUS], 1, 1e-6);
	start();
	repeat(300 * MS, 300 * MS, 0.2);
	is_marked(&alone, "ok");
}

/* As many CPUs have as many daemons; one loop is still seen among a hundred. */
static void larger_machines_idle_louder(void **state)
{
	struct repetition *r;

	(void)state;
	start();
	r = repeat(300 * MS, 300 * MS, 0.4);
	r->after.cpus = 128;
	r->after.idle_ns += 300 * MS * (128 - CPUS);
	is_marked(&alone, "ok");
	r->after.idle_ns -= 180 * MS;
	is_marked(&alone, "disturbed");
}

/* A short one is judged with its neighbours; a load of 300 ms marks those that lie near it, no others. */
static void short_samples_are_judged_by_more_than_themselves(void **state)
{
	(void)state;
	start();
	for (int i = 0; i < 15; i++)
		repeat(50 * MS, 50 * MS, i < 6 ? 1 : 0);
	assert_string_equal(judged(&hardware, &alone, false, 0), "disturbed");
	assert_string_equal(judged(&hardware, &alone, false, 4), "disturbed");
	assert_string_equal(judged(&hardware, &alone, false, 9), "ok");
	assert_string_equal(judged(&hardware, &alone, false, 14), "ok");
}

/* ... in the end by the whole trial, with what came before and after. */
static void a_short_trial_is_judged_as_a_whole(void **state)
{
	(void)state;
	start();
	pass(100 * MS, 0, 0);
	repeat(1000, 1000, 0);
	pass(100 * MS, 0, 1.5);
	result.window.end = mark();
	is_marked(&alone, "disturbed");
	assert_float_equal(load_of(0)[LOAD_OTHERS_CPUS], 0.75, 1e-3);
}

static void stolen_time_is_another_machines(void **state)
{
	(void)state;
	start();
	result.repetition[0].before = result.window.begin;
	repeat(400 * MS, 200 * MS, 0.5);
	result.repetition[0].after.stolen_ns = 200 * MS;
	is_marked(&helped, "disturbed");
	assert_float_equal(load_of(0)[LOAD_STOLEN_CPUS], 0.5, 1e-6);
}

static void load_can_be_allowed(void **state)
{
	(void)state;
	start();
	repeat(300 * MS, 100 * MS, 3);
	assert_string_equal(judged(&hardware, &alone, true, 0), "ok");
	assert_float_equal(load_of(0)[LOAD_OTHERS_CPUS], 3, 1e-6);
	result.repetition[0].standard[M_PAGES_MOVED] = 100;
	result.repetition[0].seen[instruments_at(&contamination_instrument)] = 50;
	assert_string_equal(judged(&hardware, &alone, true, 0), "contaminated");
}

/* The lab's guest has one CPU and nobody else in it: only what departs from the usual is a tick or a worker. */
static void counted_samples_are_held_against_the_usual(void **state)
{
	(void)state;
	start();
	for (int i = 0; i < 5; i++)
		repeat(10 * MS, (i == 2 ? 7 : 8) * MS, 0);
	assert_string_equal(judged(&counted, &alone, false, 1), "ok");
	assert_string_equal(judged(&counted, &alone, false, 2), "disturbed");
	assert_string_equal(judged(&fast, &alone, false, 2), "ok");
}

static void counted_samples_may_depart_by_two_thousandths(void **state)
{
	(void)state;
	start();
	for (int i = 0; i < 5; i++)
		repeat(10 * MS, 8 * MS, 0);
	result.repetition[1].standard[M_CPU] -= 0.015 * MS;
	result.repetition[2].standard[M_CPU] -= 0.03 * MS;
	assert_string_equal(judged(&counted, &alone, false, 1), "ok");
	assert_string_equal(judged(&counted, &alone, false, 2), "disturbed");
}

/* The first repetitions wait for what later ones find done. */
static void warm_ups_are_not_the_usual(void **state)
{
	(void)state;
	start();
	for (int i = 0; i < 5; i++)
		repeat(10 * MS, (i < 2 ? 2 : 8) * MS, 0)->warmup = i < 2;
	result.repetition[4].standard[M_CPU] = 3 * MS;
	assert_string_equal(judged(&counted, &alone, false, 0), "disturbed");
	assert_string_equal(judged(&counted, &alone, false, 2), "ok");
	assert_string_equal(judged(&counted, &alone, false, 4), "disturbed");
}

static void contamination_is_named(void **state)
{
	struct repetition *r;

	(void)state;
	start();
	r = repeat(300 * MS, 300 * MS, 0);
	r->standard[M_PAGES_MOVED] = 512;
	r->seen[instruments_at(&contamination_instrument)] = 5;
	is_marked(&alone, "ok");
	r->seen[instruments_at(&contamination_instrument)] = 6;
	is_marked(&alone, "contaminated");
	r->contamination_cause = "compaction";
	is_marked(&alone, "contaminated:compaction");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_quiet_machine_disturbs_nothing),
		cmocka_unit_test(time_off_the_cpu_was_taken),
		cmocka_unit_test(readings_take_some_time_themselves),
		cmocka_unit_test(waiting_for_helpers_is_the_benchmarks_own),
		cmocka_unit_test(queueing_for_a_cpu_is_not),
		cmocka_unit_test(what_the_kernel_does_not_say_marks_nothing),
		cmocka_unit_test(others_are_seen_wherever_they_run),
		cmocka_unit_test(larger_machines_idle_louder),
		cmocka_unit_test(short_samples_are_judged_by_more_than_themselves),
		cmocka_unit_test(a_short_trial_is_judged_as_a_whole),
		cmocka_unit_test(stolen_time_is_another_machines),
		cmocka_unit_test(load_can_be_allowed),
		cmocka_unit_test(counted_samples_are_held_against_the_usual),
		cmocka_unit_test(counted_samples_may_depart_by_two_thousandths),
		cmocka_unit_test(warm_ups_are_not_the_usual),
		cmocka_unit_test(contamination_is_named),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
