// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * thread_clock - of a repetition that counts events, how long it took and how much of that the thread had a CPU
 */
#include "base/clock.h"
#include "instruments/instruments.h"

struct thread_clock {
	uint64_t wall_ns, cpu_ns; /* first when it began, then for how long */
};

static int begin_clock(void *state)
{
	struct thread_clock *c = state;

	c->wall_ns = clock_wall_ns();
	c->cpu_ns = clock_thread_cpu_ns();
	return 0;
}

static int end_clock(void *state)
{
	struct thread_clock *c = state;

	c->cpu_ns = clock_thread_cpu_ns() - c->cpu_ns;
	c->wall_ns = clock_wall_ns() - c->wall_ns;
	return 0;
}

/* For those outside too, who relate what they saw to it. */
static void record_clock(void *state, const struct measured *m, struct repetition *r, double *seen)
{
	const struct thread_clock *c = state;

	(void)m;
	r->wall = c->wall_ns;
	r->cpu = c->cpu_ns;
	if (r->wall > 0)
		*seen = r->cpu / r->wall;
}

static const struct instrument_metric metrics[] = {
	{ "thread_share", METRIC_KIND_SHARE, "share", "neither",
	  "share of wall that the calling thread was on its CPU; the rest of the time it waited" },
};

const struct instrument thread_clock_instrument = {
	.name = "thread clock",
	.repetitions = REPETITION_EVENTS,
	.modes = MODE_ANY,
	.state_size = sizeof(struct thread_clock),
	.metrics = metrics,
	.metric_count = 1,
	.begin = begin_clock,
	.end = end_clock,
	.record = record_clock,
};
