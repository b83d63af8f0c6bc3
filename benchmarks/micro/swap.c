// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * swap - what it costs to move memory by way of a disk
 *
 * Before there were calls to migrate, memory got to another node by being
 * swapped out and faulted in there. Timed are MADV_PAGEOUT until no page is
 * left, not even in the swap cache, a policy for pair.to, and a touch of each
 * page.
 *
 * Paging out writes a page but leaves it in the swap cache, where a fault
 * would find it, on the source node. Touched and paged out again it is clean,
 * and dropped. So it takes several rounds, more on a slower disk.
 */
#include <errno.h>
#include <numaif.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>
#include <unistd.h>
#include "bench.h"

#define PAUSE_US 100 /* for the disk, between rounds */

struct params {
	size_t size;
	struct pair pair;
};

static const struct axis axes[] = {
	AXIS_SIZE(struct params, size, "1m", "memory moved per repetition"),
	AXIS_PAIR(struct params, pair, "classes", "source and target node"),
	{},
};

static const struct metric metrics[] = {
	{ "rounds", METRIC_KIND_COUNT, "lower", "times the memory was paged out until the swap cache held none of it" },
	{},
};

static const char *const quick[] = { "pair=first", NULL };
static const char *const standard[] = { "pair=each", "size=256k,1m,4m pair=first", NULL };

struct state {
	struct region mem;
	bool placed; /* in a repetition before */
	struct nodeset target;
	unsigned char *cached; /* as mincore(2) says: a byte a page */
};

static enum outcome probe(struct trial *t)
{
	struct sysinfo info;

	if (sysinfo(&info) || !info.totalswap)
		return skipped(t, "no-swap", "no swap area is in use (/proc/swaps)");
	return OK;
}

static enum outcome setup(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	struct sysinfo info = {};
	enum outcome o = region_map(t, &s->mem, p->size, kind_base(t));

	sysinfo(&info);
	if ((size_t)info.freeswap * info.mem_unit < s->mem.size)
		return skipped(t, "swap-full", "needs %zu bytes of swap, has %zu free", s->mem.size,
			       (size_t)info.freeswap * info.mem_unit);
	s->target = nodes_one(p->pair.to);
	s->cached = malloc(s->mem.pages);
	return o == OK && !s->cached ? broken(t, "no-memory", "no memory for %zu bytes", s->mem.pages) : o;
}

/* Every page is written once more: what is in the swap area of the last repetition must not do for this one. */
static enum outcome prepare(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;

	if (mbind(s->mem.base, s->mem.size, MPOL_DEFAULT, NULL, 0, 0))
		return call_failed(t, "mbind", errno);
	for (size_t i = 0; s->placed && i < s->mem.pages; i++)
		((volatile char *)s->mem.base)[i * s->mem.page_size] += 0;
	s->placed = true;
	return region_place(t, &s->mem, p->pair.from);
}

static void touch(const struct state *s, bool only_cached)
{
	for (size_t i = 0; i < s->mem.pages; i++)
		if (!only_cached || s->cached[i] & 1)
			(void)*(volatile char *)(s->mem.base + i * s->mem.page_size);
}

/* Pages out once; how many pages a fault would still find in memory, or an errno, negative. */
static long page_out(struct trial *t, struct state *s)
{
	long left = 0;

	t->m.calls += 2;
	if (madvise(s->mem.base, s->mem.size, MADV_PAGEOUT) || mincore(s->mem.base, s->mem.size, s->cached))
		return -errno;
	for (size_t i = 0; i < s->mem.pages; i++)
		left += s->cached[i] & 1;
	return left;
}

static enum outcome run(struct trial *t)
{
	struct state *s = t->state;
	long left;

	t->value[0] = 1;
	while ((left = page_out(t, s)) > 0) {
		usleep(PAUSE_US);
		touch(s, true);
		t->value[0]++;
	}
	if (left < 0)
		return call_failed(t, "madvise", -left);
	t->m.calls++;
	if (mbind(s->mem.base, s->mem.size, MPOL_BIND, s->target.word, NODESET_MAX, 0))
		return call_failed(t, "mbind", errno);
	touch(s, false);
	return OK;
}

static enum outcome verify(struct trial *t)
{
	const struct params *p = t->params;

	return region_verify(t, &((struct state *)t->state)->mem, p->pair.to);
}

BENCHMARK(swap) = {
	.name = "swap",
	.about = "page out to a swap area, fault in on the target",
	.revision = 1,
	.axes = axes,
	.sweeps = { [PROFILE_QUICK] = quick, [PROFILE_GATE] = quick, [PROFILE_STANDARD] = standard },
	.metrics = metrics,
	.migrates = true,
	.needs = { .memory_nodes = 2,
		   .calls = CALL_MBIND,
		   .not_in = MODE_COUNTED,
		   .not_in_code = "counted-idle",
		   .not_in_why = "the CPU waits for a disk, and the counted clock jumps while it is idle",
		   .probe = probe },
	.helpers = HELPERS("kswapd", "kworker/"),
	.waits = true,
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct state),
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.verify = verify,
};
