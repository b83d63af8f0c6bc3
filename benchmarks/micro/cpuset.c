// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cpuset - what it costs to move a process by its cgroup
 *
 * A sleeping process holds `size` bytes on pair.from, in a group of cgroup v2
 * whose cpuset.mems allows both nodes. One write that leaves only pair.to is
 * timed. A kernel worker does the move while the writer waits, so little of
 * the time is the writer's own. The rest of the process is on the target since
 * the first, discarded repetition.
 *
 * The write says nothing about pages that stay: those have an unknown status.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "bench.h"

struct params {
	size_t size;
	struct pair pair;
	struct page_kind page;
};

static const struct axis axes[] = {
	AXIS_SIZE(struct params, size, "2m", "memory moved per repetition"),
	AXIS_PAIR(struct params, pair, "classes", "source and target node"),
	AXIS_PAGE(struct params, page, "base", "kind of page"),
	{},
};

static const char *const quick[] = { "pair=first", NULL };
/* The walk over all other memory of the process differs with its addresses, by some 10,000 instructions: a large size. */
static const char *const gate[] = { "size=4m pair=first", NULL };
static const char *const standard[] = {
	"pair=each",
	"size=16k,256k,1m,4m pair=first",
	"size=4m page=thp pair=first",
	NULL,
};
static const char *const hardware_standard[] = { "size=beyond-caches pair=both", NULL };

static const struct knob_value knobs[] = { { "cpuset_controller", "on" }, { "cgroup", "present" }, {} };

struct state {
	struct region mem;
	int mems, procs; /* cpuset.mems and cgroup.procs, opened */
	pid_t member;	 /* who is in the group */
	char both[32], target[16];
};

static enum outcome setup(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	enum outcome o = region_map(t, &s->mem, p->size, p->page);

	if (o == OK)
		o = region_give_away(t, &s->mem, p->pair.to);
	snprintf(s->both, sizeof(s->both), "%d,%d", p->pair.from, p->pair.to);
	snprintf(s->target, sizeof(s->target), "%d", p->pair.to);
	if (o == OK)
		o = cgroup_open(t, "cpuset.mems", &s->mems);
	return o == OK ? cgroup_open(t, "cgroup.procs", &s->procs) : o;
}

static enum outcome join(struct trial *t, struct state *s)
{
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", s->mem.pid);
	if (s->member != s->mem.pid && write(s->procs, pid, strlen(pid)) < 0)
		return call_failed(t, "cgroup.procs", errno);
	s->member = s->mem.pid;
	return OK;
}

static enum outcome prepare(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	enum outcome o;

	if (write(s->mems, s->both, strlen(s->both)) < 0)
		return call_failed(t, "cpuset.mems", errno);
	o = region_place(t, &s->mem, p->pair.from);
	return o == OK ? join(t, s) : o;
}

static enum outcome run(struct trial *t)
{
	struct state *s = t->state;

	t->m.calls++;
	return write(s->mems, s->target, strlen(s->target)) < 0 ? call_failed(t, "cpuset.mems", errno) : OK;
}

static enum outcome verify(struct trial *t)
{
	const struct params *p = t->params;
	const struct state *s = t->state;
	size_t left = s->mem.pages - region_pages_on(&s->mem, p->pair.to);

	if (left)
		trial_left(t, STATUS_UNKNOWN, left);
	return region_verify(t, &s->mem, p->pair.to);
}

BENCHMARK(cpuset) = {
	.name = "cpuset",
	.about = "move a process by changing its cgroup's cpuset.mems",
	.revision = 1,
	.axes = axes,
	.sweeps = { [PROFILE_QUICK] = quick, [PROFILE_GATE] = gate, [PROFILE_STANDARD] = standard },
	.hardware = { [PROFILE_STANDARD] = hardware_standard },
	.migrates = true,
	.needs = { .memory_nodes = 2, .privileges = NEEDS_ROOT },
	.knobs = knobs,
	.no_train = true,
	.helpers = HELPERS_OF_MIGRATION,
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct state),
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.verify = verify,
};
