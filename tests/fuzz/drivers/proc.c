// SPDX-License-Identifier: GPL-2.0-or-later
/* A text of the kernel's: the first line says which, the rest is what stands in it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "../fuzz.h"
#include "base/sysfile.h"
#include "instruments/idle.h"
#include "instruments/interrupts.h"
#include "machine/activity.h"
#include "machine/hypervisor.h"
#include "machine/kallsyms.h"
#include "machine/nodes.h"
#include "machine/vmstat.h"
#include "memory/numamaps.h"

static void read_activity(void)
{
	static struct activity_mark before, after;
	static struct activity activity;

	activity_read(&after, fuzz_folder());
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		fuzz_hold(after.online[cpu] || !after.all[cpu]);
	activity_between(&before, &after, &activity);
}

static void take_stat(const char *text, size_t size)
{
	fuzz_write("proc/stat", text, size);
	read_activity();
}

static void take_interrupts(const char *text, size_t size)
{
	double sum[INTERRUPTS];

	fuzz_write("proc/interrupts", text, size);
	fuzz_hold(!interrupts_read(sum, fuzz_folder()));
	for (int i = 0; i < INTERRUPTS; i++)
		fuzz_hold(isnan(sum[i]) || sum[i] >= 0);
	read_activity();
}

static void take_schedstat(const char *text, size_t size)
{
	uint64_t busy_ns;

	(void)size;
	if (idle_sum_busy_ns(text, &busy_ns))
		fuzz_hold(!busy_ns);
}

static void take_vmstat(const char *text, size_t size)
{
	static struct vmstat v;
	double rise;

	snprintf(v.text, sizeof(v.text), "%.*s", (int)size, text);
	rise = vmstat_rise(&v, &v, "pgmigrate_success");
	fuzz_hold(isnan(rise) || rise == 0);
}

static void take_numa_maps(const char *text, size_t size)
{
	const struct region r = { .base = (char *)0x7f0000000000, .size = 1 << 21, .page_size = 4096 };

	(void)size;
	for (int node = 0; node < 4; node++)
		numamaps_pages(text, &r, node);
}

static void take_kallsyms(const char *text, size_t size)
{
	struct kallsyms *k;

	fuzz_write("proc/kallsyms", text, size);
	k = kallsyms_load(fuzz_folder());
	if (!k)
		return;
	fuzz_hold(kallsyms_name(k, 0xffffffff81000010) && kallsyms_name(k, 0) && kallsyms_name(k, UINT64_MAX));
	kallsyms_free(k);
}

static void take_list(const char *text, size_t size)
{
	char choice[32];

	(void)size;
	for (int n = 0; n < 1024; n += 31)
		sysfile_list_has(text, n);
	sysfile_choice(text, choice, sizeof(choice));
}

static void take_nodes(const char *text, size_t size)
{
	static struct machine m;

	m = (struct machine){ .nodes = 1, .page_size = 4096, .node = { { .cpu = -1 } } };
	fuzz_write("sys/devices/system/node/online", text, size);
	fuzz_write("sys/devices/system/node/node0/distance", text, size);
	fuzz_write("sys/devices/system/node/node0/cpulist", text, size);
	fuzz_write("sys/devices/system/node/node1/cpulist", text, size);
	if (!nodes_complete(&m, fuzz_folder()))
		nodes_find_one_memory(&m, fuzz_folder());
	fuzz_hold(m.nodes > 0 && m.nodes <= NODES_MAX);
}

static void take_zoneinfo(const char *text, size_t size)
{
	static struct machine m;

	m = (struct machine){ .nodes = 2, .page_size = 4096, .node = { { .id = 0 }, { .id = 1 } } };
	fuzz_write("proc/zoneinfo", text, size);
	nodes_read_watermarks(&m, fuzz_folder());
}

static void take_cpuinfo(const char *text, size_t size)
{
	char name[64];

	fuzz_write("proc/cpuinfo", text, size);
	fuzz_write("sys/class/dmi/id/sys_vendor", text, size);
	hypervisor_name(name, sizeof(name), fuzz_folder());
}

static const struct {
	const char *name;
	void (*take)(const char *text, size_t size);
} kinds[] = {
	{ "stat", take_stat },	     { "interrupts", take_interrupts }, { "schedstat", take_schedstat },
	{ "vmstat", take_vmstat },   { "numa_maps", take_numa_maps },	{ "kallsyms", take_kallsyms },
	{ "list", take_list },	     { "nodes", take_nodes },		{ "zoneinfo", take_zoneinfo },
	{ "cpuinfo", take_cpuinfo },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = memchr(data ?: (const uint8_t *)"", '\n', size);
	size_t head = end ? end - data : 0;
	char *text;

	if (!end)
		return 0;
	text = fuzz_text(end + 1, size - head - 1);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (head == strlen(kinds[i].name) && !memcmp(data, kinds[i].name, head))
			kinds[i].take(text, size - head - 1);
	free(text);
	return 0;
}
