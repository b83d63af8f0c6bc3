// SPDX-License-Identifier: GPL-2.0-or-later
/* switches, faults, thread clock, vmstat: what the calling thread does between begin and end, by this machine's kernel. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/clock.h"
#include "instruments/instruments.h"

#define PAGES	 64
#define BURN_NS	 20000000
#define SLEEP_US 20000
#define TRAIN	 2

static struct repetition repetition;
static double seen[SEEN_MAX];

/* What the instrument saw of that work, of each run of a train of two. */
static void watch(const struct instrument *one, void (*work)(void))
{
	void *state = calloc(1, one->state_size);
	struct measured nothing = {};

	for (size_t i = 0; i < SEEN_MAX; i++)
		seen[i] = NAN;
	repetition.standard[M_TRAIN] = TRAIN;
	assert_int_equal(one->begin(state), 0);
	work();
	assert_int_equal(one->end(state), 0);
	one->record(state, &nothing, &repetition, seen);
	free(state);
}

static void burn(void)
{
	uint64_t end_ns = clock_thread_cpu_ns() + BURN_NS;

	while (clock_thread_cpu_ns() < end_ns)
		;
}

static void sleep_often(void)
{
	for (int i = 0; i < 5; i++)
		usleep(SLEEP_US / 5);
}

static void touch_pages(void)
{
	size_t page = sysconf(_SC_PAGESIZE);
	char *mem = mmap(NULL, PAGES * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(mem, MAP_FAILED);
	madvise(mem, PAGES * page, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < PAGES; i++)
		mem[i * page] = 1;
	munmap(mem, PAGES * page);
}

static void each_sleep_leaves_the_cpu(void **state)
{
	(void)state;
	watch(&switches_instrument, sleep_often);
	assert_float_equal(repetition.sleeps, 5, 0);
	assert_true(*seen >= repetition.sleeps); /* another task may have taken the CPU, too */
}

static void each_first_touch_is_a_fault(void **state)
{
	(void)state;
	watch(&faults_instrument, touch_pages);
	assert_true(seen[0] >= PAGES / TRAIN && seen[0] < PAGES);
	assert_float_equal(seen[1], 0, 0);
	watch(&faults_instrument, burn);
	assert_true(isnan(seen[2])); /* too short to split its time by ticks */
}

static void a_thread_that_sleeps_is_not_on_its_cpu(void **state)
{
	double share;

	(void)state;
	watch(&thread_clock_instrument, sleep_often);
	assert_true(repetition.wall >= SLEEP_US * 1000.0);
	assert_true(*seen >= 0 && *seen < 0.5);
	share = *seen;
	watch(&thread_clock_instrument, burn);
	assert_true(repetition.cpu >= BURN_NS && repetition.wall >= repetition.cpu * 0.999);
	assert_true(*seen > share && *seen < 1.001);
}

/* Of this kernel: what it has rose, and what it has not is not 0. */
static void counters_of_the_kernel_rise(void **state)
{
	const struct instrument *one = &vmstat_rises_instrument;

	(void)state;
	watch(one, touch_pages);
	for (size_t i = 0; i < one->metric_count; i++) {
		assert_int_equal(one->has(i), !isnan(seen[i]));
		if (!strcmp(one->metrics[i].name, "vmstat_pgfault") && one->has(i))
			assert_true(seen[i] >= 0);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_sleep_leaves_the_cpu),
		cmocka_unit_test(each_first_touch_is_a_fault),
		cmocka_unit_test(a_thread_that_sleeps_is_not_on_its_cpu),
		cmocka_unit_test(counters_of_the_kernel_rise),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
