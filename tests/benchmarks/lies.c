// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Benchmarks that misbehave, each with the outcome it must get (tests/host/misbehaviour, tests/lab/lies).
 */
#include <numaif.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#include "bench.h"

static enum outcome nothing(struct trial *t)
{
	(void)t;
	return OK;
}

struct params {
	size_t size;
	struct pair pair;
};

static const struct axis axes[] = {
	AXIS_SIZE(struct params, size, "64k", "memory it claims to move"),
	AXIS_PAIR(struct params, pair, "0:1", "source and target node"),
	{},
};

/* ---- claims pages moved that it never touched: must be wrong, left-behind ---- */

static enum outcome liar_setup(struct trial *t)
{
	const struct params *p = t->params;

	return region_map(t, t->state, p->size, (struct page_kind){ BACKING_ANON, sysconf(_SC_PAGESIZE), 1 });
}

static enum outcome liar_prepare(struct trial *t)
{
	return region_place(t, t->state, ((const struct params *)t->params)->pair.from);
}

static enum outcome liar_run(struct trial *t)
{
	t->m.pages_moved = 16;
	t->m.calls = 1;
	return OK;
}

static enum outcome liar_verify(struct trial *t)
{
	return region_verify(t, t->state, ((const struct params *)t->params)->pair.to);
}

BENCHMARK(liar) = {
	.name = "test_liar",
	.about = "claims pages moved",
	.revision = 1,
	.axes = axes,
	.needs = { .memory_nodes = 2 },
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct region),
	.setup = liar_setup,
	.prepare = liar_prepare,
	.run = liar_run,
	.verify = liar_verify,
};

/* ---- moves three quarters before it is timed: only the last quarter counts ---- */

static enum outcome bind_pages(struct trial *t, size_t first, size_t count)
{
	const struct params *p = t->params;
	struct region *r = t->state;
	struct nodeset target = nodes_one(p->pair.to);

	if (mbind(r->base + first * r->page_size, count * r->page_size, MPOL_BIND, target.word, NODESET_MAX,
		  MPOL_MF_MOVE))
		return broken(t, "syscall", "mbind: %m");
	return OK;
}

static enum outcome sloth_prepare(struct trial *t)
{
	struct region *r = t->state;
	enum outcome o = liar_prepare(t);

	return o == OK ? bind_pages(t, 0, r->pages * 3 / 4) : o;
}

static enum outcome sloth_run(struct trial *t)
{
	struct region *r = t->state;

	t->m.calls++;
	return bind_pages(t, r->pages * 3 / 4, r->pages / 4);
}

BENCHMARK(sloth) = {
	.name = "test_sloth",
	.about = "moves most of its pages before it is timed",
	.revision = 1,
	.axes = axes,
	.needs = { .memory_nodes = 2 },
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct region),
	.setup = liar_setup,
	.prepare = sloth_prepare,
	.run = sloth_run,
	.verify = liar_verify,
};

/* ---- moves all of them before it is timed: must be wrong, nothing-moved ---- */

static enum outcome idler_prepare(struct trial *t)
{
	return region_place(t, t->state, ((const struct params *)t->params)->pair.to);
}

static enum outcome idler_run(struct trial *t)
{
	return bind_pages(t, 0, ((struct region *)t->state)->pages);
}

BENCHMARK(idler) = {
	.name = "test_idler",
	.about = "moves pages to where they are",
	.revision = 1,
	.axes = axes,
	.needs = { .memory_nodes = 2 },
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct region),
	.setup = liar_setup,
	.prepare = idler_prepare,
	.run = idler_run,
	.verify = liar_verify,
};

/* ---- the same with a list, whose folios say that they start elsewhere: none counts, so there is no cost a page ---- */

struct lister {
	struct region mem;
	struct move_list list;
};

static enum outcome lister_setup(struct trial *t)
{
	const struct params *p = t->params;
	struct lister *s = t->state;
	enum outcome o = liar_setup(t);

	if (o == OK)
		o = move_list_fill(t, &s->list, &s->mem, p->pair.to);
	move_list_start(&s->list, p->pair.from, 0);
	return o;
}

static enum outcome lister_prepare(struct trial *t)
{
	struct lister *s = t->state;
	enum outcome o = region_place_list(t, &s->mem, &s->list);

	return o == OK ? bind_pages(t, 0, s->mem.pages) : o;
}

static enum outcome lister_run(struct trial *t)
{
	struct lister *s = t->state;

	t->m.calls++;
	return move_pages(0, s->list.len, s->list.page, s->list.node, s->list.status, MPOL_MF_MOVE)
		       ? broken(t, "syscall", "move_pages: %m")
		       : OK;
}

static enum outcome lister_verify(struct trial *t)
{
	struct lister *s = t->state;

	return region_verify_list(t, &s->mem, &s->list);
}

BENCHMARK(lister) = {
	.name = "test_lister",
	.about = "lists pages that are on their targets",
	.revision = 1,
	.axes = axes,
	.needs = { .memory_nodes = 2 },
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct lister),
	.setup = lister_setup,
	.prepare = lister_prepare,
	.run = lister_run,
	.verify = lister_verify,
};

/* ---- moves the pages and spoils one word: must be wrong, data-differs ---- */

static enum outcome spoiler_setup(struct trial *t)
{
	return region_map(t, t->state, 65536, (struct page_kind){ BACKING_ANON, sysconf(_SC_PAGESIZE), 1 });
}

static enum outcome spoiler_prepare(struct trial *t)
{
	return region_place(t, t->state, 0);
}

static enum outcome spoiler_run(struct trial *t)
{
	struct region *r = t->state;

	r->base[5 * r->page_size + 100] ^= 1;
	return OK;
}

static enum outcome spoiler_verify(struct trial *t)
{
	return region_verify(t, t->state, 0);
}

BENCHMARK(spoiler) = {
	.name = "test_spoiler",
	.about = "spoils data",
	.revision = 1,
	.state_size = sizeof(struct region),
	.setup = spoiler_setup,
	.prepare = spoiler_prepare,
	.run = spoiler_run,
	.verify = spoiler_verify,
};

/* ---- hangs: must be broken, deadline ---- */

static enum outcome hang(struct trial *t)
{
	(void)t;
	for (;;)
		pause();
	return OK;
}

BENCHMARK(hanger) = {
	.name = "test_hanger",
	.about = "hangs in run",
	.revision = 1,
	.primary = "wall",
	.deadline_s = 1,
	.setup = nothing,
	.run = hang,
	.verify = nothing,
};

/* ---- crashes: must be broken, signal ---- */

static enum outcome crash(struct trial *t)
{
	(void)t;
	raise(SIGSEGV);
	return OK;
}

BENCHMARK(crasher) = {
	.name = "test_crasher",
	.about = "crashes in run",
	.revision = 1,
	.primary = "wall",
	.setup = nothing,
	.run = crash,
	.verify = nothing,
};

/* ---- leaves in the middle: must be broken, exit ---- */

static enum outcome leave(struct trial *t)
{
	(void)t;
	_exit(0);
}

BENCHMARK(leaver) = {
	.name = "test_leaver",
	.about = "exits in run",
	.revision = 1,
	.primary = "wall",
	.setup = nothing,
	.run = leave,
	.verify = nothing,
};

/* ---- the harness has no memory left: must be broken, no-memory, and the session goes on ---- */

BENCHMARK(exhauster) = {
	.name = "test_exhauster",
	.about = "asks the harness for more memory than there is",
	.revision = 1,
	.primary = "wall",
	.state_size = SIZE_MAX / 128,
	.setup = nothing,
	.run = nothing,
	.verify = nothing,
};

/* ---- runs under a knob, then dies: the knob must come back ---- */

static const struct knob_value leaked[] = { { "/proc/sys/vm/stat_interval", "7" }, {} };

BENCHMARK(leaker) = {
	.name = "test_leaker",
	.about = "dies while a setting is changed",
	.revision = 1,
	.primary = "wall",
	.knobs = leaked,
	.needs = { .privileges = NEEDS_ROOT },
	.setup = nothing,
	.run = crash,
	.verify = nothing,
};

/* ---- kills the whole session: what was measured must be kept, settings put back ---- */

static enum outcome kill_session(struct trial *t)
{
	(void)t;
	kill(getppid(), SIGKILL);
	sleep(1);
	return OK;
}

BENCHMARK(killer) = {
	.name = "test_killer",
	.about = "kills its session",
	.revision = 1,
	.primary = "wall",
	.knobs = leaked,
	.needs = { .privileges = NEEDS_ROOT },
	.setup = nothing,
	.run = kill_session,
	.verify = nothing,
};

/* ---- steady: something to measure on one node, long enough to be interrupted ---- */

/* As long as the file DOZE_WHILE is there, too: whoever interrupts it may take its time. */
static enum outcome doze(struct trial *t)
{
	const char *file = getenv("DOZE_WHILE");

	(void)t;
	do
		usleep(200000);
	while (file && !access(file, F_OK));
	return OK;
}

BENCHMARK(dozer) = {
	.name = "test_dozer",
	.about = "sleeps 0.2 s, and does not say so",
	.revision = 1,
	.primary = "wall",
	.knobs = leaked,
	.setup = nothing,
	.run = doze,
	.verify = nothing,
};

/* The same for those who may change no setting. */
BENCHMARK(sleeper) = {
	.name = "test_sleeper",
	.about = "sleeps 0.2 s, under no setting",
	.revision = 1,
	.primary = "wall",
	.waits = true,
	.setup = nothing,
	.run = doze,
	.verify = nothing,
};
