// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * machines: what is read of the machines in tests/data/machines. linux-6.12 and linux-6.1 were seen in emulated ones; the
 * large ones are written by tests/data/make-machines, whose rules these sums follow.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fault.h"
#include "base/sysfile.h"
#include "instruments/idle.h"
#include "instruments/interrupts.h"
#include "instruments/load.h"
#include "kit/tiers.h"
#include "machine/activity.h"
#include "machine/kallsyms.h"
#include "machine/nodes.h"
#include "machine/vmstat.h"

#define CAPTURED    "tests/data/machines/linux-6.12"
#define OF_6_1	    "tests/data/machines/linux-6.1"
#define OF_128_CPUS "tests/data/machines/128-cpus"
#define PAGE	    4096

static uint64_t busy_ns(const char *schedstat)
{
	struct idle_mark mark = {};
	struct idle idle = {};

	assert_int_equal(idle_open(&idle, schedstat), 0);
	assert_int_equal(idle_nap(&idle, &mark), 0);
	assert_true(mark.back_ns >= mark.left_ns && mark.left_ns > 0);
	free(idle.text);
	return mark.busy_ns;
}

/* 62 KB: what is cut off would be time that nobody was busy. */
static void busy_time_is_of_all_cpus(void **state)
{
	(void)state;
	assert_int_equal(busy_ns(OF_128_CPUS "/proc/schedstat"), 128 * 1000000000ull + 1000000ull * 127 * 128 / 2);
	assert_int_equal(busy_ns(CAPTURED "/proc/schedstat"), 17386692285ull);
}

static void each_of_128_cpus_has_its_ticks(void **state)
{
	static struct activity_mark mark;
	static struct load load;
	uint64_t tick_ns = 1000000000u / sysconf(_SC_CLK_TCK);
	struct load_mark m;
	unsigned online = 0;

	(void)state;
	activity_read(&mark, OF_128_CPUS);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		online += mark.online[cpu];
	assert_int_equal(online, 128);
	assert_float_equal(mark.busy[127], 100 + 127 + 1 + 50 + 2, 0);
	assert_float_equal(mark.stolen[127], 3, 0);
	load_open(&load, OF_128_CPUS, NULL);
	m = load_mark(&load);
	assert_true(m.seen);
	assert_int_equal(m.cpus, 128);
	assert_int_equal(m.idle_ns, 128 * 10004ull * tick_ns);
	assert_int_equal(m.stolen_ns, 128 * 3ull * tick_ns);
}

static void each_of_256_cpus_has_its_interrupts(void **state)
{
	static struct activity_mark mark;

	(void)state;
	activity_read(&mark, "tests/data/machines/256-cpus");
	assert_float_equal(mark.interrupts[0], 8 * 2, 0); /* without its timer */
	assert_float_equal(mark.interrupts[255], 8 * 2, 0);
	assert_float_equal(mark.interrupts[256], 0, 0);
}

static void interrupts_of_six_nodes(void **state)
{
	static struct activity_mark mark;
	double sum[INTERRUPTS];

	(void)state;
	activity_read(&mark, CAPTURED);
	assert_float_equal(mark.interrupts[0], 1 + 3, 0);
	assert_float_equal(mark.interrupts[1], 9 + 21, 0);
	assert_int_equal(interrupts_read(sum, CAPTURED), 0);
	assert_float_equal(sum[INTERRUPT_FUNCTION_CALL], 2161, 0);
	assert_float_equal(sum[INTERRUPT_TLB_SHOOTDOWN], 0, 0); /* a row of zeros is a 0, and no row is none */
}

/* Six nodes with two CPUs each, and two of memory alone, one behind node 0 and one behind node 3. */
static void eight_nodes_of_two_kinds(void **state)
{
	static struct machine m = { .page_size = PAGE };

	(void)state;
	assert_int_equal(nodes_complete(&m, CAPTURED), 0);
	assert_int_equal(m.nodes, 8);
	assert_int_equal(machine_distance(&m, 0, 6), 17);
	assert_int_equal(machine_distance(&m, 0, 7), 37);
	assert_int_equal(machine_distance(&m, 6, 7), 42);
	assert_int_equal(machine_distance(&m, 5, 3), 12);
	nodes_find_one_memory(&m, CAPTURED);
	for (int i = 0; i < m.nodes; i++)
		for (int j = 0; j < i; j++)
			assert_false(machine_one_memory(&m, i, j));
	nodes_read_watermarks(&m, CAPTURED);
	assert_int_equal(m.node[0].watermark_bytes, (285 + 4495 + 32) * PAGE);
	assert_int_equal(m.node[7].watermark_bytes, 4732 * PAGE);
}

/* Promotion keeps more free than reclaim does. */
static void watermarks_of_tiers(void **state)
{
	(void)state;
	assert_int_equal(tiers_watermark_bytes(CAPTURED, 0, PAGE), 5608 * PAGE);
	assert_int_equal(tiers_watermark_bytes(CAPTURED, 7, PAGE), 5515 * PAGE);
	assert_int_equal(tiers_watermark_bytes(CAPTURED, 8, PAGE), 0);
}

static void functions_of_the_kernel(void **state)
{
	struct kallsyms *k = kallsyms_load(CAPTURED);

	(void)state;
	assert_non_null(k);
	assert_string_equal(kallsyms_name(k, 0xffffffff957fe260), "migrate_folio");
	assert_string_equal(kallsyms_name(k, 0xffffffff957fe25f), "__migrate_folio.constprop.0");
	assert_string_equal(kallsyms_name(k, 0xffffffff95801c7f), "__x64_sys_move_pages");
	assert_string_equal(kallsyms_name(k, 0xffffffff954b432f), "?");
	kallsyms_free(k);
}

/* ---- /proc/vmstat ---- */

static struct vmstat vmstat_of(const char *root)
{
	struct vmstat v;

	if (sysfile_read(v.text, sizeof(v.text), "%s/proc/vmstat", root) < 0)
		fail_msg("%s", fault_text());
	return v;
}

static bool counts(const char *root, const char *name)
{
	struct vmstat v = vmstat_of(root);

	return !isnan(vmstat_rise(&v, &v, name));
}

/* Absent is not 0. */
static void counters_come_with_the_kernel(void **state)
{
	(void)state;
	assert_true(counts(CAPTURED, "pgmigrate_success"));
	assert_true(counts(OF_6_1, "pgmigrate_success"));
	assert_true(counts(CAPTURED, "pgdemote_khugepaged"));
	assert_false(counts(OF_6_1, "pgdemote_khugepaged"));
	assert_true(counts(OF_6_1, "pgdemote_kswapd"));
	assert_false(counts(CAPTURED, "pgdemote_proactive")); /* of later kernels */
	assert_false(counts(CAPTURED, "pgdemote"));
	assert_true(counts(CAPTURED, "nr_free_pages"));
}

static void demotions_are_counted_by_either(void **state)
{
	struct vmstat old = vmstat_of(OF_6_1), new = vmstat_of(CAPTURED);

	(void)state;
	assert_float_equal(tiers_demoted(&old, &old), 0, 0);
	assert_float_equal(tiers_demoted(&new, &new), 0, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(busy_time_is_of_all_cpus),
		cmocka_unit_test(each_of_128_cpus_has_its_ticks),
		cmocka_unit_test(each_of_256_cpus_has_its_interrupts),
		cmocka_unit_test(interrupts_of_six_nodes),
		cmocka_unit_test(eight_nodes_of_two_kinds),
		cmocka_unit_test(watermarks_of_tiers),
		cmocka_unit_test(functions_of_the_kernel),
		cmocka_unit_test(counters_come_with_the_kernel),
		cmocka_unit_test(demotions_are_counted_by_either),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
