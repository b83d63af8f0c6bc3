// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lazy_vs_eager - one buffer, one access pattern: what each way of moving costs
 *
 * `size` bytes lie on pair.from, and a CPU of pair.to will touch `share`
 * percent of the pages. Everything that each way does is timed, touches included:
 *
 *   leave      nothing but the touches
 *   eager      one move_pages(2) of everything
 *   user-copy  a new mapping, memcpy(3) of everything, mremap(2) over the old one
 *   mprotect, wp, copy, sigbus   next touch, as in lazy_mprotect and lazy_uffd
 *   hint       hint faults, armed beforehand by the kernel's scanner (not timed)
 *
 * The cost is per page of the buffer, touched or not, so that all ways have
 * the same scale. What a touch gains or loses by the node of its page is not
 * included (see break_even). Every page must be where its way puts it.
 */
#include <errno.h>
#include <numaif.h>
#include <string.h>
#include <sys/mman.h>
#include "bench.h"
#include "kit/hints.h"
#include "kit/nexttouch.h"

enum how { LEAVE, EAGER, USER_COPY, MPROTECT, WP, COPY, SIGBUS_COPY, HINT };

struct params {
	unsigned how;
	size_t size, around;
	unsigned share, order;
	struct pair pair;
	struct page_kind page;
};

static const char *const hows[] = { "leave", "eager", "user-copy", "mprotect", "wp", "copy", "sigbus", "hint", NULL };
static const char *const orders[] = TOUCH_ORDERS;

static const struct axis axes[] = {
	AXIS_CHOICE(struct params, how, "all", "how the buffer is moved", hows),
	AXIS_SIZE(struct params, size, "1m", "the buffer"),
	AXIS_COUNT(struct params, around, "1", "base pages brought over per fault, by next touch"),
	AXIS_PERCENT(struct params, share, "100", "share of the pages that are touched"),
	AXIS_CHOICE(struct params, order, "forward", "touched pages follow each other, or are far apart", orders),
	AXIS_PAIR(struct params, pair, "pulled", "node of the buffer, node of the touching thread"),
	AXIS_PAGE(struct params, page, "base", "kind of page"),
	{},
};

static const char *const none[] = { NULL };
static const char *const standard[] = {
	"how=leave,eager,user-copy,mprotect,wp,copy,sigbus share=1,20,40,60,80,100",
	"how=hint share=20,60,100",
	NULL,
};

static const char *const balancing[] = { [HINT] = "1" };
static const char *const scan_size[] = { [HINT] = "16" };
static const char *const scan_ms[] = { [HINT] = "10" };
static const struct knob_value knobs[] = {
	/* for hint only */
	{ "numa_balancing", .axis = "how", .values = balancing },
	{ "scan_size_mb", .axis = "how", .values = scan_size },
	{ "scan_delay_ms", .axis = "how", .values = scan_ms },
	{ "scan_period_min_ms", .axis = "how", .values = scan_ms },
	{ "scan_period_max_ms", .axis = "how", .values = scan_ms },
	{},
};

static const struct metric metrics[] = {
	{ "cost", METRIC_KIND_COST, "lower", "everything that is done, per page of the buffer" },
	{},
};

struct state {
	struct region mem;
	struct touches touches;
	struct nexttouch next;
	struct move_list list;
	uint64_t wall_ns;
};

static bool is_next_touch(const struct params *p)
{
	return p->how >= MPROTECT && p->how <= SIGBUS_COPY;
}

static enum outcome open_way(struct trial *t)
{
	static const enum nexttouch_how ways[] = {
		[MPROTECT] = NEXTTOUCH_MPROTECT,
		[WP] = NEXTTOUCH_WP,
		[COPY] = NEXTTOUCH_COPY,
		[SIGBUS_COPY] = NEXTTOUCH_SIGBUS,
	};
	const struct params *p = t->params;
	struct state *s = t->state;

	if (is_next_touch(p))
		return nexttouch_open(t, &s->next, ways[p->how], &s->mem, p->around, p->pair);
	if (p->how == USER_COPY && p->page.backing != BACKING_ANON)
		return skipped(t, "anonymous-only",
			       "a copy in a new mapping can only replace private anonymous memory");
	return OK;
}

static enum outcome setup(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	enum outcome o = trial_pin(t, p->pair.to);

	if (o == OK)
		o = region_map(t, &s->mem, p->size, p->page);
	if (o == OK)
		o = move_list_fill(t, &s->list, &s->mem, p->pair.to);
	if (o != OK)
		return o;
	move_list_start(&s->list, p->pair.from, 0);
	o = open_way(t);
	return o != OK ? o : touches_make(t, &s->touches, &s->mem, p->share, p->order, 1, p->pair.to);
}

static enum outcome prepare(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	enum outcome o = region_place_list(t, &s->mem, &s->list);

	if (is_next_touch(p))
		nexttouch_reset(&s->next);
	return o == OK && p->how == HINT ? hints_wait(t, s->mem.pages, 3000) : o;
}

/* Local to the toucher, since it touches the new pages first. */
static enum outcome copy_all(struct trial *t, struct region *r)
{
	bool large = r->kind.folio_size != r->page_size;
	char *new = mmap(NULL, r->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (new == MAP_FAILED)
		return broken(t, "mmap", "mmap of %zu bytes: %m", r->size);
	madvise(new, r->size, large ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	memcpy(new, r->base, r->size);
	if (mremap(new, r->size, r->size, MREMAP_MAYMOVE | MREMAP_FIXED, r->base) == MAP_FAILED)
		return broken(t, "mremap", "mremap of %zu bytes: %m", r->size);
	t->m.calls += 3;
	return OK;
}

static enum outcome move_all(struct trial *t, struct move_list *l)
{
	long result = move_pages(0, l->len, l->page, l->node, l->status, MPOL_MF_MOVE);

	t->m.calls++;
	l->unmoved += result;
	return result < 0 ? call_failed(t, "move_pages", errno) : OK;
}

static enum outcome move(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;

	if (is_next_touch(p))
		return nexttouch_arm(t, &s->next);
	if (p->how == EAGER)
		return move_all(t, &s->list);
	return p->how == USER_COPY ? copy_all(t, &s->mem) : OK;
}

static enum outcome run(struct trial *t)
{
	struct state *s = t->state;
	uint64_t start_ns = clock_wall_ns();
	enum outcome o = move(t);

	if (o == OK)
		touches_do(&s->touches);
	s->wall_ns = clock_wall_ns() - start_ns;
	return o;
}

/* The kernel promises nothing about hint faults: what came over is counted, not judged. */
static enum outcome verify_hint(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;

	t->m.pages_asked += s->touches.count;
	t->m.pages_moved += region_pages_mapped(&s->mem, p->pair.to);
	return region_check_data(t, &s->mem);
}

static enum outcome verify_left(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	size_t there = region_pages_on(&s->mem, p->pair.from);

	if (there != s->mem.pages)
		return wrong(t, "moved-alone", "%zu of %zu pages left node %d, though no move was requested",
			     s->mem.pages - there, s->mem.pages, p->pair.from);
	return region_check_data(t, &s->mem);
}

static enum outcome verify(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;

	t->value[0] = (double)s->wall_ns / s->mem.pages;
	if (is_next_touch(p))
		return nexttouch_verify(t, &s->next, &s->touches);
	if (p->how == HINT)
		return verify_hint(t);
	if (p->how == LEAVE)
		return verify_left(t);
	return p->how == EAGER ? region_verify_list(t, &s->mem, &s->list) : region_verify(t, &s->mem, p->pair.to);
}

BENCHMARK(lazy_vs_eager) = {
	.name = "lazy_vs_eager",
	.about = "eager, each form of lazy, a copy, or nothing: cost by the share of touched pages",
	.revision = 1,
	.axes = axes,
	.sweeps = { [PROFILE_QUICK] = none, [PROFILE_GATE] = none, [PROFILE_STANDARD] = standard },
	.metrics = metrics,
	.primary = "cost",
	.knobs = knobs,
	.needs = { .memory_nodes = 2 },
	.helpers = HELPERS_OF_MIGRATION,
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct state),
	.repetition_ms = 30,
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.verify = verify,
};
