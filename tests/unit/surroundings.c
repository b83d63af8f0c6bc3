// SPDX-License-Identifier: GPL-2.0-or-later
/* surroundings: what disturbs is found in /proc and /sys as busy and as quiet machines have them, and says what to do */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "machine/hypervisor.h"
#include "machine/surroundings.h"

static char root[] = "/tmp/nodehop-XXXXXX";
static struct machine machine;
static struct activity activity;
static struct surroundings found;

static void shell(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void shell(const char *format, ...)
{
	char command[600];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	assert_int_equal(system(command), 0);
}

static void put(const char *path, const char *text)
{
	shell("mkdir -p $(dirname %s%s) && printf '%s\\n' >%s%s", root, path, text, root, path);
}

static void process(int pid, const char *comm, unsigned long pages)
{
	char path[64], text[64];

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	put(path, comm);
	snprintf(path, sizeof(path), "/proc/%d/statm", pid);
	snprintf(text, sizeof(text), "%lu %lu 100 10 0 100 0", 2 * pages, pages);
	put(path, text);
}

#define CPU   "/sys/devices/system/cpu"
#define NODE1 "/sys/devices/system/node/node1"

/* Two nodes of 16 GiB, CPUs 1 and 5 measure; an idle server that somebody set up well. */
static int quiet_server(void **state)
{
	(void)state;
	shell("rm -rf %s/*", root);
	memset(&activity, 0, sizeof(activity));
	activity.cpus = 8;
	activity.sees_interrupts = true;
	memset(&machine, 0, sizeof(machine));
	machine.nodes = 2;
	machine.page_size = 4096;
	machine.hugetlb_size[0] = 2 << 20;
	machine.hugetlb_sizes = 1;
	for (int i = 0; i < 2; i++)
		machine.node[i] = (struct node){ .id = i,
						 .cpu = 4 * i + 1,
						 .has_memory = true,
						 .allowed = true,
						 .memory_bytes = 16ull << 30,
						 .free_bytes = 12ull << 30 };
	CPU_SET(1, &machine.cpu_set);
	CPU_SET(5, &machine.cpu_set);
	put("/proc/loadavg", "0.02 0.10 0.08 1/234 5678");
	put("/proc/meminfo", "MemTotal: 33554432 kB\\nSwapTotal:       8388604 kB\\nSwapFree:        8388604 kB");
	put("/proc/cpuinfo", "processor : 0\\nflags : fpu vme nx");
	put(CPU "/cpu1/cpufreq/scaling_governor", "performance");
	put(CPU "/cpu5/cpufreq/scaling_governor", "performance");
	put(CPU "/intel_pstate/no_turbo", "1");
	put(CPU "/smt/active", "1");
	put(CPU "/cpu1/topology/thread_siblings_list", "1,9");
	put(CPU "/cpu5/topology/thread_siblings_list", "5,13");
	put(NODE1 "/meminfo",
	    "Node 1 MemFree: 12582912 kB\\nNode 1 FilePages: 1048576 kB\\nNode 1 AnonPages: 2097152 kB");
	process(1, "systemd", 3000);
	return 0;
}

static const struct finding *look_for(const char *what)
{
	surroundings_look(&found, &machine, &activity, root);
	for (size_t i = 0; i < found.findings; i++)
		if (!strcmp(found.finding[i].what, what))
			return &found.finding[i];
	return NULL;
}

static void disturbs(const char *what, const char *text, const char *remedy)
{
	const struct finding *f = look_for(what);

	assert_non_null(f);
	assert_true(f->disturbs);
	if (!strstr(f->text, text) || !strstr(f->remedy, remedy))
		fail_msg("%s: \"%s: %s\" does not say \"%s\" and \"%s\"", what, f->text, f->remedy, text, remedy);
}

static void rests(const char *what, const char *text)
{
	const struct finding *f = look_for(what);

	assert_non_null(f);
	assert_false(f->disturbs);
	assert_string_equal(f->remedy, "");
	if (!strstr(f->text, text))
		fail_msg("%s: \"%s\" does not say \"%s\"", what, f->text, text);
}

static void a_quiet_machine_is_called_quiet(void **state)
{
	(void)state;
	surroundings_look(&found, &machine, &activity, root);
	assert_true(found.findings >= 7);
	for (size_t i = 0; i < found.findings; i++)
		if (found.finding[i].disturbs)
			fail_msg("%s: %s", found.finding[i].what, found.finding[i].text);
	rests("load", "other processes keep 0.0 of 8 CPUs busy, load 0.02");
	rests("governor", "performance");
	rests("turbo", "off");
	rests("smt", "on, the siblings of the CPUs that measure are idle");
	rests("irqbalance", "not running");
	rests("interrupts", "none from devices");
	rests("swap", "0 of 8191m in use");
	rests("memory", "75 % free, 12g");
	assert_null(look_for("vm"));
	assert_null(look_for("steal"));
}

static void work_of_others(void **state)
{
	(void)state;
	activity.busy_cpus = 3.1;
	put("/proc/loadavg", "9.13 5.00 1.00 4/234 5678");
	disturbs("load", "other processes keep 3.1 of 8 CPUs busy, load 9.13", "--cpus");
	activity.busy[9] = 0.5; /* the sibling of CPU 1 */
	disturbs("smt", "other tasks use the cores of the CPUs that measure (1)", "smt/control");
	activity.busy[9] = 0;
	activity.busy[10] = 1; /* nobody's sibling */
	rests("smt", "idle");
	activity.interrupts_s[5] = 3000;
	disturbs("interrupts", "devices interrupt CPUs that measure (5)", "smp_affinity");
	process(77, "irqbalance", 10);
	disturbs("irqbalance", "running", "systemctl stop irqbalance");
}

static void clocks(void **state)
{
	(void)state;
	put(CPU "/cpu5/cpufreq/scaling_governor", "powersave");
	disturbs("governor", "CPUs that measure (5)", "cpupower frequency-set -g performance");
	put(CPU "/intel_pstate/no_turbo", "0");
	disturbs("turbo", "on", "intel_pstate/no_turbo");
	shell("rm -r %s" CPU "/intel_pstate", root);
	assert_null(look_for("turbo")); /* hidden: not called quiet */
	put(CPU "/cpufreq/boost", "1");
	disturbs("turbo", "on", "echo 0 > /sys/devices/system/cpu/cpufreq/boost");
	put(CPU "/cpufreq/boost", "0");
	rests("turbo", "off");
}

static void memory_of_others(void **state)
{
	(void)state;
	machine.node[1].free_bytes = 1ull << 30;
	put(NODE1 "/meminfo", "Node 1 FilePages: 5242880 kB\\nNode 1 AnonPages: 9437184 kB");
	put(NODE1 "/hugepages/hugepages-2048kB/nr_hugepages", "512");
	process(812, "postgres", 9175040);
	process(813, "bash", 900);
	disturbs("memory",
		 "node 1 has 6 % free, 1g; in use by processes 9g, page cache 5g, huge page pools 1g; the "
		 "largest process is postgres (pid 812), 35g",
		 "drop_caches");
	put("/proc/meminfo", "SwapTotal:       8388608 kB\\nSwapFree:        8032256 kB");
	disturbs("swap", "348m of 8g in use", "swapoff -a");
	put("/proc/meminfo", "SwapTotal:             0 kB\\nSwapFree:              0 kB");
	assert_null(look_for("swap"));
}

static void virtual_machines(void **state)
{
	char name[64];

	(void)state;
	assert_false(hypervisor_name(name, sizeof(name), root));
	put("/proc/cpuinfo", "processor : 0\\nflags : fpu vme nx hypervisor lahf_lm");
	disturbs("vm", "a virtual machine (unknown)", "on the host");
	rests("steal", "0.0 % of the CPU time");
	put("/sys/class/dmi/id/sys_vendor", "QEMU");
	disturbs("vm", "a virtual machine (QEMU)", "on the host");
	activity.stolen_share = 0.125;
	disturbs("steal", "12.5 % of the CPU time went to other guests", "pin");
	put("/proc/cpuinfo", "processor : 0\\nFeatures : fp asimd"); /* arm64: firmware alone tells */
	disturbs("vm", "QEMU", "on the host");
	put("/sys/class/dmi/id/sys_vendor", "Dell Inc.");
	put("/sys/class/dmi/id/product_name", "PowerEdge R750");
	assert_false(hypervisor_name(name, sizeof(name), root));
	put("/sys/class/dmi/id/sys_vendor", "Microsoft Corporation");
	put("/sys/class/dmi/id/product_name", "Virtual Machine");
	assert_true(hypervisor_name(name, sizeof(name), root));
	assert_string_equal(name, "Hyper-V");
}

/* One thing hidden, as containers do: it is not called quiet, and nothing of it is called 0. */
static void partly_hidden(void **state)
{
	const struct finding *memory;

	(void)state;
	put("/proc/cpuinfo", "processor : 0\\nflags : fpu hypervisor");
	activity.sees_interrupts = false;
	assert_null(look_for("interrupts"));
	activity.cpus = 0;
	assert_null(look_for("steal"));
	assert_null(look_for("smt"));
	machine.node[1].free_bytes = 8ull << 30;
	put(NODE1 "/meminfo", "Node 1 FilePages: 1048576 kB");
	memory = look_for("memory");
	assert_non_null(memory);
	assert_string_equal(memory->text, "node 1 has 50 % free, 8g; in use by page cache 1g; the largest process is "
					  "systemd (pid 1), 11m");
	shell("rm %s" NODE1 "/meminfo", root);
	assert_non_null(memory = look_for("memory"));
	assert_string_equal(memory->text, "node 1 has 50 % free, 8g; the largest process is systemd (pid 1), 11m");
	put("/proc/meminfo", "SwapTotal:       8388608 kB");
	assert_null(look_for("swap"));
}

/* Nothing can be read: nothing is found, neither noise nor quiet. */
static void hidden(void **state)
{
	(void)state;
	shell("rm -rf %s/*", root);
	activity.cpus = 0;
	activity.sees_interrupts = false;
	surroundings_look(&found, &machine, &activity, root);
	for (size_t i = 0; i < found.findings; i++)
		assert_false(found.finding[i].disturbs);
	assert_null(look_for("load"));
	assert_null(look_for("governor"));
	assert_null(look_for("turbo"));
	assert_null(look_for("smt"));
	assert_null(look_for("swap"));
	assert_null(look_for("irqbalance"));
	assert_null(look_for("interrupts"));
}

static int make_root(void **state)
{
	(void)state;
	return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state)
{
	(void)state;
	shell("rm -r %s", root);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_quiet_machine_is_called_quiet, quiet_server),
		cmocka_unit_test_setup(work_of_others, quiet_server),
		cmocka_unit_test_setup(clocks, quiet_server),
		cmocka_unit_test_setup(memory_of_others, quiet_server),
		cmocka_unit_test_setup(virtual_machines, quiet_server),
		cmocka_unit_test_setup(partly_hidden, quiet_server),
		cmocka_unit_test_setup(hidden, quiet_server),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_root, remove_root);
}
