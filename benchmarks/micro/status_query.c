// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * status_query - what it costs to ask where pages are
 *
 * move_pages(2) without targets moves nothing and returns the node of each
 * page: every verification pays for that. The calls are timed, with `batch`
 * addresses each, one for every base page.
 */
#include <errno.h>
#include <numaif.h>
#include "bench.h"

struct params {
	size_t size, batch;
	struct page_kind page;
};

static const struct axis axes[] = {
	AXIS_SIZE(struct params, size, "2m", "memory queried per repetition"),
	AXIS_COUNT(struct params, batch, "1,512", "addresses per call"),
	AXIS_PAGE(struct params, page, "base", "kind of page"),
	{},
};

static const char *const quick[] = { "batch=512", NULL };
static const char *const gate[] = { "batch=1,512", NULL };
static const char *const standard[] = { "batch=1,16,64,512", "batch=512 page=shared,thp,hugetlb-2m,64k", NULL };

struct state {
	struct region mem;
	struct move_list list;
};

static enum outcome setup(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	struct region small;
	enum outcome o = region_map(t, &s->mem, p->size, p->page);

	small = s->mem;
	small.kind.folio_size = s->mem.page_size; /* an entry for each base page */
	return o == OK ? move_list_fill(t, &s->list, &small, t->nodes.from) : o;
}

static enum outcome prepare(struct trial *t)
{
	struct state *s = t->state;

	move_list_reset(&s->list);
	return region_place(t, &s->mem, t->nodes.from);
}

static enum outcome run(struct trial *t)
{
	const struct params *p = t->params;
	struct move_list *l = &((struct state *)t->state)->list;

	for (size_t i = 0, n; i < l->len; i += n, t->m.calls++) {
		n = min(p->batch, l->len - i);
		if (move_pages(0, n, l->page + i, NULL, l->status + i, 0) < 0)
			return call_failed(t, "move_pages", errno);
	}
	return OK;
}

static enum outcome verify(struct trial *t)
{
	const struct move_list *l = &((struct state *)t->state)->list;

	for (size_t i = 0; i < l->len; i++, t->m.pages_asked++)
		if (l->status[i] != t->nodes.from)
			return wrong(t, "misplaced", "page %zu is on node %d, the kernel says %d", i, t->nodes.from,
				     l->status[i]);
	return OK;
}

BENCHMARK(status_query) = {
	.name = "status_query",
	.about = "query where pages are, without moving any",
	.revision = 1,
	.axes = axes,
	.sweeps = { [PROFILE_QUICK] = quick, [PROFILE_GATE] = gate, [PROFILE_STANDARD] = standard },
	.primary = "asked",
	.needs = { .memory_nodes = 1 },
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct state),
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.verify = verify,
};
