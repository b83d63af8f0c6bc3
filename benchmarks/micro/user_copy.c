// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * user_copy - what it costs a program to move its memory by itself
 *
 * Without asking the kernel to migrate: map as much new memory, bound to
 * pair.to, copy, and put it in place with mremap(2), which also frees the old
 * memory. All four steps are timed. Unlike a migration this is not safe while
 * other threads write, and shared or locked memory would no longer be that.
 */
#include <errno.h>
#include <numaif.h>
#include <string.h>
#include <sys/mman.h>
#include "bench.h"

struct params {
	size_t size;
	struct pair pair;
	struct page_kind page;
};

static const struct axis axes[] = {
	AXIS_SIZE(struct params, size, "2m", "memory moved per repetition"),
	AXIS_PAIR(struct params, pair, "classes", "source and target node"),
	AXIS_PAGE(struct params, page, "base", "kind of page"),
	{},
};

static const char *const quick[] = { "pair=first", NULL };
static const char *const gate[] = { "", "size=64k pair=first", "size=4m page=thp pair=first", NULL };
static const char *const standard[] = {
	"pair=each",
	"size=4k..4m:x4 pair=first",
	"size=4m page=16k,64k,1m,thp pair=first",
	NULL,
};
static const char *const hardware_quick[] = { "size=beyond-caches pair=first", NULL };
static const char *const hardware_standard[] = { "size=beyond-caches page=base,thp pair=both", NULL };

struct state {
	struct region mem;
	struct region fresh; /* where the copy is made: only reserved between repetitions */
	struct nodeset target;
};

static enum outcome setup(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	enum outcome o;

	if (p->page.backing != BACKING_ANON)
		return skipped(t, "page-kind", "only private memory that is not locked can be replaced by a copy");
	s->target = nodes_one(p->pair.to);
	o = region_map(t, &s->mem, p->size, p->page);
	if (o == OK)
		o = region_map(t, &s->fresh, p->size, p->page);
	return o == OK ? region_drop(t, &s->fresh) : o;
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
	struct state *s = t->state;
	char *base = s->fresh.base;
	size_t size = s->fresh.size;
	int advice = s->fresh.kind.folio_size > s->fresh.page_size ? MADV_HUGEPAGE : MADV_NOHUGEPAGE;

	t->m.calls += 4;
	if (mmap(base, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
		return call_failed(t, "mmap", errno);
	if (madvise(base, size, advice) && errno != EINVAL)
		return call_failed(t, "madvise", errno);
	if (mbind(base, size, MPOL_BIND, s->target.word, NODESET_MAX, 0))
		return call_failed(t, "mbind", errno);
	memcpy(base, s->mem.base, size);
	if (mremap(base, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, s->mem.base) == MAP_FAILED)
		return call_failed(t, "mremap", errno);
	return OK;
}

static enum outcome verify(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	enum outcome o = region_drop(t, &s->fresh);

	return o == OK ? region_verify(t, &s->mem, p->pair.to) : o;
}

BENCHMARK(user_copy) = {
	.name = "user_copy",
	.about = "map new memory on the target, copy, replace the old memory by mremap",
	.revision = 1,
	.axes = axes,
	.sweeps = { [PROFILE_QUICK] = quick, [PROFILE_GATE] = gate, [PROFILE_STANDARD] = standard },
	.hardware = { [PROFILE_QUICK] = hardware_quick, [PROFILE_STANDARD] = hardware_standard },
	.needs = { .memory_nodes = 2, .calls = CALL_MBIND },
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct state),
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.verify = verify,
};
