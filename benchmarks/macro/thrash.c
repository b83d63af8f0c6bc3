// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * thrash - a hot set that does not fit into the fast tier
 *
 * A locked ballast fills pair.to except for `room`. A thread there touches
 * `size` bytes that lie on pair.from, a slower tier, round after round, for a
 * fixed time, with NUMA balancing for tiers. All of it is hot, and not all of
 * it fits: with demotion, pages move up and down for ever; without it,
 * promotion ends when the node is full (and kswapd gives up on it until
 * something is reclaimed there: a point with demotion first makes sure of
 * that). The results are the share in the fast tier and the pages promoted and
 * demoted; "late" is the last third of the time, which shows whether a steady
 * state was reached.
 */
#include <math.h>
#include <numa.h>
#include <numaif.h>
#include <stdlib.h>
#include <sys/mman.h>
#include "bench.h"
#include "kit/follow.h"
#include "kit/hints.h"
#include "kit/tiers.h"

#define LOOKS_MAX 300

enum demotion { ON, OFF };

struct params {
	size_t size, room;
	unsigned demotion;
	struct pair pair;
};

static const char *const demotions[] = { "on", "off", NULL };

static const struct axis axes[] = {
	AXIS_SIZE(struct params, size, "48m", "the hot set, in the slower tier at first"),
	AXIS_BYTES(struct params, room, "8m", "free memory left in the faster tier, above the kernel's watermarks"),
	AXIS_CHOICE(struct params, demotion, "on", "whether the kernel may demote pages", demotions),
	AXIS_PAIR(struct params, pair, "promotions", "the slower tier and the faster one"),
	{},
};

static const char *const none[] = { NULL };
static const char *const standard[] = { "demotion=on,off", NULL };

static const char *const on_off[] = { "true", "false" };
static const struct knob_value knobs[] = {
	{ "numa_balancing", "2" },
	{ "demotion", .axis = "demotion", .values = on_off },
	{ "memory_controller", "on" }, /* to wake kswapd up */
	{ "cgroup", "present" },
	{ "hot_threshold_ms", "10000" }, /* all of it counts as hot, even if a round takes seconds */
	{ "scan_size_mb", "64" },
	{ "scan_delay_ms", "10" },
	{ "scan_period_min_ms", "10" },
	{ "scan_period_max_ms", "100" },
	{},
};

enum { SHARE, LATE_SHARE, LATE_SPREAD, PROMOTED, CANDIDATES, LATE_PROMOTED, DEMOTED, LATE_DEMOTED, FAILED, FAULTS };

static const struct metric metrics[] = {
	[SHARE] = FOLLOW_METRIC_SHARE,
	[LATE_SHARE] = { "late_share", METRIC_KIND_SHARE, "higher",
			 "share of the pages in the faster tier, mean over the last third of the time" },
	[LATE_SPREAD] = { "late_spread", METRIC_KIND_SHARE, "lower", "largest minus smallest value of that share" },
	[PROMOTED] = TIERS_METRIC_PROMOTED,
	[CANDIDATES] = TIERS_METRIC_CANDIDATES,
	[LATE_PROMOTED] = { "late_promoted", METRIC_KIND_COUNT, "neither",
			    "base pages promoted in the last third of the time" },
	[DEMOTED] = TIERS_METRIC_DEMOTED,
	[LATE_DEMOTED] = { "late_demoted", METRIC_KIND_COUNT, "neither",
			   "base pages demoted in the last third of the time" },
	[FAILED] = TIERS_METRIC_FAILED,
	[FAULTS] = HINTS_METRIC_FAULTS,
	{},
};

static const char *const series[] = { FOLLOW_SERIES, "promoted_pages_over_ms", "demoted_pages_over_ms", NULL };

/* What look saw, kept to tell about the last third. */
struct watched {
	struct follow f; /* first: look gets its address */
	double share[LOOKS_MAX], promoted[LOOKS_MAX], demoted[LOOKS_MAX];
	size_t looks;
};

static void look(struct trial *t, struct follow *f, const struct vmstat *now, double ms)
{
	struct watched *w = (struct watched *)f;

	if (w->looks == LOOKS_MAX)
		return;
	w->share[w->looks] = f->share;
	w->promoted[w->looks] = vmstat_rise(f->start, now, "pgpromote_success");
	w->demoted[w->looks] = tiers_demoted(f->start, now);
	trial_series(t, 2, ms, w->promoted[w->looks]);
	trial_series(t, 3, ms, w->demoted[w->looks]);
	w->looks++;
}

static enum outcome add_set(struct trial *t, struct follow *f)
{
	const struct params *p = t->params;

	f->set[0].node[0] = p->pair.to;
	f->set[0].threads = 1;
	return follow_add(t, f, p->size, kind_base(t), p->pair.from);
}

static void report(struct trial *t, const struct follow *f, const struct vmstat *before, const struct vmstat *after)
{
	const struct watched *w = (const struct watched *)f;
	size_t late = w->looks - w->looks / 3, last = w->looks - 1;
	double least = INFINITY, most = 0, sum = 0;

	for (size_t i = late; i < w->looks; i++) {
		least = fmin(least, w->share[i]);
		most = fmax(most, w->share[i]);
		sum += w->share[i];
	}
	t->value[SHARE] = f->share;
	t->value[LATE_SHARE] = sum / (w->looks - late);
	t->value[LATE_SPREAD] = most - least;
	t->value[PROMOTED] = vmstat_rise(before, after, "pgpromote_success");
	t->value[CANDIDATES] = vmstat_rise(before, after, "pgpromote_candidate");
	t->value[LATE_PROMOTED] = w->promoted[last] - w->promoted[late];
	t->value[DEMOTED] = tiers_demoted(before, after);
	t->value[LATE_DEMOTED] = w->demoted[last] - w->demoted[late];
	t->value[FAILED] = vmstat_rise(before, after, "pgmigrate_fail");
	t->value[FAULTS] = vmstat_rise(before, after, "numa_hint_faults");
}

static enum outcome work(struct trial *t)
{
	struct watched *w = calloc(1, sizeof(*w));

	if (!w)
		return broken(t, "no-memory", "no memory for watching");
	w->f.every_ms = 50;
	w->f.limit_ms = 8000;
	w->f.least_looks = 60;
	w->f.look = look;
	return follow_run(t, &w->f, add_set, report);
}

/* Fills the node but for room bytes, with pages that stay: locked ones are not demoted. */
static enum outcome lay_ballast(struct trial *t, int node, size_t room_bytes)
{
	struct nodeset nodes = nodes_one(node);
	long long free_bytes = 0, total_bytes = numa_node_size64(node, &free_bytes);
	size_t stays = room_bytes + tiers_watermark_bytes("", node, kind_base(t).folio_size), size;
	char *ballast;

	if (total_bytes < 0 || free_bytes <= (long long)stays)
		return skipped(t, "node-memory", "node %d has %lld MiB free, of which %zu MiB must stay free", node,
			       free_bytes >> 20, stays >> 20);
	size = (free_bytes - stays) >> 21 << 21;
	ballast = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (ballast == MAP_FAILED || mbind(ballast, size, MPOL_BIND, nodes.word, NODESET_MAX, 0) ||
	    madvise(ballast, size, MADV_DONTFORK))
		return broken(t, "ballast", "a ballast of %zu MiB: %m", size >> 20);
	return mlock(ballast, size) ? blocked(t, "mlock", "mlock of %zu MiB: %m (raise RLIMIT_MEMLOCK)", size >> 20)
				    : OK;
}

static enum outcome wake(struct trial *t)
{
	const struct params *p = t->params;

	return tiers_wake_kswapd(t, p->pair.to);
}

static enum outcome setup(struct trial *t)
{
	const struct params *p = t->params;
	enum outcome o = tiers_check(t, p->pair, false);

	if (o == OK && p->demotion == ON)
		o = trial_fork(t, wake);
	return o == OK ? lay_ballast(t, p->pair.to, p->room) : o;
}

BENCHMARK(thrash) = {
	.name = "thrash",
	.about = "a hot set that does not fit into the fast tier",
	.kind = MACRO,
	.revision = 1,
	.axes = axes,
	.sweeps = { [PROFILE_QUICK] = none, [PROFILE_GATE] = none, [PROFILE_STANDARD] = standard },
	.metrics = metrics,
	.series = series,
	.primary = "late_share",
	.needs = {
		.memory_nodes = 2, .fills_node = true, .privileges = NEEDS_ROOT, .calls = CALL_MBIND,
		.not_in = MODE_COUNTED, .not_in_code = "counted-one-cpu",
		.not_in_why = "one thread touches while another one watches, and counted mode has one CPU",
	},
	.knobs = knobs,
	.repetitions = 3,
	.repetition_ms = 9000,
	.helpers = HELPERS("kswapd", "kworker/"),
	.params_size = sizeof(struct params),
	.setup = setup,
	.work = work,
};
