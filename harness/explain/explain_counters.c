// SPDX-License-Identifier: GPL-2.0-or-later
/* explain_counters - explains by two clocks and /proc/vmstat alone: always possible, and coarse */
#include <math.h>
#include "explain/explain_source.h"
#include "machine/vmstat.h"

static struct vmstat before;

/* Two clocks are always there. */
static int always(void)
{
	return 0;
}

static int open_nothing(struct explained *seen)
{
	(void)seen;
	return 0;
}

static int prepare(void)
{
	return vmstat_read(&before);
}

static void begin(void)
{
}

static void add_rise(json_t *record, const struct vmstat *after, const char *name)
{
	double rise = vmstat_rise(&before, after, name);

	if (rise > 0)
		explanation_count(record, "counter of /proc/vmstat", name, rise, 0);
}

static int collect(const struct explained *seen, struct breakdown *p, json_t *record)
{
	static const char *const names[] = { "pgmigrate_success",
					     "pgmigrate_fail",
					     "thp_migration_success",
					     "thp_migration_fail",
					     "thp_migration_split",
					     "numa_hint_faults",
					     NULL };
	static struct vmstat after;

	if (vmstat_read(&after))
		return -1;
	explanation_say(
		record, "basis",
		"by counters alone: the clock, the thread's time on its CPU, and /proc/vmstat of the whole trial");
	for (const char *const *name = names; *name; name++)
		add_rise(record, &after, *name);
	breakdown_add_work(p, "(on the CPU)", WORK_UNSPLIT, fmin(seen->cpu_ns, seen->wall_ns));
	breakdown_add_work(p, "(off the CPU)", WORK_WAIT, fmax(0, (double)seen->wall_ns - seen->cpu_ns));
	return 0;
}

const struct explain_source explain_counters = {
	.name = "counters",
	.repetitions = 10,
	.usable = always,
	.prepare = prepare,
	.open = open_nothing,
	.begin = begin,
	.end = always,
	.unit_ns = 1,
	.collect = collect,
};
