// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vmstat_rises - what the counters of /proc/vmstat that have to do with migration rose by, whole machine
 */
#include <math.h>
#include <string.h>
#include "instruments/instruments.h"
#include "machine/vmstat.h"

/* clang-format off */
#define RISE(name) { "vmstat_" name, METRIC_KIND_COUNT, "count", "neither", \
		     "by how much this counter of /proc/vmstat rose, whole machine" }
/* clang-format on */

/* Names come and go with the kernel: one that is not there has no metric. */
static const struct instrument_metric metrics[] = {
	RISE("pgmigrate_success"),
	RISE("pgmigrate_fail"),
	RISE("thp_migration_success"),
	RISE("thp_migration_fail"),
	RISE("thp_migration_split"),
	RISE("thp_split_page"),
	RISE("thp_split_pmd"),
	RISE("pgfault"),
	RISE("pgmajfault"),
	RISE("numa_pte_updates"),
	RISE("numa_huge_pte_updates"),
	RISE("numa_hint_faults"),
	RISE("numa_hint_faults_local"),
	RISE("numa_pages_migrated"),
	RISE("pgpromote_success"),
	RISE("pgpromote_candidate"),
	RISE("pgdemote_kswapd"),
	RISE("pgdemote_direct"),
	RISE("pgdemote_khugepaged"),
	RISE("pgdemote_proactive"),
	RISE("compact_isolated"),
	RISE("pswpin"),
	RISE("pswpout"),
	RISE("nr_tlb_remote_flush"),
	RISE("nr_tlb_remote_flush_received"),
	RISE("nr_tlb_local_flush_all"),
	RISE("nr_tlb_local_flush_one"),
};

#define METRICS (sizeof(metrics) / sizeof(*metrics))

struct vmstat_rises {
	struct vmstat before, after;
};

static const char *counter_of(size_t i)
{
	return metrics[i].name + strlen("vmstat_");
}

static bool kernel_has(size_t i)
{
	static struct vmstat now;

	return !vmstat_read(&now) && !isnan(vmstat_rise(&now, &now, counter_of(i)));
}

static int begin_rises(void *state)
{
	struct vmstat_rises *v = state;

	return vmstat_read(&v->before);
}

static int end_rises(void *state)
{
	struct vmstat_rises *v = state;

	return vmstat_read(&v->after);
}

static void record_rises(void *state, const struct measured *m, struct repetition *r, double *seen)
{
	const struct vmstat_rises *v = state;

	(void)m;
	for (size_t i = 0; i < METRICS; i++)
		seen[i] = vmstat_rise(&v->before, &v->after, counter_of(i)) / r->standard[M_TRAIN];
}

const struct instrument vmstat_rises_instrument = {
	.name = "vmstat",
	.repetitions = REPETITION_EVENTS,
	.modes = MODE_ANY,
	.state_size = sizeof(struct vmstat_rises),
	.metrics = metrics,
	.metric_count = METRICS,
	.has = kernel_has,
	.reason = "watch",
	.begin = begin_rises,
	.end = end_rises,
	.record = record_rises,
};
