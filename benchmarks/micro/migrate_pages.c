// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * migrate_pages - what it costs to move a whole process
 *
 * A sleeping process holds `size` bytes on pair.from, possibly together with
 * others that map the same pages. One migrate_pages(2) on it is timed. The
 * rest of that process (its stack, its program) moves in the first, discarded
 * repetition and stays on the target from then on. New memory of the harness
 * comes from the target as well, so later repetitions move only the `size`
 * bytes.
 *
 * The call says how many folios it left, not which or why: those have an
 * unknown status. Kernels before 6.7 do not count folios that they could not
 * isolate.
 */
#include <errno.h>
#include <numaif.h>
#include "bench.h"

struct params {
	size_t size;
	struct pair pair;
	struct page_kind page;
};

static const struct axis axes[] = {
	AXIS_SIZE(struct params, size, "2m", "memory moved per repetition"),
	AXIS_PAIR(struct params, pair, "classes", "source and target node"),
	AXIS_PAGE(struct params, page, "base", "kind of page; mapped-4: 4 processes map it"),
	{},
};

static const char *const quick[] = { "pair=first", NULL };
/* The walk over all other memory of the process differs with its addresses, by some 10,000 instructions: large sizes. */
static const char *const gate[] = { "size=4m", "size=2m page=mapped-4 pair=first", NULL };
static const char *const standard[] = {
	"pair=each",
	"size=256k,1m,4m pair=first",
	"size=1m page=mapped-2,mapped-4,mapped-8,mapped-16 pair=first",
	"page=shared,shmem,mlocked pair=first",
	"size=4m page=64k,thp,hugetlb-2m pair=first",
	NULL,
};
static const char *const hardware_quick[] = { "size=beyond-caches pair=first", NULL };
static const char *const hardware_standard[] = { "size=beyond-caches page=base,thp pair=both", NULL };

struct state {
	struct region mem;
	struct nodeset from, to;
	long left; /* folios, as the call says */
};

static enum outcome setup(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	enum outcome o = region_map(t, &s->mem, p->size, p->page);

	s->from = nodes_one(p->pair.from);
	s->to = nodes_one(p->pair.to);
	return o == OK ? region_give_away(t, &s->mem, p->pair.to) : o;
}

static enum outcome prepare(struct trial *t)
{
	const struct params *p = t->params;

	return region_place(t, &((struct state *)t->state)->mem, p->pair.from);
}

static enum outcome run(struct trial *t)
{
	struct state *s = t->state;

	t->m.calls++;
	s->left = migrate_pages(s->mem.pid, NODESET_MAX, s->from.word, s->to.word);
	return s->left < 0 ? call_failed(t, "migrate_pages", errno) : OK;
}

static enum outcome verify(struct trial *t)
{
	const struct params *p = t->params;
	const struct state *s = t->state;
	size_t left = s->mem.pages - region_pages_on(&s->mem, p->pair.to);

	if (left && (size_t)s->left >= left * s->mem.page_size / p->page.folio_size)
		trial_left(t, STATUS_UNKNOWN, left);
	return region_verify(t, &s->mem, p->pair.to);
}

BENCHMARK(migrate_pages) = {
	.name = "migrate_pages",
	.about = "move all memory of a process",
	.revision = 1,
	.axes = axes,
	.sweeps = { [PROFILE_QUICK] = quick, [PROFILE_GATE] = gate, [PROFILE_STANDARD] = standard },
	.hardware = { [PROFILE_QUICK] = hardware_quick, [PROFILE_STANDARD] = hardware_standard },
	.migrates = true,
	.needs = { .memory_nodes = 2, .calls = CALL_MIGRATE_PAGES },
	.helpers = HELPERS_OF_MIGRATION,
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct state),
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.verify = verify,
};
