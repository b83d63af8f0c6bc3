// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hint_rate - how much NUMA balancing does in a pass, by its scan settings
 *
 * One thread on pair.to touches memory that lies on pair.from, round after
 * round, until 99 % of the pages have followed or the time limit is reached;
 * each repetition is a separate process. Reported per pass of the scanner over
 * the process are hint faults, pages made to fault and pages migrated, and the
 * share of the faults whose page was already local. A process's scan period
 * begins at scan_delay_ms; it is never so short that the scanner would exceed
 * 2560 MB per second, whatever the settings say.
 */
#include <math.h>
#include <stdlib.h>
#include "bench.h"
#include "kit/follow.h"
#include "kit/hints.h"

struct params {
	size_t size, scan_size_mb, scan_period_min_ms, scan_delay_ms;
	struct pair pair;
	struct page_kind page;
};

static const struct axis axes[] = {
	AXIS_SIZE(struct params, size, "8m", "memory that is touched"),
	AXIS_COUNT(struct params, scan_size_mb, "16", "memory per scan, in MB"),
	AXIS_COUNT(struct params, scan_period_min_ms, "10", "minimum CPU time between two scans, in ms"),
	AXIS_COUNT(struct params, scan_delay_ms, "10", "CPU time before the first scan, in ms"),
	AXIS_PAIR(struct params, pair, "pulled", "node of the memory, node of the thread"),
	AXIS_PAGE(struct params, page, "base", "kind of page"),
	{},
};

static const char *const none[] = { NULL };
static const char *const standard[] = {
	"scan_size_mb=1,4,16,256", "scan_period_min_ms=10,100,1000", "scan_delay_ms=10,100,1000", "page=thp", NULL,
};

static const struct knob_value knobs[] = {
	{ "numa_balancing", "1" },
	{ "scan_size_mb", .axis = "scan_size_mb" },
	{ "scan_delay_ms", .axis = "scan_delay_ms" },
	{ "scan_period_min_ms", .axis = "scan_period_min_ms" },
	{ "scan_period_max_ms", "1000" }, /* a first scan that finds nothing remote would double it, up to 60 s */
	{},
};

enum { FAULTS, UPDATES, MIGRATED, LOCALITY, PASSES, FAULTS_A_PASS, MIGRATED_A_PASS, SHARE, UNTIL_99 };

static const struct metric metrics[] = {
	[FAULTS] = HINTS_METRIC_FAULTS,
	[UPDATES] = HINTS_METRIC_UPDATES,
	[MIGRATED] = HINTS_METRIC_MIGRATED,
	[LOCALITY] = { "fault_locality", METRIC_KIND_SHARE, "neither",
		       "share of the faults on pages that were already local" },
	[PASSES] = HINTS_METRIC_PASSES,
	[FAULTS_A_PASS] = { "faults_a_pass", METRIC_KIND_COUNT, "neither", "hint faults per pass of the scanner" },
	[MIGRATED_A_PASS] = { "migrated_a_pass", METRIC_KIND_COUNT, "higher",
			      "base pages migrated per pass of the scanner" },
	[SHARE] = FOLLOW_METRIC_SHARE,
	[UNTIL_99] = FOLLOW_METRIC_99,
	{},
};

static const char *const series[] = { FOLLOW_SERIES, NULL };

static void report(struct trial *t, const struct follow *f, const struct vmstat *before, const struct vmstat *after)
{
	double passes = hints_passes();

	t->value[FAULTS] = vmstat_rise(before, after, "numa_hint_faults");
	t->value[UPDATES] = vmstat_rise(before, after, "numa_pte_updates");
	t->value[MIGRATED] = vmstat_rise(before, after, "numa_pages_migrated");
	t->value[LOCALITY] = vmstat_rise(before, after, "numa_hint_faults_local") / t->value[FAULTS];
	t->value[PASSES] = passes;
	t->value[FAULTS_A_PASS] = passes > 0 ? t->value[FAULTS] / passes : NAN;
	t->value[MIGRATED_A_PASS] = passes > 0 ? t->value[MIGRATED] / passes : NAN;
	t->value[SHARE] = f->share;
	t->value[UNTIL_99] = f->until_ns[FOLLOW_99];
}

static enum outcome add_set(struct trial *t, struct follow *f)
{
	const struct params *p = t->params;

	f->set[0].node[0] = p->pair.to;
	f->set[0].threads = 1;
	return follow_add(t, f, p->size, p->page, p->pair.from);
}

static enum outcome work(struct trial *t)
{
	const struct params *p = t->params;
	struct follow *f = calloc(1, sizeof(*f));

	if (!f)
		return broken(t, "no-memory", "no memory for the set");
	f->every_ms = 5;
	f->limit_ms = 3000 + p->scan_delay_ms + 2 * p->scan_period_min_ms;
	return follow_run(t, f, add_set, report);
}

BENCHMARK(hint_rate) = {
	.name = "hint_rate",
	.about = "hint faults and migrated pages per scan pass, by the scan settings",
	.revision = 1,
	.axes = axes,
	.sweeps = { [PROFILE_QUICK] = none, [PROFILE_GATE] = none, [PROFILE_STANDARD] = standard },
	.metrics = metrics,
	.series = series,
	.primary = "hint_faults",
	.needs = {
		.memory_nodes = 2, .cpu_nodes = 2, .privileges = NEEDS_ROOT,
		.not_in = MODE_COUNTED, .not_in_code = "counted-one-cpu",
		.not_in_why = "one thread touches while another one watches, and counted mode has one CPU",
	},
	.knobs = knobs,
	.repetitions = 3,
	.repetition_ms = 1000,
	.waits = true,
	.params_size = sizeof(struct params),
	.work = work,
};
