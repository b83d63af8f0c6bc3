// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * load: what others had of the CPUs between two marks. The Makefile has pread come here: /proc/stat and schedstat are
 * this test's.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>
#include <cmocka.h>
#include "instruments/load.h"

#define MS 1000000ull

static struct load load;
static const char *shown; /* whatever is read */

ssize_t __wrap_pread(int fd, void *buffer, size_t size, off_t offset);
ssize_t __wrap_pread(int fd, void *buffer, size_t size, off_t offset)
{
	size_t length = strlen(shown);

	assert_true(fd >= 0);
	assert_int_equal(offset, 0);
	memcpy(buffer, shown, length < size ? length : size);
	return length < size ? length : size;
}

/* Two CPUs, a second later: so long idle and our own. */
static struct load_mark later(double idle_ms, double own_ms)
{
	return (struct load_mark){
		.seen = true, .cpus = 2, .at_ns = 1000 * MS, .idle_ns = idle_ms * MS, .own_ns = own_ms * MS
	};
}

static const struct load_mark start = { .seen = true, .cpus = 2 };

static void what_is_neither_idle_nor_ours_is_others(void **state)
{
	struct load_mark end = later(500, 1000);

	(void)state;
	assert_float_equal(load_others(&start, &end), 0.5, 1e-9);
	end = later(2000, 0);
	assert_float_equal(load_others(&start, &end), 0, 1e-9);
	end = later(1800, 400); /* more than there is: clocks are read one after the other */
	assert_float_equal(load_others(&start, &end), 0, 1e-9);
	end.stolen_ns = 250 * MS;
	assert_float_equal(load_stolen(&start, &end), 0.25, 1e-9);
}

/* iowait falls, and a helper that has ended takes its time along. */
static void a_counter_that_falls_back_has_not_risen(void **state)
{
	struct load_mark begin = later(500, 800), end = later(400, 300);

	(void)state;
	begin.at_ns = 0;
	assert_float_equal(load_others(&begin, &end), 2, 1e-9);
	begin.stolen_ns = 100 * MS;
	assert_float_equal(load_stolen(&begin, &end), 0, 1e-9);
}

static void what_was_not_seen_is_not_known(void **state)
{
	struct load_mark end = later(500, 1000), unseen = {};

	(void)state;
	assert_true(isnan(load_others(&unseen, &end)));
	assert_true(isnan(load_others(&start, &unseen)));
	assert_true(isnan(load_stolen(&unseen, &end)));
	assert_true(isnan(load_others(&start, &start))); /* no time between them */
}

static void a_cpu_that_waits_for_a_disk_is_idle(void **state)
{
	uint64_t tick_ns = 1000000000u / sysconf(_SC_CLK_TCK);
	struct load_mark m;

	(void)state;
	load_open(&load, "", NULL);
	shown = "cpu  100 1 50 300 40 5 6 7 8 9\ncpu0 1 1 1 1 1 1 1 1\n";
	m = load_mark(&load);
	assert_true(m.seen);
	assert_int_equal(m.idle_ns, 340 * tick_ns);
	assert_int_equal(m.stolen_ns, 7 * tick_ns);
	assert_true(m.own_ns > 0);
	shown = "cpu  0 0 0 0 0 0 0 0 0 0\n"; /* a sandbox that counts nothing */
	assert_false(load_mark(&load).seen);
	shown = "";
	assert_false(load_mark(&load).seen);
}

/* Without lines of CPUs there is no number of them, of which others could have kept some busy. */
static void no_cpus_are_not_idle_ones(void **state)
{
	(void)state;
	load_open(&load, "/nowhere", NULL);
	load.stat_fd = load.queue_fd = 0; /* which pread does not look at */
	shown = "cpu  100 1 50 300 40 5 6 7 8 9\n";
	assert_false(load_mark(&load).seen);
}

static void the_wait_for_a_cpu_is_the_second_number(void **state)
{
	(void)state;
	load_open(&load, "", NULL);
	shown = "1000 250 3\n";
	assert_float_equal(load_queued_ns(&load), 250, 0);
	shown = "0 0 0\n"; /* a kernel that keeps no such books */
	assert_true(isnan(load_queued_ns(&load)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_neither_idle_nor_ours_is_others),
		cmocka_unit_test(a_counter_that_falls_back_has_not_risen),
		cmocka_unit_test(what_was_not_seen_is_not_known),
		cmocka_unit_test(a_cpu_that_waits_for_a_disk_is_idle),
		cmocka_unit_test(no_cpus_are_not_idle_ones),
		cmocka_unit_test(the_wait_for_a_cpu_is_the_second_number),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
