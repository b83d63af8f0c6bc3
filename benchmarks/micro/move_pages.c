// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * move_pages - what it costs to move resident memory by address
 *
 * Put `size` bytes on pair.from, then ask move_pages(2) to bring them to
 * pair.to, `batch` folios a call. Only the calls are timed. A repetition
 * counts only if every page is found on pair.to afterwards, or the kernel
 * itself reported it unmoved.
 */
#include <numaif.h>
#include "bench.h"

struct params {
	size_t size, batch;
	struct pair pair;
	struct page_kind page;
};

static const struct axis axes[] = {
	AXIS_SIZE(struct params, size, "1m", "memory moved a repetition"),
	AXIS_COUNT(struct params, batch, "1,512", "addresses handed over a call, one a folio"),
	AXIS_PAIR(struct params, pair, "classes", "source and target node"),
	AXIS_PAGE(struct params, page, "base", "kind of page underneath"),
	{}
};

/*
 * Sizes for the lab: a page costs as many instructions in 2 MiB as in 256,
 * and over fewer calls than 512 the scheduler's modes show (0.3 % at batch 1).
 */
static const char *const quick[] = {
	"size=2m batch=1,2,4,8,16,32",
	"size=1m batch=64,128,256",
	"size=4m batch=64,512,whole",
	"size=2m batch=1,64 page=shared",
	"size=4m batch=1,2 page=thp",
	"size=16m batch=8 page=thp",
	"size=128k,512k batch=whole",
	NULL
};

static const char *const standard[] = {
	"size=1m batch=1..256:x2 pair=each",
	"size=4m batch=512,1024,whole page=base,shared,shmem,mlocked pair=each",
	"size=16m batch=1,2,4,8 page=thp pair=each",
	"size=16m batch=64,512 page=16k,32k,64k,128k,256k,512k,1m",
	"size=4k..64m:x4 batch=whole",
	NULL
};

struct state {
	struct region mem;
	struct move_list list;
};

static enum outcome setup(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	enum outcome o = region_map(t, &s->mem, p->size, p->page);

	return o != OK ? o : move_list_fill(t, &s->list, &s->mem, p->pair.to);
}

static enum outcome prepare(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;

	move_list_reset(&s->list);
	return region_place(t, &s->mem, p->pair.from);
}

static enum outcome run(struct trial *t)
{
	const struct params *p = t->params;
	struct move_list *l = &((struct state *)t->state)->list;
	int flags = p->page.mappers > 1 ? MPOL_MF_MOVE_ALL : MPOL_MF_MOVE;

	for (size_t i = 0, n; i < l->len; i += n, t->m.calls++) {
		n = min(p->batch, l->len - i);
		if (move_pages(0, n, l->page + i, l->node + i, l->status + i, flags) < 0)
			return broken(t, "syscall", "move_pages: %m");
	}
	return OK;
}

static enum outcome verify(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;

	t->m.pages_asked += s->mem.pages;
	t->m.folios += s->list.len;
	move_list_left(t, &s->list, s->mem.kind.folio_size / s->mem.page_size);
	return region_verify(t, &s->mem, p->pair.to);
}

BENCHMARK(move_pages) = {	/* no teardown: the child's exit frees the region */
	.name = "move_pages",
	.about = "move resident memory by address, batch by batch",
	.revision = 1,
	.axes = axes,
	.sweeps = { [PROFILE_QUICK] = quick, [PROFILE_GATE] = standard, [PROFILE_STANDARD] = standard },
	.needs = { .memory_nodes = 2 },
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct state),
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.verify = verify,
};
