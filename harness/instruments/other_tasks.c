// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * other_tasks - CPU time of all other tasks meanwhile: what every CPU was busy for, less the calling thread's own
 */
#include <math.h>
#include "base/clock.h"
#include "instruments/idle.h"
#include "instruments/instruments.h"

/* /proc/schedstat adds up what tasks ran on the CPUs, each until it last left its own; so did we, at either mark. */
struct reading {
	struct idle_mark idle;
	uint64_t cpu_ns; /* of the thread, when it left the CPU */
	bool seen;
};

struct other_tasks {
	struct idle idle;
	struct reading before, after;
};

static void open_files(void *state)
{
	struct other_tasks *o = state;

	idle_open(&o->idle, "/proc/schedstat"); /* what is not there is not seen */
}

static int begin_reading(void *state)
{
	struct other_tasks *o = state;

	o->before.cpu_ns = clock_thread_cpu_ns();
	o->before.seen = !idle_nap(&o->idle, &o->before.idle);
	return 0;
}

static int end_reading(void *state)
{
	struct other_tasks *o = state;

	o->after.cpu_ns = clock_thread_cpu_ns();
	o->after.seen = o->before.seen && !idle_nap(&o->idle, &o->after.idle);
	return 0;
}

static void record_share(void *state, const struct measured *m, struct repetition *r, double *seen)
{
	const struct other_tasks *o = state;
	double busy_ns = o->after.idle.busy_ns - o->before.idle.busy_ns, own_ns = o->after.cpu_ns - o->before.cpu_ns;

	(void)m;
	/* We ran, so busy time has risen: if not, nobody counts it (a sandbox), or a CPU went offline with its share. */
	if (o->after.seen && o->after.idle.busy_ns > o->before.idle.busy_ns && r->wall > 0)
		*seen = fmax(0, busy_ns - own_ns) / r->wall;
}

static const struct instrument_metric metrics[] = {
	{ "others_share", METRIC_KIND_SHARE, "share", "neither",
	  "CPU time of all other tasks of the machine, helper threads included, divided by wall" },
};

const struct instrument other_tasks_instrument = {
	.name = "other_tasks",
	.repetitions = REPETITION_EVENTS,
	.modes = MODE_ANY,
	.state_size = sizeof(struct other_tasks),
	.metrics = metrics,
	.metric_count = 1,
	.prepare = open_files,
	.begin = begin_reading,
	.end = end_reading,
	.record = record_share,
};
