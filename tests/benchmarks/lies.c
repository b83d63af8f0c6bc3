// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Benchmarks that misbehave, each with the outcome it must get (tests/host/misbehaviour, tests/lab/lies).
 */
#include <signal.h>
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
	{}
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
	.name = "test_liar", .about = "claims pages moved", .revision = 1, .axes = axes,
	.needs = { .memory_nodes = 2 }, .params_size = sizeof(struct params), .state_size = sizeof(struct region),
	.setup = liar_setup, .prepare = liar_prepare, .run = liar_run, .verify = liar_verify,
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
	.name = "test_spoiler", .about = "spoils data", .revision = 1, .state_size = sizeof(struct region),
	.setup = spoiler_setup, .prepare = spoiler_prepare, .run = spoiler_run, .verify = spoiler_verify,
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
	.name = "test_hanger", .about = "hangs in run", .revision = 1, .primary = "wall", .deadline_s = 1,
	.setup = nothing, .run = hang, .verify = nothing,
};

/* ---- crashes: must be broken, signal ---- */

static enum outcome crash(struct trial *t)
{
	(void)t;
	raise(SIGSEGV);
	return OK;
}

BENCHMARK(crasher) = {
	.name = "test_crasher", .about = "crashes in run", .revision = 1, .primary = "wall",
	.setup = nothing, .run = crash, .verify = nothing,
};

/* ---- leaves in the middle: must be broken, exit ---- */

static enum outcome leave(struct trial *t)
{
	(void)t;
	_exit(0);
}

BENCHMARK(leaver) = {
	.name = "test_leaver", .about = "exits in run", .revision = 1, .primary = "wall",
	.setup = nothing, .run = leave, .verify = nothing,
};

/* ---- runs under a knob, then dies: the knob must come back ---- */

static const struct knob_value leaked[] = { { "/proc/sys/vm/stat_interval", "7" }, {} };

BENCHMARK(leaker) = {
	.name = "test_leaker", .about = "dies while a setting is changed", .revision = 1, .primary = "wall",
	.knobs = leaked, .needs = { .privileges = NEEDS_ROOT },
	.setup = nothing, .run = crash, .verify = nothing,
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
	.name = "test_killer", .about = "kills its session", .revision = 1, .primary = "wall", .knobs = leaked,
	.needs = { .privileges = NEEDS_ROOT },
	.setup = nothing, .run = kill_session, .verify = nothing,
};

/* ---- steady: something to measure on one node, long enough to be interrupted ---- */

static enum outcome doze(struct trial *t)
{
	(void)t;
	usleep(200000);
	return OK;
}

BENCHMARK(dozer) = {
	.name = "test_dozer", .about = "sleeps 0.2 s", .revision = 1, .primary = "wall", .knobs = leaked,
	.setup = nothing, .run = doze, .verify = nothing,
};

/* The same for those who may change no setting. */
BENCHMARK(sleeper) = {
	.name = "test_sleeper", .about = "sleeps 0.2 s, under no setting", .revision = 1, .primary = "wall",
	.setup = nothing, .run = doze, .verify = nothing,
};
