// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * collapse - what it costs to gather small pages of two nodes into huge pages on one
 *
 * In each future huge page, `local` percent of the pages lie on pair.to, evenly
 * spread, and the others on pair.from. One madvise(2) with MADV_COLLAPSE over
 * all of them is timed. The kernel takes the node that holds most of the pages,
 * whatever the memory policy says, allocates a huge page there, and copies
 * every page into it, including those that were on that node. Pages that came
 * from pair.from count as moved; each folio is proven to be a huge page
 * afterwards, mapped as one.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include "bench.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

struct params {
	size_t size;
	unsigned local;
	struct pair pair;
	struct page_kind page;
};

static const struct axis axes[] = {
	AXIS_SIZE(struct params, size, "2m", "memory collapsed per repetition, in whole huge pages"),
	AXIS_PERCENT(struct params, local, "75", "share of the pages that are already on the target, above 50"),
	AXIS_PAIR(struct params, pair, "classes", "node of the other pages, and the target"),
	AXIS_PAGE(struct params, page, "base", "kind of page before"),
	{},
};

static const char *const none[] = { NULL };
static const char *const standard[] = { "pair=each", "local=51,90 pair=first", "size=4m,16m pair=first", NULL };
static const char *const hardware_standard[] = { "size=beyond-caches pair=both", NULL };

/*
 * Or khugepaged does it before run: memory that is advised for huge pages
 * wakes it up. MADV_COLLAPSE does not heed the setting.
 */
static const struct knob_value knobs[] = { { "thp", "never" }, {} };

struct state {
	struct region mem;
	struct move_list list; /* where its pages start, and that all are to reach the target */
};

/* An empty range: the kernel looks at the advice, and does nothing. */
static enum outcome probe(struct trial *t)
{
	if (!kind_thp(t).folio_size)
		return skipped(t, "no-thp", "the kernel has no transparent huge pages");
	if (madvise(NULL, 0, MADV_COLLAPSE))
		return skipped(t, "no-collapse", "the kernel has no MADV_COLLAPSE (since 6.1): %m");
	return OK;
}

static enum outcome setup(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	size_t huge = kind_thp(t).folio_size;
	enum outcome o;

	if (p->local <= 50)
		return skipped(t, "no-majority", "with %u %% on node %d the kernel may choose the other node", p->local,
			       p->pair.to);
	o = region_map(t, &s->mem, (p->size + huge - 1) / huge * huge, p->page);
	s->mem.folio_size_after = huge;
	if (o == OK)
		o = move_list_fill(t, &s->list, &s->mem, p->pair.to);
	if (o == OK)
		move_list_start(&s->list, p->pair.from, p->local);
	return o;
}

/* Small pages are mapped with MADV_NOHUGEPAGE, which would keep the kernel from it. */
static enum outcome prepare(struct trial *t)
{
	struct state *s = t->state;
	enum outcome o = region_place_list(t, &s->mem, &s->list);

	if (o == OK && madvise(s->mem.base, s->mem.size, MADV_HUGEPAGE))
		return broken(t, "syscall", "madvise, for huge pages: %m");
	return o;
}

static enum outcome run(struct trial *t)
{
	struct state *s = t->state;

	t->m.calls++;
	if (!madvise(s->mem.base, s->mem.size, MADV_COLLAPSE))
		return OK;
	if (errno == EAGAIN || errno == EBUSY)
		return blocked(t, "not-collapsed", "madvise with MADV_COLLAPSE: %s", strerror(errno));
	return call_failed(t, "madvise with MADV_COLLAPSE", errno);
}

static enum outcome verify(struct trial *t)
{
	const struct params *p = t->params;
	const struct state *s = t->state;

	return region_verify(t, &s->mem, p->pair.to);
}

BENCHMARK(collapse) = {
	.name = "collapse",
	.about = "gather small pages of two nodes into huge pages on one",
	.revision = 1,
	.axes = axes,
	.sweeps = { [PROFILE_QUICK] = none, [PROFILE_GATE] = none, [PROFILE_STANDARD] = standard },
	.hardware = { [PROFILE_STANDARD] = hardware_standard },
	.migrates = true,
	.needs = { .memory_nodes = 2, .probe = probe },
	.knobs = knobs,
	.helpers = HELPERS_OF_MIGRATION,
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct state),
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.verify = verify,
};
