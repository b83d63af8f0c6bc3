// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * converge - does memory follow threads that run on another node, and how soon?
 *
 * Each repetition is a separate process: it places its sets of pages, starts
 * threads on another node that touch them round after round, and asks the
 * kernel every few milliseconds what share of the pages is local to its
 * threads. It ends at 99 %, or at the time limit, and then reports that it did
 * not converge. NUMA balancing is off, on, or on with half of the pages moved
 * by the program at the start. The result is the curve, and the time until
 * 50, 90 and 99 % are local.
 *
 *   private    a set for each thread, all on pair.from; threads on pair.to
 *   shared     one set on pair.from; all threads on pair.to
 *   spread     a set for each thread, spread over all nodes
 *   contested  one set on pair.from, threads on both nodes: no node is right for
 *              all, and at most half of the pages can be local
 */
#include <math.h>
#include <numaif.h>
#include <stdlib.h>
#include "bench.h"
#include "kit/follow.h"
#include "kit/hints.h"

enum balancing { OFF, ON, HELPED };
enum set { PRIVATE, SHARED, SPREAD, CONTESTED };

struct params {
	unsigned balancing, set;
	size_t size, threads;
	struct pair pair;
	struct page_kind page;
};

static const char *const balancings[] = { "off", "on", "helped", NULL };
static const char *const sets[] = { "private", "shared", "spread", "contested", NULL };

static const struct axis axes[] = {
	AXIS_CHOICE(struct params, balancing, "off,on,helped", "NUMA balancing; helped: half is moved eagerly first",
		    balancings),
	AXIS_CHOICE(struct params, set, "private", "which thread touches what", sets),
	AXIS_SIZE(struct params, size, "4m", "memory of all sets together"),
	AXIS_THREADS(struct params, threads, "2", "threads that touch"),
	AXIS_PAIR(struct params, pair, "pulled", "node of the memory, node of the threads"),
	AXIS_PAGE(struct params, page, "base", "kind of page"),
	{},
};

static const char *const none[] = { NULL };
static const char *const standard[] = {
	"balancing=off,on,helped set=private,shared",
	"balancing=on set=spread,contested",
	NULL,
};

/* Scans of 10 ms as long as they find something, no longer than 100 ms apart. */
static const char *const on_off[] = { "0", "1", "1" };
static const struct knob_value knobs[] = {
	{ "numa_balancing", .axis = "balancing", .values = on_off },
	{ "scan_size_mb", "64" },
	{ "scan_delay_ms", "10" },
	{ "scan_period_min_ms", "10" },
	{ "scan_period_max_ms", "100" },
	{},
};

enum { UNTIL_50, UNTIL_90, UNTIL_99, ROUNDS_90, SHARE, CONVERGED, LOOKS, FAULTS, FAULTS_LOCAL, MIGRATED, PASSES };

static const struct metric metrics[] = {
	[UNTIL_50] = FOLLOW_METRIC_50,	    [UNTIL_90] = FOLLOW_METRIC_90,  [UNTIL_99] = FOLLOW_METRIC_99,
	[ROUNDS_90] = FOLLOW_METRIC_ROUNDS, [SHARE] = FOLLOW_METRIC_SHARE,  [CONVERGED] = FOLLOW_METRIC_CONVERGED,
	[LOOKS] = FOLLOW_METRIC_LOOKS,	    [FAULTS] = HINTS_METRIC_FAULTS, [FAULTS_LOCAL] = HINTS_METRIC_FAULTS_LOCAL,
	[MIGRATED] = HINTS_METRIC_MIGRATED, [PASSES] = HINTS_METRIC_PASSES, {},
};

static const char *const series[] = { FOLLOW_SERIES, NULL };

static enum outcome add_own_sets(struct trial *t, struct follow *f)
{
	const struct params *p = t->params;
	enum outcome o = OK;

	for (size_t i = 0; o == OK && i < p->threads; i++) {
		f->set[i].node[0] = p->pair.to;
		f->set[i].threads = 1;
		o = follow_add(t, f, p->size / p->threads, p->page,
			       p->set == SPREAD ? FOLLOW_EVERYWHERE : p->pair.from);
	}
	return o;
}

static enum outcome add_common_set(struct trial *t, struct follow *f)
{
	const struct params *p = t->params;

	for (size_t i = 0; i < p->threads; i++)
		f->set[0].node[i] = p->set == CONTESTED && i % 2 ? p->pair.from : p->pair.to;
	f->set[0].threads = p->threads;
	return follow_add(t, f, p->size, p->page, p->pair.from);
}

/* Half of each set, as a program would that knows some of what is coming. */
static enum outcome help(struct trial *t, struct follow *f)
{
	const struct params *p = t->params;
	enum outcome o = OK;

	for (size_t i = 0; o == OK && i < f->sets; i++) {
		struct move_list list;

		o = move_list_fill(t, &list, &f->set[i].mem, p->pair.to);
		if (o == OK && move_pages(0, list.len / 2, list.page, list.node, list.status, MPOL_MF_MOVE) < 0)
			o = broken(t, "syscall", "move_pages: %m");
	}
	return o;
}

static void report(struct trial *t, const struct follow *f, const struct vmstat *before, const struct vmstat *after)
{
	for (int i = 0; i < FOLLOW_MARKS; i++)
		t->value[UNTIL_50 + i] = f->until_ns[i];
	t->value[ROUNDS_90] = f->until_rounds[FOLLOW_90];
	t->value[SHARE] = f->share;
	t->value[CONVERGED] = !isnan(f->until_ns[FOLLOW_99]);
	t->value[LOOKS] = f->looks;
	t->value[FAULTS] = vmstat_rise(before, after, "numa_hint_faults");
	t->value[FAULTS_LOCAL] = vmstat_rise(before, after, "numa_hint_faults_local");
	t->value[MIGRATED] = vmstat_rise(before, after, "numa_pages_migrated");
	t->value[PASSES] = hints_passes(); /* the kernel began at 0 with the first thread */
}

static enum outcome add_sets(struct trial *t, struct follow *f)
{
	const struct params *p = t->params;
	enum outcome o = p->set == PRIVATE || p->set == SPREAD ? add_own_sets(t, f) : add_common_set(t, f);

	return o == OK && p->balancing == HELPED ? help(t, f) : o;
}

static enum outcome work(struct trial *t)
{
	const struct params *p = t->params;
	struct follow *f = calloc(1, sizeof(*f));

	if (!f)
		return broken(t, "no-memory", "no memory for the sets");
	f->every_ms = 5;
	f->limit_ms = p->balancing == OFF || p->set == CONTESTED ? 500 : 4000;
	f->least_looks = 60;
	return follow_run(t, f, add_sets, report);
}

static enum outcome setup(struct trial *t)
{
	const struct params *p = t->params;

	if (p->threads > FOLLOW_THREADS_MAX)
		return skipped(t, "too-many-threads", "at most %d threads, not %zu", FOLLOW_THREADS_MAX, p->threads);
	return OK;
}

BENCHMARK(converge) = {
	.name = "converge",
	.about = "how memory follows threads that run on another node",
	.kind = MACRO,
	.revision = 1,
	.axes = axes,
	.sweeps = { [PROFILE_QUICK] = none, [PROFILE_GATE] = none, [PROFILE_STANDARD] = standard },
	.metrics = metrics,
	.series = series,
	.primary = "until_90",
	.needs = {
		.memory_nodes = 2, .cpu_nodes = 2, .privileges = NEEDS_ROOT,
		.not_in = MODE_COUNTED, .not_in_code = "counted-one-cpu",
		.not_in_why = "it needs threads on several nodes, and counted mode has one CPU",
	},
	.knobs = knobs,
	.repetitions = 3,
	.repetition_ms = 1500,
	.waits = true,
	.params_size = sizeof(struct params),
	.setup = setup,
	.work = work,
};
