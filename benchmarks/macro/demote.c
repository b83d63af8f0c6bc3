// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * demote - memory demoted to a slower tier when its cgroup is asked to give up memory
 *
 * A process in its own cgroup has `size` bytes on pair.from. One write to
 * memory.reclaim is timed, which asks for `share` percent of them with demotion
 * enabled: the kernel moves what it can to a slower tier instead of swapping it
 * out. Afterwards each page's node is counted; the kernel chooses the pages,
 * and any node of a slower tier will do. Pages that it did not take are left.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "bench.h"
#include "kit/tiers.h"

struct params {
	size_t size;
	unsigned share;
	struct pair pair;
	struct page_kind page;
};

static const struct axis axes[] = {
	AXIS_SIZE(struct params, size, "16m", "memory in the faster tier"),
	AXIS_PERCENT(struct params, share, "50", "share of it that the cgroup is asked to give up"),
	AXIS_PAIR(struct params, pair, "demotions", "from the faster tier to the slower one"),
	AXIS_PAGE(struct params, page, "base", "kind of page"),
	{},
};

static const char *const none[] = { NULL };
static const char *const standard[] = { "share=25,50,100", "page=thp", NULL };

static const struct knob_value knobs[] = {
	{ "demotion", "true" },
	{ "memory_controller", "on" },
	{ "cgroup", "present" },
	{},
};

enum { DEMOTED, KSWAPD, DIRECT, PROACTIVE, FAILED, SWAPPED };

static const struct metric metrics[] = {
	[DEMOTED] = TIERS_METRIC_DEMOTED,
	[KSWAPD] = { "demoted_kswapd", METRIC_KIND_COUNT, "neither", "base pages demoted by kswapd" },
	[DIRECT] = { "demoted_direct", METRIC_KIND_COUNT, "neither",
		     "base pages demoted by the task that needed memory" },
	[PROACTIVE] = { "demoted_proactive", METRIC_KIND_COUNT, "neither",
			"base pages demoted by memory.reclaim, if the kernel counts those separately" },
	[FAILED] = TIERS_METRIC_FAILED,
	[SWAPPED] = { "swapped_out", METRIC_KIND_COUNT, "lower", "base pages written to swap during the repetition" },
	{},
};

struct state {
	struct region mem;
	struct vmstat *before, *after;
	int reclaim; /* memory.reclaim, opened */
	int error;   /* of the write */
};

static enum outcome setup(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	enum outcome o = tiers_check(t, p->pair, true);

	s->before = vmstat_new();
	s->after = vmstat_new();
	if (o == OK)
		o = cgroup_open(t, "memory.reclaim", &s->reclaim);
	if (o == OK)
		o = cgroup_join(t);
	return o == OK ? region_map(t, &s->mem, p->size, p->page) : o;
}

static enum outcome prepare(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	enum outcome o = region_place(t, &s->mem, p->pair.from);

	if (o == OK && vmstat_read_settled(s->before))
		return broken(t, "vmstat", "%s", fault_text());
	return o;
}

static enum outcome run(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	char bytes[24];
	int length = snprintf(bytes, sizeof(bytes), "%zu", s->mem.pages * p->share / 100 * s->mem.page_size);

	t->m.calls++;
	s->error = write(s->reclaim, bytes, length) == length ? 0 : errno;
	/* EAGAIN: it found less than it was asked for */
	return s->error && s->error != EAGAIN ? call_failed(t, "memory.reclaim", s->error) : OK;
}

static void count(struct trial *t, const struct vmstat *before, const struct vmstat *after)
{
	t->value[DEMOTED] = tiers_demoted(before, after);
	t->value[KSWAPD] = vmstat_rise(before, after, "pgdemote_kswapd");
	t->value[DIRECT] = vmstat_rise(before, after, "pgdemote_direct");
	t->value[PROACTIVE] = vmstat_rise(before, after, "pgdemote_proactive");
	t->value[FAILED] = vmstat_rise(before, after, "pgmigrate_fail");
	t->value[SWAPPED] = vmstat_rise(before, after, "pswpout");
}

/* Base pages that came into a tier below that of pair.from. */
static size_t pages_below(const struct trial *t, const struct region *r)
{
	const struct params *p = t->params;
	int *where = malloc(r->pages * sizeof(*where));
	size_t found = 0;

	if (!where)
		return 0;
	region_where(r, 0, r->pages, where);
	for (size_t i = 0; i < r->pages; i++)
		found += where[i] >= 0 && trial_tier(t, where[i]) > trial_tier(t, p->pair.from) &&
			 !region_was_on(r, i, where[i]);
	free(where);
	return found;
}

static enum outcome verify(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	size_t asked = s->mem.pages * p->share / 100, below = pages_below(t, &s->mem);

	if (vmstat_read_settled(s->after))
		return broken(t, "vmstat", "%s", fault_text());
	count(t, s->before, s->after);
	t->m.pages_asked = asked;
	t->m.pages_moved = below;
	t->m.folios = below * s->mem.page_size / p->page.folio_size;
	/* what the process maps beside the region is the group's too, and may be taken instead */
	t->m.pages_beside = t->value[DEMOTED] > below ? t->value[DEMOTED] - below : 0;
	if (below < asked)
		trial_left(t, s->error ? -s->error : STATUS_UNKNOWN, asked - below);
	return region_check_data(t, &s->mem);
}

BENCHMARK(demote) = {
	.name = "demote",
	.about = "memory demoted to a slower tier when its cgroup is asked to give up memory",
	.kind = MACRO,
	.revision = 1,
	.axes = axes,
	.sweeps = { [PROFILE_QUICK] = none, [PROFILE_GATE] = none, [PROFILE_STANDARD] = standard },
	.metrics = metrics,
	.no_train = true,
	.migrates = true,
	.needs = {
		.memory_nodes = 2, .privileges = NEEDS_ROOT,
		.not_in = MODE_COUNTED, .not_in_code = "counted-tiers",
		.not_in_why = "in counted mode a machine has CPUs on one node only, and therefore other tiers",
	},
	.knobs = knobs,
	.helpers = HELPERS("kswapd", "kworker/"),
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct state),
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.verify = verify,
};
