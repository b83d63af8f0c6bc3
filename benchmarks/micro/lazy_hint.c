// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lazy_hint - next touch by the kernel: which memory policies let hint faults migrate
 *
 * `size` bytes lie on pair.from and get a policy; a thread on pair.to touches
 * `share` percent of them, round after round, under NUMA balancing, until 99 %
 * of those pages have followed or the time limit is reached. The results are
 * the share that followed, and the hint faults and scan passes it took; each
 * repetition is a separate process. No call arms the pages: the scanner does,
 * in its own time. An explicit policy excludes a range from balancing unless it
 * carries MPOL_F_NUMA_BALANCING; plain policies are here to show that nothing moves.
 */
#include <errno.h>
#include <math.h>
#include <numaif.h>
#include <stdlib.h>
#include <string.h>
#include "bench.h"
#include "kit/follow.h"
#include "kit/hints.h"

#define MODE_PREFERRED_MANY 5	      /* newer than some headers: 5.15 */
#define FLAG_NUMA_BALANCING (1 << 13) /* 5.12 */

enum policy { DEFAULT, BIND_TARGET, BIND_BOTH, MANY_BOTH, PLAIN_BOTH, PLAIN_PREFERRED };

struct params {
	unsigned policy;
	size_t size;
	unsigned share;
	struct pair pair;
	struct page_kind page;
};

static const char *const policies[] = {
	[DEFAULT] = "default",
	[BIND_TARGET] = "bind-target",
	[BIND_BOTH] = "bind-both",
	[MANY_BOTH] = "preferred-many-both",
	[PLAIN_BOTH] = "plain-bind-both",
	[PLAIN_PREFERRED] = "plain-preferred",
	NULL,
};
static const int modes[] = {
	[DEFAULT] = MPOL_DEFAULT,
	[BIND_TARGET] = MPOL_BIND | FLAG_NUMA_BALANCING,
	[BIND_BOTH] = MPOL_BIND | FLAG_NUMA_BALANCING,
	[MANY_BOTH] = MODE_PREFERRED_MANY | FLAG_NUMA_BALANCING,
	[PLAIN_BOTH] = MPOL_BIND,
	[PLAIN_PREFERRED] = MPOL_PREFERRED,
};

static const struct axis axes[] = {
	AXIS_CHOICE(struct params, policy, "all",
		    "policy of the range; both: source and target; plain: without MPOL_F_NUMA_BALANCING", policies),
	AXIS_SIZE(struct params, size, "4m", "memory with the policy"),
	AXIS_PERCENT(struct params, share, "100", "share of it that is touched, from its start"),
	AXIS_PAIR(struct params, pair, "pulled", "node of the memory, node of the thread"),
	AXIS_PAGE(struct params, page, "base", "kind of page"),
	{},
};

static const char *const none[] = { NULL };
static const char *const standard[] = {
	"policy=all",
	"policy=bind-both share=10,50",
	"policy=bind-both page=thp,shared,shmem,mlocked,hugetlb-2m",
	NULL,
};

static const struct knob_value knobs[] = {
	{ "numa_balancing", "1" },	{ "scan_size_mb", "64" },	 { "scan_delay_ms", "10" },
	{ "scan_period_min_ms", "10" }, { "scan_period_max_ms", "100" }, {},
};

enum { SHARE, UNTIL_99, ROUNDS, FAULTS, MIGRATED, PASSES, FAULTS_A_PAGE };

static const struct metric metrics[] = {
	[SHARE] = FOLLOW_METRIC_SHARE,
	[UNTIL_99] = FOLLOW_METRIC_99,
	[ROUNDS] = FOLLOW_METRIC_ROUNDS,
	[FAULTS] = HINTS_METRIC_FAULTS,
	[MIGRATED] = HINTS_METRIC_MIGRATED,
	[PASSES] = HINTS_METRIC_PASSES,
	[FAULTS_A_PAGE] = { "faults_a_page", METRIC_KIND_COUNT, "lower", "hint faults per migrated base page" },
	{},
};

static const char *const series[] = { FOLLOW_SERIES, NULL };

static struct nodeset nodes_of(const struct params *p)
{
	bool both = p->policy == BIND_BOTH || p->policy == MANY_BOTH || p->policy == PLAIN_BOTH;
	struct nodeset nodes = nodes_one(p->pair.to), from = nodes_one(p->pair.from);

	for (size_t i = 0; both && i < sizeof(nodes.word) / sizeof(nodes.word[0]); i++)
		nodes.word[i] |= from.word[i];
	return nodes;
}

static enum outcome add_set(struct trial *t, struct follow *f)
{
	const struct params *p = t->params;
	struct nodeset nodes = nodes_of(p);
	struct follow_set *s = &f->set[0];
	enum outcome o;

	s->node[0] = p->pair.to;
	s->threads = 1;
	o = follow_add(t, f, p->size, p->page, p->pair.from);
	s->touched = s->mem.pages * p->share / 100 ?: 1;
	if (o != OK || p->policy == DEFAULT)
		return o;
	if (mbind(s->mem.base, s->mem.size, modes[p->policy], nodes.word, NODESET_MAX, 0))
		return skipped(t, "no-policy", "mbind with the policy %s: %s", policies[p->policy], strerror(errno));
	return OK;
}

static void report(struct trial *t, const struct follow *f, const struct vmstat *before, const struct vmstat *after)
{
	t->value[SHARE] = f->share;
	t->value[UNTIL_99] = f->until_ns[FOLLOW_99];
	t->value[ROUNDS] = f->until_rounds[FOLLOW_90];
	t->value[FAULTS] = vmstat_rise(before, after, "numa_hint_faults");
	t->value[MIGRATED] = vmstat_rise(before, after, "numa_pages_migrated");
	t->value[PASSES] = hints_passes();
	t->value[FAULTS_A_PAGE] = t->value[MIGRATED] > 0 ? t->value[FAULTS] / t->value[MIGRATED] : NAN;
}

static enum outcome work(struct trial *t)
{
	const struct params *p = t->params;
	struct follow *f = calloc(1, sizeof(*f));

	if (!f)
		return broken(t, "no-memory", "no memory for the set");
	f->every_ms = 5;
	f->limit_ms = p->policy == PLAIN_BOTH || p->policy == PLAIN_PREFERRED ? 500 : 3000;
	return follow_run(t, f, add_set, report);
}

BENCHMARK(lazy_hint) = {
	.name = "lazy_hint",
	.about = "next touch by the kernel: hint faults under a memory policy",
	.revision = 1,
	.axes = axes,
	.sweeps = { [PROFILE_QUICK] = none, [PROFILE_GATE] = none, [PROFILE_STANDARD] = standard },
	.metrics = metrics,
	.series = series,
	.primary = "local_share",
	.needs = {
		.memory_nodes = 2, .cpu_nodes = 2, .privileges = NEEDS_ROOT, .calls = CALL_MBIND,
		.not_in = MODE_COUNTED, .not_in_code = "counted-one-cpu",
		.not_in_why = "one thread touches while another one watches, and counted mode has one CPU",
	},
	.knobs = knobs,
	.repetitions = 3,
	.repetition_ms = 800,
	.waits = true,
	.params_size = sizeof(struct params),
	.work = work,
};
