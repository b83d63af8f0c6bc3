// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * promote - is hot memory promoted from a slower tier, and nothing else?
 *
 * `size` bytes lie on pair.from, a node of a slower tier. A thread on pair.to
 * touches the first `hot` percent of them, round after round, with NUMA
 * balancing for memory tiers (numa_balancing=2), until 99 % of the hot pages
 * are promoted or the time limit is reached. A page is hot if it is touched
 * again within hot_threshold_ms after it was made to fault. The results are
 * the hot and cold pages that were promoted, by asking for each one's node,
 * and the kernel's counters. Threshold and rate limit only apply while the
 * fast node is short of memory (less than 1 GiB or a sixteenth of it free,
 * above its watermarks).
 */
#include <math.h>
#include <stdlib.h>
#include "bench.h"
#include "kit/follow.h"
#include "kit/hints.h"
#include "kit/tiers.h"

struct params {
	size_t size, hot_threshold_ms, promote_rate_limit;
	unsigned hot;
	struct pair pair;
	struct page_kind page;
};

static const struct axis axes[] = {
	AXIS_SIZE(struct params, size, "8m", "memory in the slower tier"),
	AXIS_PERCENT(struct params, hot, "50", "share of it that is touched"),
	AXIS_COUNT(struct params, hot_threshold_ms, "1000", "a page touched again within this many ms is hot"),
	AXIS_COUNT(struct params, promote_rate_limit, "65536", "MB per second that may be promoted"),
	AXIS_PAIR(struct params, pair, "promotions", "from the slower tier to the faster one"),
	AXIS_PAGE(struct params, page, "base", "kind of page"),
	{},
};

static const char *const none[] = { NULL };
static const char *const standard[] = {
	"hot=25,50,100", "hot_threshold_ms=1,100", "promote_rate_limit=1,4", "page=thp", NULL,
};

static const struct knob_value knobs[] = {
	{ "numa_balancing", "2" },
	{ "hot_threshold_ms", .axis = "hot_threshold_ms" },
	{ "promote_rate_limit", .axis = "promote_rate_limit" },
	{ "scan_size_mb", "64" },
	{ "scan_delay_ms", "10" },
	{ "scan_period_min_ms", "10" },
	{ "scan_period_max_ms", "100" },
	{},
};

enum { HOT, COLD, UNTIL_99, PROMOTED, CANDIDATES, FAILED, FAULTS, RATE, PASSES };

static const struct metric metrics[] = {
	[HOT] = { "hot_share", METRIC_KIND_SHARE, "higher", "share of the hot pages in the faster tier at the end" },
	[COLD] = { "cold_share", METRIC_KIND_SHARE, "lower", "share of the cold pages in the faster tier at the end" },
	[UNTIL_99] = FOLLOW_METRIC_99,
	[PROMOTED] = TIERS_METRIC_PROMOTED,
	[CANDIDATES] = TIERS_METRIC_CANDIDATES,
	[FAILED] = TIERS_METRIC_FAILED,
	[FAULTS] = HINTS_METRIC_FAULTS,
	[RATE] = { "limit_share", METRIC_KIND_SHARE, "neither",
		   "promoted bytes as a share of what the rate limit allows in all seconds of the kernel's clock that were begun, and one more" },
	[PASSES] = HINTS_METRIC_PASSES,
	{},
};

static const char *const series[] = { FOLLOW_SERIES, "promoted_pages_over_ms", NULL };

static void look(struct trial *t, struct follow *f, const struct vmstat *now, double ms)
{
	trial_series(t, 2, ms, vmstat_rise(f->start, now, "pgpromote_success"));
}

static enum outcome add_set(struct trial *t, struct follow *f)
{
	const struct params *p = t->params;
	struct follow_set *s = &f->set[0];
	enum outcome o;

	s->node[0] = p->pair.to;
	s->threads = 1;
	o = follow_add(t, f, p->size, p->page, p->pair.from);
	s->touched = s->mem.pages * p->hot / 100 ?: 1;
	return o;
}

static double share_on(const struct region *r, size_t first, size_t count, int node)
{
	int *where = malloc(count * sizeof(*where));
	size_t found = 0;

	if (!where || !count)
		return NAN;
	region_where(r, first, count, where);
	for (size_t i = 0; i < count; i++)
		found += where[i] == node;
	free(where);
	return (double)found / count;
}

static void report(struct trial *t, const struct follow *f, const struct vmstat *before, const struct vmstat *after)
{
	const struct params *p = t->params;
	const struct follow_set *s = &f->set[0];
	double seconds = floor(f->elapsed_ns / 1e9) + 2;

	t->value[HOT] = share_on(&s->mem, 0, s->touched, p->pair.to);
	t->value[COLD] = share_on(&s->mem, s->touched, s->mem.pages - s->touched, p->pair.to);
	t->value[UNTIL_99] = f->until_ns[FOLLOW_99];
	t->value[PROMOTED] = vmstat_rise(before, after, "pgpromote_success");
	t->value[CANDIDATES] = vmstat_rise(before, after, "pgpromote_candidate");
	t->value[FAILED] = vmstat_rise(before, after, "pgmigrate_fail");
	t->value[FAULTS] = vmstat_rise(before, after, "numa_hint_faults");
	t->value[RATE] = t->value[PROMOTED] * s->mem.page_size / (p->promote_rate_limit * 1048576.0 * seconds);
	t->value[PASSES] = hints_passes();
}

static enum outcome work(struct trial *t)
{
	struct follow *f = calloc(1, sizeof(*f));

	if (!f)
		return broken(t, "no-memory", "no memory for the set");
	f->every_ms = 20;
	f->limit_ms = 3000;
	f->least_looks = 50;
	f->look = look;
	return follow_run(t, f, add_set, report);
}

static enum outcome setup(struct trial *t)
{
	const struct params *p = t->params;

	return tiers_check(t, p->pair, false);
}

BENCHMARK(promote) = {
	.name = "promote",
	.about = "hot memory promoted from a slower tier",
	.kind = MACRO,
	.revision = 1,
	.axes = axes,
	.sweeps = { [PROFILE_QUICK] = none, [PROFILE_GATE] = none, [PROFILE_STANDARD] = standard },
	.metrics = metrics,
	.series = series,
	.primary = "hot_share",
	.needs = {
		.memory_nodes = 2, .privileges = NEEDS_ROOT,
		.not_in = MODE_COUNTED, .not_in_code = "counted-one-cpu",
		.not_in_why = "one thread touches while another one watches, and counted mode has one CPU",
	},
	.knobs = knobs,
	.repetitions = 3,
	.repetition_ms = 2000,
	.helpers = HELPERS("kswapd", "kworker/"),
	.params_size = sizeof(struct params),
	.setup = setup,
	.work = work,
};
