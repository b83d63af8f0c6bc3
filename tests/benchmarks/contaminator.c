// SPDX-License-Identifier: GPL-2.0-or-later
/* Moves more than it accounts for: to the harness someone else's pages (tests/lab/counters). */
#include <numaif.h>
#include "bench.h"

struct params {
	size_t size;
	unsigned beside;
	struct pair pair;
};

static const struct axis axes[] = {
	AXIS_SIZE(struct params, size, "256k", "memory moved and proven"),
	AXIS_PERCENT(struct params, beside, "25,0", "as much of it is moved beside and not told of"),
	AXIS_PAIR(struct params, pair, "0:1", "source and target node"),
	{},
};

struct state {
	struct region told, untold;
	struct move_list told_list, untold_list;
};

static enum outcome map_part(struct trial *t, struct region *r, struct move_list *list, size_t size)
{
	const struct params *p = t->params;
	enum outcome o = region_map(t, r, size, (struct page_kind){ BACKING_ANON, 4096, 1 });

	return o != OK ? o : move_list_fill(t, list, r, p->pair.to);
}

static enum outcome setup(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	enum outcome o = map_part(t, &s->told, &s->told_list, p->size);

	return o == OK && p->beside ? map_part(t, &s->untold, &s->untold_list, p->size * p->beside / 100) : o;
}

static enum outcome prepare(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	enum outcome o = region_place(t, &s->told, p->pair.from);

	return o == OK && p->beside ? region_place(t, &s->untold, p->pair.from) : o;
}

static enum outcome run(struct trial *t)
{
	struct state *s = t->state;
	struct move_list *a = &s->told_list, *b = &s->untold_list;

	t->m.calls = 1;
	move_pages(0, a->len, a->page, a->node, a->status, MPOL_MF_MOVE);
	move_pages(0, b->len, b->page, b->node, b->status, MPOL_MF_MOVE);
	return OK;
}

static enum outcome verify(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;

	return region_verify(t, &s->told, p->pair.to);
}

BENCHMARK(contaminator) = {
	.name = "test_contaminator",
	.about = "moves pages beside its own",
	.revision = 1,
	.axes = axes,
	.needs = { .memory_nodes = 2 },
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct state),
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.verify = verify,
};
