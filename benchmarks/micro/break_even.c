// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * break_even - after how many accesses moving a page pays off
 *
 * A CPU of pair.to reads cache lines of `size` bytes in random order, each
 * address depending on what was read before: first with the memory on
 * pair.from, then, after one move_pages(2) of everything, on its own node. The
 * cost of moving a page, divided by what each access became cheaper, is the
 * number of accesses. `size` must be far larger than the last-level cache.
 * Pages are proven on both nodes. Hardware only: in the lab all memory is
 * equally far away.
 */
#include <errno.h>
#include <numaif.h>
#include "bench.h"

#define ACCESSES   2000000
#define LINE_BYTES 64

struct params {
	size_t size;
	struct pair pair;
	struct page_kind page;
};

static const struct axis axes[] = {
	AXIS_SIZE(struct params, size, "256m", "memory that is read and then moved"),
	AXIS_PAIR(struct params, pair, "pulled", "node of the memory, node of the reader"),
	AXIS_PAGE(struct params, page, "base,thp", "kind of page"),
	{},
};

static const char *const none[] = { NULL };

enum { REMOTE, LOCAL, MOVE, ACCESSES_A_PAGE };

static const struct metric metrics[] = {
	[REMOTE] = { "access_remote", METRIC_KIND_COST, "lower", "one dependent read of memory on the other node" },
	[LOCAL] = { "access_local", METRIC_KIND_COST, "lower",
		    "one dependent read of memory on the reader's own node" },
	[MOVE] = { "move", METRIC_KIND_COST, "lower", "moving, per base page" },
	[ACCESSES_A_PAGE] = { "break_even", METRIC_KIND_COUNT, "lower",
			      "accesses to a base page after which moving it has paid off" },
	{},
};

struct state {
	struct region mem;
	struct move_list list;
	double remote_ns, local_ns, move_ns;
};

static enum outcome setup(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	enum outcome o = trial_pin(t, p->pair.to);

	if (o == OK)
		o = region_map(t, &s->mem, p->size, p->page);
	return o == OK ? move_list_fill(t, &s->list, &s->mem, p->pair.to) : o;
}

static enum outcome prepare(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;

	move_list_start(&s->list, p->pair.from, 0);
	return region_place_list(t, &s->mem, &s->list);
}

/* Nanoseconds an access. What was read takes part in the next address, times nought: the data stay as they are. */
static double chase(const struct region *r)
{
	uint64_t lines = r->size / LINE_BYTES, at = 1, nought = 0, start_ns = clock_wall_ns();

	__asm__ volatile("" : "+r"(nought));
	for (int i = 0; i < ACCESSES; i++) {
		uint64_t word = *(volatile uint64_t *)(r->base + (at >> 16) % lines * LINE_BYTES);

		at = at * 6364136223846793005u + 1442695040888963407u + word * nought;
	}
	__asm__ volatile("" : : "r"(at));
	return (double)(clock_wall_ns() - start_ns) / ACCESSES;
}

static enum outcome run(struct trial *t)
{
	struct state *s = t->state;
	struct move_list *l = &s->list;
	uint64_t start_ns;

	s->remote_ns = chase(&s->mem);
	start_ns = clock_wall_ns();
	l->unmoved = move_pages(0, l->len, l->page, l->node, l->status, MPOL_MF_MOVE);
	if (l->unmoved < 0)
		return call_failed(t, "move_pages", errno);
	s->move_ns = (double)(clock_wall_ns() - start_ns) / s->mem.pages;
	s->local_ns = chase(&s->mem);
	t->m.calls = 1;
	return OK;
}

static enum outcome verify(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;

	t->value[REMOTE] = s->remote_ns;
	t->value[LOCAL] = s->local_ns;
	t->value[MOVE] = s->move_ns;
	t->value[ACCESSES_A_PAGE] = s->move_ns / (s->remote_ns - s->local_ns);
	if (s->remote_ns <= s->local_ns)
		return blocked(t, "no-difference",
			       "an access to node %d takes %.1f ns, to node %d %.1f ns: a move never pays off",
			       p->pair.from, s->remote_ns, p->pair.to, s->local_ns);
	return region_verify_list(t, &s->mem, &s->list);
}

BENCHMARK(break_even) = {
	.name = "break_even",
	.about = "after how many accesses moving a page pays off",
	.revision = 1,
	.axes = axes,
	.sweeps = { [PROFILE_QUICK] = none, [PROFILE_GATE] = none },
	.metrics = metrics,
	.primary = "break_even",
	.needs = {
		.memory_nodes = 2,
		.not_in = MODE_COUNTED | MODE_FAST, .not_in_code = "lab-has-no-latency",
		.not_in_why = "it compares access times of two nodes, and in the lab all memory is equally far away",
	},
	.helpers = HELPERS_OF_MIGRATION,
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct state),
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.verify = verify,
};
