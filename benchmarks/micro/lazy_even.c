// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lazy_even - below which share of touched pages is lazy cheaper than eager?
 *
 * Each repetition goes through both ways for rising shares of the pages: put
 * on pair.from, moved (by one move_pages(2), or armed for next touch), touched
 * from a CPU of pair.to, proven to be where they belong. The costs are two
 * curves; the answer is where they cross, interpolated linearly between two
 * measured shares. 1: lazy is cheaper even if all pages are touched; 0: more
 * expensive even at the smallest share.
 */
#include <errno.h>
#include <numaif.h>
#include "bench.h"
#include "kit/nexttouch.h"

struct params {
	unsigned how;
	size_t size, around;
	unsigned order;
	struct pair pair;
	struct page_kind page;
};

static const char *const hows[] = { "mprotect", "wp", "copy", "sigbus", NULL };
static const enum nexttouch_how ways[] = { NEXTTOUCH_MPROTECT, NEXTTOUCH_WP, NEXTTOUCH_COPY, NEXTTOUCH_SIGBUS };
static const char *const orders[] = TOUCH_ORDERS;

static const struct axis axes[] = {
	AXIS_CHOICE(struct params, how, "all", "how next touch is arranged", hows),
	AXIS_SIZE(struct params, size, "1m", "the buffer"),
	AXIS_COUNT(struct params, around, "1", "base pages brought over per fault"),
	AXIS_CHOICE(struct params, order, "forward", "touched pages follow each other, or are far apart", orders),
	AXIS_PAIR(struct params, pair, "pulled", "node of the buffer, node of the touching thread"),
	AXIS_PAGE(struct params, page, "base", "kind of page"),
	{},
};

static const char *const none[] = { NULL };
static const char *const standard[] = { "around=1,16", "how=mprotect around=16 order=spread", NULL };

enum { EVEN, LAZY, EAGER };

static const struct metric metrics[] = {
	[EVEN] = { "even_share", METRIC_KIND_SHARE, "higher",
		   "share of touched pages at which lazy costs as much as eager" },
	[LAZY] = { "lazy", METRIC_KIND_COST, "lower", "lazy with all pages touched, per page" },
	[EAGER] = { "eager", METRIC_KIND_COST, "lower", "eager with all pages touched, per page" },
	{},
};

static const char *const series[] = { "lazy_cost_over_percent_touched", "eager_cost_over_percent_touched", NULL };

static const unsigned shares[] = { 1, 5, 10, 20, 40, 60, 80, 100 };
#define SHARES (sizeof(shares) / sizeof(shares[0]))

struct state {
	struct region mem;
	struct touches touches[SHARES];
	struct nexttouch next;
	struct move_list list;
	double lazy[SHARES], eager[SHARES]; /* for each page of the buffer */
};

static enum outcome setup(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	enum outcome o = trial_pin(t, p->pair.to);

	if (o == OK)
		o = region_map(t, &s->mem, p->size, p->page);
	if (o == OK)
		o = nexttouch_open(t, &s->next, ways[p->how], &s->mem, p->around, p->pair);
	if (o == OK)
		o = move_list_fill(t, &s->list, &s->mem, p->pair.to);
	if (o == OK)
		move_list_start(&s->list, p->pair.from, 0);
	for (size_t i = 0; o == OK && i < SHARES; i++)
		o = touches_make(t, &s->touches[i], &s->mem, shares[i], p->order, 1, p->pair.to);
	return o;
}

static enum outcome lazy(struct trial *t, size_t i)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	enum outcome o = region_place(t, &s->mem, p->pair.from);
	uint64_t start_ns;

	nexttouch_reset(&s->next);
	start_ns = clock_wall_ns();
	if (o == OK)
		o = nexttouch_arm(t, &s->next);
	if (o == OK)
		touches_do(&s->touches[i]);
	s->lazy[i] = (double)(clock_wall_ns() - start_ns) / s->mem.pages;
	return o == OK ? nexttouch_verify(t, &s->next, &s->touches[i]) : o;
}

static enum outcome eager(struct trial *t, size_t i)
{
	struct state *s = t->state;
	struct move_list *l = &s->list;
	enum outcome o = region_place_list(t, &s->mem, l);
	uint64_t start_ns = clock_wall_ns();

	if (o != OK)
		return o;
	l->unmoved = move_pages(0, l->len, l->page, l->node, l->status, MPOL_MF_MOVE);
	if (l->unmoved < 0)
		return call_failed(t, "move_pages", errno);
	touches_do(&s->touches[i]);
	s->eager[i] = (double)(clock_wall_ns() - start_ns) / s->mem.pages;
	return region_verify_list(t, &s->mem, l);
}

static enum outcome run(struct trial *t)
{
	enum outcome o = OK;

	for (size_t i = 0; o == OK && i < SHARES; i++) {
		o = eager(t, i);
		if (o == OK)
			o = lazy(t, i);
	}
	return o;
}

/* Where the difference of the two curves becomes positive. */
static double even_share(const struct state *s)
{
	for (size_t i = 0; i < SHARES; i++) {
		double now = s->lazy[i] - s->eager[i], before = i ? s->lazy[i - 1] - s->eager[i - 1] : 0;

		if (now <= 0)
			continue;
		return i ? (shares[i - 1] + (shares[i] - shares[i - 1]) * -before / (now - before)) / 100 : 0;
	}
	return 1;
}

static enum outcome verify(struct trial *t)
{
	struct state *s = t->state;

	t->value[EVEN] = even_share(s);
	t->value[LAZY] = s->lazy[SHARES - 1];
	t->value[EAGER] = s->eager[SHARES - 1];
	for (size_t i = 0; i < SHARES; i++) {
		trial_series(t, 0, shares[i], s->lazy[i]);
		trial_series(t, 1, shares[i], s->eager[i]);
	}
	/* no rate: there were many moves in this repetition, and as many back */
	t->m = (struct measured){ .pages_beside = t->m.pages_moved + 2 * SHARES * s->mem.pages };
	return OK;
}

BENCHMARK(lazy_even) = {
	.name = "lazy_even",
	.about = "the share of touched pages below which lazy is cheaper than eager",
	.revision = 1,
	.axes = axes,
	.sweeps = { [PROFILE_QUICK] = none, [PROFILE_GATE] = none, [PROFILE_STANDARD] = standard },
	.metrics = metrics,
	.series = series,
	.primary = "even_share",
	.needs = {
		.memory_nodes = 2,
		.not_in = MODE_FAST, .not_in_code = "lab-has-no-time",
		.not_in_why = "it compares costs, and fast mode keeps no time; counted mode has instructions",
	},
	.repetition_ms = 60,
	.helpers = HELPERS_OF_MIGRATION,
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct state),
	.setup = setup,
	.run = run,
	.verify = verify,
};
