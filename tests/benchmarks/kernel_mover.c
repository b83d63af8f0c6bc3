// SPDX-License-Identifier: GPL-2.0-or-later
/* Has NUMA balancing move back what it just moved: the kernel's doing, and no lie of move_pages(2) (tests/lab/lies). */
#include <numaif.h>
#include <string.h>
#include <unistd.h>
#include "bench.h"

#define LIMIT_S 30 /* two hint faults a page, and the scanner takes its time */

struct params {
	size_t size;
	struct pair pair;
};

static const struct axis axes[] = {
	AXIS_SIZE(struct params, size, "64k", "memory moved, and moved back"),
	AXIS_PAIR(struct params, pair, "0:1", "source and target node"),
	{},
};

struct state {
	struct region mem;
	struct move_list list;
};

static enum outcome setup(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	enum outcome o = region_map(t, &s->mem, p->size, kind_base(t));

	return o == OK ? move_list_fill(t, &s->list, &s->mem, p->pair.to) : o;
}

static enum outcome prepare(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;

	return region_place(t, &s->mem, p->pair.from);
}

static bool are_moving(const struct vmstat *before, struct vmstat *now)
{
	return !vmstat_read(now) && vmstat_rise(before, now, "numa_pages_migrated") > 0;
}

static enum outcome run(struct trial *t)
{
	struct state *s = t->state;
	uint64_t end_ns = clock_read_ns(CLOCK_MONOTONIC) + LIMIT_S * 1000000000ull;
	struct vmstat *before = vmstat_new(), *now = vmstat_new();

	t->m.calls = 1;
	move_pages(0, s->list.len, s->list.page, s->list.node, s->list.status, MPOL_MF_MOVE);
	if (vmstat_read(before))
		return broken(t, "vmstat", "%s", fault_text());
	while (!are_moving(before, now) && clock_read_ns(CLOCK_MONOTONIC) < end_ns)
		for (size_t i = 0; i < s->mem.pages; i++)
			(void)*(volatile char *)(s->mem.base + i * s->mem.page_size);
	return OK;
}

static enum outcome verify(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;

	return region_verify(t, &s->mem, p->pair.to);
}

static const struct knob_value knobs[] = {
	{ "numa_balancing", "1" },
	{ "scan_delay_ms", "1" },
	{ "scan_period_min_ms", "10" },
	{ "scan_period_max_ms", "10" },
	{},
};

BENCHMARK(kernel_mover) = {
	.name = "test_kernel_mover",
	.about = "is moved back by the kernel",
	.revision = 1,
	.axes = axes,
	.knobs = knobs,
	.needs = { .memory_nodes = 2, .cpu_nodes = 2 },
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct state),
	.no_train = true,
	.repetitions = 2,
	.deadline_s = 120,
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.verify = verify,
};
