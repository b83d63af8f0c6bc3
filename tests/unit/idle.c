// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * idle, others: busy time by /proc/schedstat, of machines of any size, and what two instruments make of it. The Makefile
 * has open come here: /proc/schedstat is this test's.
 */
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/clock.h"
#include "base/fault.h"
#include "base/text.h"
#include "instruments/idle.h"
#include "instruments/instruments.h"

static int schedstat; /* -1: there is none */

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
	if (!strcmp(path, "/proc/sys/vm/stat_refresh")) /* root's alone: what cannot open it sleeps */
		return -1;
	if (strcmp(path, "/proc/schedstat"))
		return __real_open(path, flags, 0600);
	return schedstat < 0 ? -1 : dup(schedstat);
}

/* So long its CPUs were busy, up to now; 0: it does not list that CPU. */
static void say(double first_ms, double second_ms)
{
	char text[200] = "version 15\ntimestamp 4295000000\n";

	if (schedstat < 0)
		return;
	snprintf(text + strlen(text), 80, "cpu0 0 0 0 0 0 0 %.0f 7 9\n", first_ms * 1e6);
	if (second_ms)
		snprintf(text + strlen(text), 80, "cpu1 0 0 0 0 0 0 %.0f 7 9\n", second_ms * 1e6);
	assert_int_equal(ftruncate(schedstat, 0), 0);
	assert_int_equal(pwrite(schedstat, text, strlen(text), 0), strlen(text));
}

/* ---- the sum ---- */

/* The form of version 15, with a domain line for each CPU. */
static void adds_up_all_cpus(void **state)
{
	char *text = text_append(NULL, "version 15\ntimestamp 4295000000\n");
	uint64_t busy_ns;

	(void)state;
	for (int cpu = 0; cpu < 512; cpu++)
		text = text_append(text, "cpu%d 0 0 0 0 0 0 1000000000 7 9\ndomain0 ff,ffffffff 11 22 33 44 55 66 77\n",
				   cpu);
	assert_int_equal(idle_sum_busy_ns(text, &busy_ns), 0);
	assert_int_equal(busy_ns, 512000000000ull);
	free(text);
}

/* No CPU's time is no time of all CPUs: a guest would be called idle for it. */
static void a_text_without_a_cpu_tells_nothing(void **state)
{
	uint64_t busy_ns;

	(void)state;
	assert_int_equal(idle_sum_busy_ns("", &busy_ns), -1);
	assert_int_equal(idle_sum_busy_ns("version 15\ncpu0 0 0\ncpux 1 2 3 4 5 6 7\n", &busy_ns), -1);
	assert_non_null(strstr(fault_text(), "no CPU's busy time"));
	assert_int_equal(idle_sum_busy_ns("cpu0 0 0 0 0 0 0 0 7 9\n", &busy_ns), 0);
	assert_int_equal(busy_ns, 0);
}

/* ---- the share ---- */

static const struct idle_mark before = { .busy_ns = 5000, .left_ns = 100, .back_ns = 200 };

/* From when we had the CPU again to when we left it next: 800 ns, of which so many were busy. */
static double share_of(uint64_t busy_ns, uint64_t wall_ns)
{
	const struct idle_mark after = { .busy_ns = before.busy_ns + busy_ns, .left_ns = 1000, .back_ns = 1100 };

	return idle_share(&before, &after, wall_ns);
}

static void what_was_not_busy_was_idle(void **state)
{
	(void)state;
	assert_float_equal(share_of(600, 500), 0.4, 1e-12);
	assert_float_equal(share_of(0, 800), 1, 1e-12);
	assert_float_equal(share_of(799, 1000), 0.001, 1e-12);
	assert_float_equal(share_of(800, 500), 0, 0);
	assert_float_equal(share_of(900, 500), 0, 0); /* entering and leaving the kernel counts as busy */
}

/* ---- the marks ---- */

static void a_mark_lies_after_a_moment_away(void **state)
{
	static int (*const leave[])(struct idle * idle, struct idle_mark * mark) = { idle_settle, idle_yield,
										     idle_nap };
	struct idle idle = {};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		uint64_t from_ns = clock_wall_ns();
		struct idle_mark mark;

		say(10 + i, 20);
		assert_int_equal(leave[i](&idle, &mark), 0);
		assert_true(mark.left_ns >= from_ns && mark.back_ns > mark.left_ns && clock_wall_ns() >= mark.back_ns);
		assert_true(leave[i] != idle_settle || mark.back_ns - mark.left_ns > 20000000);
		assert_int_equal(mark.busy_ns, (30 + i) * 1000000);
	}
	free(idle.text);
}

static void no_schedstat_is_a_fault(void **state)
{
	int there = schedstat;
	struct idle_mark mark;
	struct idle idle = {};

	(void)state;
	schedstat = -1;
	assert_int_equal(idle_nap(&idle, &mark), -1);
	assert_non_null(strstr(fault_text(), "/proc/schedstat: cannot open"));
	schedstat = there;
	assert_int_equal(ftruncate(schedstat, 0), 0);
	assert_int_equal(idle_nap(&idle, &mark), -1);
	assert_non_null(strstr(fault_text(), "/proc/schedstat: cannot read"));
	free(idle.text);
}

/* ---- instruments ---- */

static struct repetition repetition;
static uint64_t own_ns; /* that we work for in it */

static void work_for_ns(uint64_t ns)
{
	uint64_t end_ns = clock_thread_cpu_ns() + ns;

	while (clock_thread_cpu_ns() < end_ns)
		;
}

/* A repetition of 100 ms meanwhile, that began and ended with so many ms that the CPUs had been busy for. */
static double seen_by(const struct instrument *one, const double from_ms[2], const double to_ms[2])
{
	void *state = calloc(1, one->state_size);
	struct measured nothing = {};
	double seen = NAN;

	say(from_ms[0], from_ms[1]);
	one->prepare(state);
	assert_int_equal(one->begin(state), 0);
	work_for_ns(own_ns);
	say(to_ms[0], to_ms[1]);
	assert_int_equal(one->end(state), 0);
	one->record(state, &nothing, &repetition, &seen);
	free(state);
	return seen;
}

static void idle_cpus_are_seen(void **state)
{
	static const double from[] = { 10, 0 }, later[] = { 1e6, 0 };

	(void)state;
	repetition.wall = 100e6;
	assert_true(seen_by(&idle_instrument, from, from) > 0);
	assert_float_equal(seen_by(&idle_instrument, from, later), 0, 0);
	repetition.wall = 0; /* it has no share */
	assert_true(isnan(seen_by(&idle_instrument, from, from)));
}

/* Of 70 ms that CPUs were busy 20 were our own. */
static void other_tasks_are_seen(void **state)
{
	static const double from[] = { 10, 20 }, later[] = { 60, 40 };

	(void)state;
	repetition.wall = 100e6;
	own_ns = 20000000;
	assert_float_equal(seen_by(&other_tasks_instrument, from, later), 0.5, 0.05);
	own_ns = 0;
}

/* Not 0, which would say that nobody else ran; nor what a negative number is without its sign. */
static void what_does_not_rise_is_not_counted(void **state)
{
	static const double none[] = { 0, 0 }, both[] = { 10, 20 }, one[] = { 15, 0 };
	int there = schedstat;

	(void)state;
	repetition.wall = 100e6;
	assert_true(isnan(seen_by(&other_tasks_instrument, none, none))); /* a sandbox that keeps no books */
	assert_true(isnan(seen_by(&other_tasks_instrument, both, one)));  /* a CPU went offline */
	schedstat = -1;
	assert_true(isnan(seen_by(&other_tasks_instrument, both, both))); /* no such file */
	schedstat = there;
}

static int make_file(void **state)
{
	(void)state;
	schedstat = memfd_create("schedstat", 0);
	return schedstat < 0 ? -1 : 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(adds_up_all_cpus),	      cmocka_unit_test(a_text_without_a_cpu_tells_nothing),
		cmocka_unit_test(what_was_not_busy_was_idle), cmocka_unit_test(a_mark_lies_after_a_moment_away),
		cmocka_unit_test(no_schedstat_is_a_fault),    cmocka_unit_test(idle_cpus_are_seen),
		cmocka_unit_test(other_tasks_are_seen),	      cmocka_unit_test(what_does_not_rise_is_not_counted),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_file, NULL);
}
