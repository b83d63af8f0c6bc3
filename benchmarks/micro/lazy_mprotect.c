// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lazy_mprotect - what next touch costs when a program arranges it with mprotect(2)
 *
 * `size` bytes lie on pair.from. Timed are both halves: taking all access away
 * (PROT_NONE), and touching `share` percent of the pages from a CPU of pair.to.
 * Each touch that faults runs a SIGSEGV handler, which gives access back to
 * `around` pages and brings them over with move_pages(2). A repetition counts
 * when every block that was touched, and no other, is found on pair.to.
 */
#include "bench.h"
#include "machine/clock.h"
#include "machine/nexttouch.h"

struct params {
	size_t size, around, threads;
	unsigned share, order;
	struct pair pair;
	struct page_kind page;
};

static const char *const orders[] = TOUCH_ORDERS;

static const struct axis axes[] = {
	AXIS_SIZE(struct params, size, "1m", "memory made to follow its toucher"),
	AXIS_COUNT(struct params, around, "1", "base pages brought over a fault"),
	AXIS_PERCENT(struct params, share, "100", "of the pages that are touched"),
	AXIS_CHOICE(struct params, order, "forward", "touches one after the other, or far apart", orders),
	AXIS_THREADS(struct params, threads, "1", "threads that touch, each its part"),
	AXIS_PAIR(struct params, pair, "pulled", "where it lies and who touches it"),
	AXIS_PAGE(struct params, page, "base", "kind of page underneath"),
	{}
};

static const char *const quick[] = { "around=64", NULL };

static const char *const gate[] = {
	"around=1,16,64,512",
	NULL
};

static const char *const standard[] = {
	"around=1..512:x2",
	"around=1,16 order=spread share=1,10,50,100",
	"page=shared,shmem,mlocked",
	"size=4m page=thp,64k,hugetlb-2m",
	"around=16 threads=2,4",
	NULL
};

enum { ARM, TOUCH, FAULTS };

static const struct metric metrics[] = {
	[ARM] = NEXTTOUCH_METRIC_ARM,
	[TOUCH] = NEXTTOUCH_METRIC_TOUCH,
	[FAULTS] = NEXTTOUCH_METRIC_FAULTS,
	{}
};

struct state {
	struct region mem;
	struct touches touches;
	struct nexttouch next;
	uint64_t start_ns, armed_ns, end_ns;
};

static enum outcome setup(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	enum outcome o = trial_pin(t, p->pair.to);

	if (o == OK)
		o = region_map(t, &s->mem, p->size, p->page);
	if (o == OK)
		o = nexttouch_open(t, &s->next, NEXTTOUCH_MPROTECT, &s->mem, p->around, p->pair);
	return o != OK ? o : touches_make(t, &s->touches, &s->mem, p->share, p->order, p->threads, p->pair.to);
}

static enum outcome prepare(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	enum outcome o = region_place(t, &s->mem, p->pair.from);

	nexttouch_reset(&s->next);
	return o;
}

static enum outcome run(struct trial *t)
{
	struct state *s = t->state;
	enum outcome o;

	s->start_ns = clock_wall_ns();
	o = nexttouch_arm(t, &s->next);
	s->armed_ns = clock_wall_ns();
	if (o == OK)
		touches_do(&s->touches);
	s->end_ns = clock_wall_ns();
	return o;
}

static enum outcome verify(struct trial *t)
{
	struct state *s = t->state;
	size_t before = t->m.pages_moved;
	enum outcome o = nexttouch_verify(t, &s->next, &s->touches);

	t->value[ARM] = (double)(s->armed_ns - s->start_ns) / s->mem.pages;
	t->value[TOUCH] = (double)(s->end_ns - s->armed_ns) / (t->m.pages_moved - before);
	t->value[FAULTS] = s->next.faults;
	return o;
}

BENCHMARK(lazy_mprotect) = {
	.name = "lazy_mprotect",
	.about = "next touch by mprotect, SIGSEGV handler and move_pages",
	.revision = 1,
	.axes = axes,
	.sweeps = { [PROFILE_QUICK] = quick, [PROFILE_GATE] = gate, [PROFILE_STANDARD] = standard },
	.metrics = metrics,
	.needs = { .memory_nodes = 2 },
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct state),
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.verify = verify,
};
