// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * move_pages - what it costs to move resident memory by address
 *
 * Put `size` bytes on pair.from, then ask move_pages(2) to bring them to
 * pair.to, `batch` folios per call. Only the calls are timed. A repetition
 * counts only if every folio is where the status that the kernel wrote for
 * it says it is.
 */
#include <errno.h>
#include <numaif.h>
#include "bench.h"
#include "kit/charged.h"
#include "kit/team.h"

enum order { SEQUENTIAL, SHUFFLED, ALTERNATING };
enum owner { SELF, OTHER };
static const char *const orders[] = { "sequential", "shuffled", "alternating", NULL };
static const char *const owners[] = { "self", "other", NULL };

struct params {
	size_t size, batch, threads;
	struct pair pair;
	struct page_kind page;
	unsigned order, local, owner, cgroup;
	enum caller caller;
};

static const struct axis axes[] = {
	AXIS_SIZE(struct params, size, "2m", "memory moved per repetition"),
	AXIS_COUNT(struct params, batch, "1,512", "addresses per call, one for each folio"),
	AXIS_PAIR(struct params, pair, "classes", "source and target node"),
	AXIS_PAGE(struct params, page, "base", "kind of page"),
	AXIS_THREADS(struct params, threads, "1",
		     "threads that call at the same time, each for its part of the memory"),
	AXIS_CHOICE(struct params, order, "sequential",
		    "order of the addresses; alternating: every second folio moves the other way", orders),
	AXIS_PERCENT(struct params, local, "0", "share of the folios that are already on their target"),
	AXIS_CALLER(struct params, caller, "any", "node that the calling thread runs on"),
	AXIS_CHOICE(struct params, owner, "self", "whose memory it is: the caller's or another process's", owners),
	AXIS_CGROUP(struct params, cgroup),
	{},
};

/* Little memory: a page costs as many instructions in 2 MiB as in 256, but over fewer than 512 calls those scatter. */
static const char *const quick[] = {
	"batch=512",
	"batch=1,2,4,8,16,64 pair=first",
	"batch=64 page=shared pair=first",
	"batch=512 order=alternating pair=first",
	"batch=512 local=50 pair=first",
	"size=4m batch=1 page=thp pair=first",
	"size=256k batch=whole pair=first",
	NULL,
};

static const char *const gate[] = {
	"batch=512",
	"batch=1,8,64 pair=first",
	"batch=64 page=shared,shmem,mlocked pair=first",
	"size=1m batch=64 page=mapped-4 pair=first",
	"size=4m batch=64 page=16k,64k,1m pair=first",
	"size=4m batch=1,2 page=thp pair=first",
	"size=4m batch=1 page=hugetlb-2m pair=first",
	"batch=512 order=shuffled,alternating pair=first",
	"batch=512 local=50 pair=first",
	"batch=64 owner=other pair=first",
	"size=256k batch=whole pair=first",
	NULL,
};

static const char *const standard[] = {
	"batch=1,64,512 pair=each",
	"batch=1..512:x2 pair=first",
	"size=4k..16m:x4 batch=whole pair=first",
	"batch=1,512 page=shared,shmem,mlocked pair=first",
	"size=1m batch=1,64 page=mapped-2,mapped-4,mapped-16 pair=first",
	"size=4m batch=1,64 page=16k,32k,64k,128k,256k,512k,1m pair=first",
	"size=4m batch=1,2 page=thp pair=each",
	"size=16m batch=8 page=thp pair=first",
	"size=4m batch=1,2 page=hugetlb-2m pair=first",
	"batch=1,64,512 order=shuffled,alternating pair=first",
	"batch=1,512 local=10,50,90 pair=first",
	"batch=1,64,512 owner=other pair=first",
	"batch=1,512 caller=source,target,third pair=first",
	"size=4m batch=512 threads=2,4,8 pair=first",
	NULL,
};
static const char *const hardware_quick[] = {
	"size=beyond-caches batch=512 pair=both",
	"size=beyond-caches batch=512 threads=2,4 pair=first",
	"size=beyond-caches batch=8 page=thp pair=both",
	"size=beyond-caches batch=8 page=hugetlb-2m pair=first",
	NULL,
};
static const char *const hardware_standard[] = {
	"size=beyond-caches batch=1,64,512 pair=both",
	"size=beyond-caches batch=512 threads=2,4,8 pair=both",
	"size=beyond-caches batch=8 page=thp,hugetlb-2m pair=both",
	NULL,
};

static const struct knob_value knobs[] = { CGROUP_KNOBS, {} };
static const struct metric metrics[] = { CGROUP_METRIC, {} };

struct state {
	struct region mem;
	struct move_list list;
	struct team *team;
	struct trial *trial;
};

/* One thread's part of the list, batch by batch. */
static int move_part(void *state, size_t index)
{
	struct state *s = state;
	const struct params *p = s->trial->params;
	struct move_list *l = &s->list;
	size_t end = l->len * (index + 1) / p->threads, calls = 0;
	int flags = p->page.mappers > 1 ? MPOL_MF_MOVE_ALL : MPOL_MF_MOVE;

	for (size_t i = l->len * index / p->threads, n; i < end; i += n, calls++) {
		n = min(p->batch, end - i);
		long unmoved = move_pages(s->mem.pid, n, l->page + i, l->node + i, l->status + i, flags);

		if (unmoved < 0)
			return errno;
		__atomic_fetch_add(&l->unmoved, unmoved, __ATOMIC_RELAXED);
	}
	__atomic_fetch_add(&s->trial->m.calls, calls, __ATOMIC_RELAXED);
	return 0;
}

static enum outcome setup(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	enum outcome o = charged_enter(t, p->cgroup);

	if (o == OK)
		o = region_map(t, &s->mem, p->size, p->page);
	s->trial = t;
	s->mem.elsewhere = p->owner == OTHER;
	if (o == OK)
		o = move_list_fill(t, &s->list, &s->mem, p->pair.to);
	if (o != OK)
		return o;
	move_list_start(&s->list, p->pair.from, p->local);
	if (p->order == ALTERNATING)
		move_list_alternate(&s->list, p->pair);
	if (p->order == SHUFFLED)
		move_list_shuffle(&s->list);
	return team_start(t, &s->team, p->threads, move_part, s);
}

static enum outcome prepare(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	enum outcome o = charged_unlimit(t, p->cgroup);

	if (o == OK)
		o = region_place_list(t, &s->mem, &s->list);
	return o == OK ? charged_limit(t, p->cgroup) : o;
}

static enum outcome run(struct trial *t)
{
	int error = team_run(((struct state *)t->state)->team);

	return error ? call_failed(t, "move_pages", error) : OK;
}

static enum outcome verify(struct trial *t)
{
	const struct params *p = t->params;
	const struct state *s = t->state;

	t->value[0] = charged_peak_bytes(p->cgroup);
	return region_verify_list(t, &s->mem, &s->list);
}

BENCHMARK(move_pages) = {
	/* no teardown: the child's exit frees the region */
	.name = "move_pages",
	.about = "move resident memory by address, batch by batch",
	.revision = 1,
	.axes = axes,
	.sweeps = { [PROFILE_QUICK] = quick, [PROFILE_GATE] = gate, [PROFILE_STANDARD] = standard },
	.hardware = { [PROFILE_QUICK] = hardware_quick, [PROFILE_STANDARD] = hardware_standard },
	.migrates = true,
	.needs = { .memory_nodes = 2 },
	.knobs = knobs,
	.metrics = metrics,
	.helpers = HELPERS_OF_MIGRATION,
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct state),
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.verify = verify,
};
