// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mbind - what it costs to move a range by giving it a policy
 *
 * Put `size` bytes on pair.from, then bind the range to pair.to with mbind(2)
 * and MPOL_MF_MOVE or MPOL_MF_MOVE_ALL. This one call is timed.
 *
 * Without MPOL_MF_STRICT the call reports success whatever it left behind;
 * with it, EIO. But in either case it silently leaves pages that other
 * processes map too, unless it may move all, contrary to what mbind(2)
 * suggests. Both are declared here: such pages are left with an unknown status.
 */
#include <errno.h>
#include <numaif.h>
#include "bench.h"

enum flags { MOVE, MOVE_STRICT, ALL, ALL_STRICT };
static const char *const words[] = { "move", "move-strict", "all", "all-strict", NULL };
static const int bits[] = {
	[MOVE] = MPOL_MF_MOVE,
	[MOVE_STRICT] = MPOL_MF_MOVE | MPOL_MF_STRICT,
	[ALL] = MPOL_MF_MOVE_ALL,
	[ALL_STRICT] = MPOL_MF_MOVE_ALL | MPOL_MF_STRICT,
};

struct params {
	size_t size;
	struct pair pair;
	struct page_kind page;
	unsigned flags;
};

static const struct axis axes[] = {
	AXIS_SIZE(struct params, size, "2m", "memory moved per repetition"),
	AXIS_PAIR(struct params, pair, "classes", "source and target node"),
	AXIS_PAGE(struct params, page, "base", "kind of page"),
	AXIS_CHOICE(struct params, flags, "move",
		    "move: pages that only this process maps; all: shared ones too; strict: report what is left",
		    words),
	{},
};

static const char *const quick[] = { "", "size=4m page=thp pair=first", NULL };
static const char *const gate[] = {
	"", "size=16k pair=first", "flags=all-strict page=shared pair=first", "size=4m page=thp pair=first", NULL,
};
static const char *const standard[] = {
	"pair=each",
	"size=4k..4m:x4 pair=first",
	"flags=move-strict,all,all-strict pair=first",
	"page=shared,shmem,mlocked pair=first",
	"size=1m page=mapped-2,mapped-16 flags=move-strict,all pair=first",
	"size=4m page=16k,64k,1m,thp,hugetlb-2m pair=first",
	NULL,
};
static const char *const hardware_quick[] = { "size=beyond-caches pair=both", NULL };
static const char *const hardware_standard[] = { "size=beyond-caches page=base,thp pair=both", NULL };

struct state {
	struct region mem;
	struct nodeset target;
	int error; /* of the call, 0 for none */
};

static enum outcome setup(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;

	s->target = nodes_one(p->pair.to);
	return region_map(t, &s->mem, p->size, p->page);
}

static enum outcome prepare(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	enum outcome o = region_place(t, &s->mem, p->pair.from);

	if (o == OK && mbind(s->mem.base, s->mem.size, MPOL_DEFAULT, NULL, 0, 0))
		return broken(t, "syscall", "mbind back to the default policy: %m");
	return o;
}

static enum outcome run(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;

	t->m.calls++;
	s->error = 0;
	if (mbind(s->mem.base, s->mem.size, MPOL_BIND, s->target.word, NODESET_MAX, bits[p->flags]))
		s->error = errno;
	return s->error && s->error != EIO ? call_failed(t, "mbind", s->error) : OK;
}

static enum outcome verify(struct trial *t)
{
	const struct params *p = t->params;
	const struct state *s = t->state;
	bool strict = bits[p->flags] & MPOL_MF_STRICT, not_ours = p->page.mappers > 1 && bits[p->flags] & MPOL_MF_MOVE;
	size_t left = s->mem.pages - region_pages_on(&s->mem, p->pair.to);

	if (left && (s->error || !strict || not_ours))
		trial_left(t, s->error ? -s->error : STATUS_UNKNOWN, left);
	return region_verify(t, &s->mem, p->pair.to);
}

BENCHMARK(mbind) = {
	.name = "mbind",
	.about = "move a range by binding it to the target",
	.revision = 1,
	.axes = axes,
	.sweeps = { [PROFILE_QUICK] = quick, [PROFILE_GATE] = gate, [PROFILE_STANDARD] = standard },
	.hardware = { [PROFILE_QUICK] = hardware_quick, [PROFILE_STANDARD] = hardware_standard },
	.migrates = true,
	.needs = { .memory_nodes = 2, .calls = CALL_MBIND },
	.helpers = HELPERS_OF_MIGRATION,
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct state),
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.verify = verify,
};
