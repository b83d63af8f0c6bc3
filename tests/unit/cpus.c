// SPDX-License-Identifier: GPL-2.0-or-later
/* cpus, activity: what others do is read off /proc as it is, and the CPU that measures is the quietest of its node */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fault.h"
#include "machine/cpus.h"

/* ---- /proc as it was on two servers ---- */

static char root[] = "/tmp/nodehop-XXXXXX";

static void write_proc(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/proc", root);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/proc/%s", root, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void watch(const char *stat_a, const char *stat_b, const char *irq_a, const char *irq_b, struct activity *a)
{
	static struct activity_mark before, after;

	write_proc("stat", stat_a);
	write_proc("interrupts", irq_a);
	activity_read(&before, root);
	write_proc("stat", stat_b);
	write_proc("interrupts", irq_b);
	activity_read(&after, root);
	after.at_s = before.at_s + 0.5;
	activity_between(&before, &after, a);
}

static void busy_and_stolen_time(void **state)
{
	struct activity a;

	(void)state;
	watch("cpu  9 9 9 9 9 9 9 9 0 0\n"
	      "cpu0 100 0 50 1000 10 0 5 7 0 0\n"
	      "cpu2 0 0 0 500 0 0 0 0 0 0\n"
	      "intr 1 2 3\n",
	      "cpu  9 9 9 9 9 9 9 9 0 0\n"
	      "cpu0 120 0 55 1020 10 0 5 12 0 0\n" /* 25 busy, 20 idle, 5 stolen */
	      "cpu2 0 0 0 540 10 0 0 0 0 0\n"	   /* waiting for a disk is idle */
	      "intr 1 2 3\n",
	      "", "", &a);
	assert_int_equal(a.cpus, 2);
	assert_float_equal(a.busy[0], 0.5, 1e-9);
	assert_float_equal(a.busy[1], 0, 1e-9);
	assert_float_equal(a.busy[2], 0, 1e-9);
	assert_float_equal(a.busy_cpus, 0.5, 1e-9);
	assert_float_equal(a.stolen_share, 0.05, 1e-9);
}

/* Columns are named: CPU 1 is offline. Timers, also arm64's numbered ones, and what CPUs send each other are no devices. */
static void device_interrupts(void **state)
{
	static const char *const rows = "           CPU0       CPU2       \n"
					"  8:          %d          0  IR-IO-APIC    8-edge      rtc0\n"
					" 11:          0      %d     GICv3  27 Level     arch_timer\n"
					"126:          0         %d  IR-PCI-MSIX-0000:00:1f.2    3-edge      nvme0q3\n"
					"LOC:   %d     111222   Local timer interrupts\n"
					"ERR:          0\n";
	char before[600], after[600];
	struct activity a;

	(void)state;
	snprintf(before, sizeof(before), rows, 0, 1000, 7000, 5);
	snprintf(after, sizeof(after), rows, 2, 9000, 7050, 9999);
	watch("", "", before, after, &a);
	assert_float_equal(a.interrupts_s[0], 4, 1e-9);
	assert_float_equal(a.interrupts_s[1], 0, 1e-9);
	assert_float_equal(a.interrupts_s[2], 100, 1e-9);
	assert_true(a.sees_interrupts);
	assert_int_equal(a.cpus, 0);
	watch("cpu0 0 0 0 0 0 0 0 0\n", "cpu0 0 0 0 0 0 0 0 0\n", before, "", &a);
	assert_int_equal(a.cpus, 0); /* a sandbox whose counters stand still */
	assert_false(a.sees_interrupts);
}

static void no_proc_at_all(void **state)
{
	static struct activity_mark before, after;
	struct activity a;

	(void)state;
	activity_read(&before, "/nowhere");
	activity_read(&after, "/nowhere");
	activity_between(&before, &after, &a);
	assert_int_equal(a.cpus, 0);
	assert_float_equal(a.busy_cpus, 0, 0);
	assert_float_equal(a.stolen_share, 0, 0);
}

/* ---- the choice ---- */

static struct machine machine;

/* Two nodes: CPUs 0 to 3 and 4 to 7. */
static void two_nodes(void)
{
	memset(&machine, 0, sizeof(machine));
	machine.nodes = 2;
	for (int cpu = 0; cpu < 8; cpu++) {
		CPU_SET(cpu, &machine.node[cpu / 4].cpu_set);
		CPU_SET(cpu, &machine.cpu_set);
	}
	machine.node[1].id = 1;
}

static void chosen(const struct activity *a, const char *isolated, int on_0, int on_1)
{
	cpus_choose(&machine, a, isolated);
	assert_int_equal(machine.node[0].cpu, on_0);
	assert_int_equal(machine.node[1].cpu, on_1);
}

static void the_quietest_measures(void **state)
{
	struct activity a = {};

	(void)state;
	two_nodes();
	chosen(&a, "", 1, 4); /* never CPU 0 where there is another one */
	a.interrupts_s[1] = a.interrupts_s[4] = 5000;
	chosen(&a, "", 2, 5);
	a.busy[2] = 0.9;
	chosen(&a, "", 3, 5);
	a.interrupts_s[3] = 100; /* CPU 0 is better than one that serves interrupts, that than a busy one */
	chosen(&a, "", 0, 5);
	chosen(&a, "3,6-7", 3, 6);
	a.busy[6] = 1; /* isolated, and somebody's already */
	chosen(&a, "3,6-7", 3, 7);
}

static void one_that_is_left_measures(void **state)
{
	struct activity a = {};

	(void)state;
	two_nodes();
	CPU_ZERO(&machine.node[1].cpu_set);
	CPU_ZERO(&machine.node[0].cpu_set);
	CPU_SET(0, &machine.node[0].cpu_set);
	a.busy[0] = 1;
	chosen(&a, "", 0, -1);
}

/* ---- --cpus ---- */

static void refused(const char *list, const char *why)
{
	cpu_set_t before, after;

	sched_getaffinity(0, sizeof(before), &before);
	assert_int_equal(cpus_use(list), -1);
	if (!strstr(fault_text(), why))
		fail_msg("--cpus %s: \"%s\" does not say \"%s\"", list, fault_text(), why);
	sched_getaffinity(0, sizeof(after), &after);
	assert_true(CPU_EQUAL(&before, &after));
}

static void lists(void **state)
{
	cpu_set_t mine, now;
	int first = 0;
	char list[16];

	(void)state;
	refused("", "--cpus : \"\": CPUs are numbers from 0");
	refused("x", "\"x\": CPUs are numbers");
	refused("-1", "\"-1\": CPUs are numbers");
	refused("0-", "\"\": CPUs are numbers");
	refused("0,", "\"\": CPUs are numbers");
	refused("0 1", "\" 1\": a comma is expected");
	refused("3-1", "3-1 runs backwards");
	refused("99999999999999999999", "CPUs are numbers from 0 to 1023");
	refused("1023", "CPU 1023 is not online; there are ");
	refused("0,1023", "CPU 1023 is not online; there are ");
	sched_getaffinity(0, sizeof(mine), &mine);
	while (!CPU_ISSET(first, &mine))
		first++;
	snprintf(list, sizeof(list), "%d", first);
	assert_int_equal(cpus_use(list), 0);
	sched_getaffinity(0, sizeof(now), &now);
	assert_int_equal(CPU_COUNT(&now), 1);
	assert_true(CPU_ISSET(first, &now));
	assert_int_equal(cpus_use(NULL), 0); /* an affinity that somebody gave is left */
	sched_getaffinity(0, sizeof(now), &now);
	assert_int_equal(CPU_COUNT(&now), 1);
}

static int make_root(void **state)
{
	(void)state;
	return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", root);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(busy_and_stolen_time),
		cmocka_unit_test(device_interrupts),
		cmocka_unit_test(no_proc_at_all),
		cmocka_unit_test(the_quietest_measures),
		cmocka_unit_test(one_that_is_left_measures),
		cmocka_unit_test(lists),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_root, remove_root);
}
