// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * idle - the idle share of a counted guest's timed region, and the quiet moment before it
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/clock.h"
#include "base/fault.h"
#include "instruments/idle.h"
#include "instruments/instruments.h"

/*
 * What placing and looking leaves behind for the kernel is done after so long:
 * up to 6.1 it collects memory to be freed for 20 ms (KFREE_DRAIN_JIFFIES).
 * Costs little, since in counted mode the clock jumps over idle time.
 */
#define SETTLE_US 32000

/* Root's to write: has a worker of the kernel do something on each CPU, and waits for it. */
#define LET_WORKERS_RUN "/proc/sys/vm/stat_refresh"

#define SCHEDSTAT "/proc/schedstat"
#define TEXT_ROOM 8192 /* bytes, to begin with */

/* The files stay open: closing one hands the kernel work for later, in the middle of the timed region. */
int idle_open(struct idle *idle, const char *schedstat)
{
	if (idle->is_open)
		return 0;
	if (!idle->text)
		idle->text = xmalloc(idle->room = TEXT_ROOM);
	idle->schedstat = open(schedstat, O_RDONLY | O_CLOEXEC);
	if (idle->schedstat < 0)
		return fault("%s: cannot open: %m", schedstat);
	idle->workers = open(LET_WORKERS_RUN, O_WRONLY | O_CLOEXEC);
	idle->silent = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	idle->is_open = idle->silent >= 0;
	return idle->is_open ? 0 : fault("cannot create a socket to wait on: %m");
}

/*
 * A receive timeout is kept by the timer wheel, which the tick turns; nanosleep
 * and poll have timers of their own that fire anywhere between two ticks.
 */
static int sleep_past_tick(const struct idle *idle)
{
	const struct timeval moment = { .tv_usec = SETTLE_US };
	char nothing;

	if (setsockopt(idle->silent, SOL_SOCKET, SO_RCVTIMEO, &moment, sizeof(moment)))
		return fault("cannot set a socket timeout: %m");
	recv(idle->silent, &nothing, 1, 0);
	return 0;
}

static int nap(const struct idle *idle)
{
	(void)idle;
	usleep(1);
	return 0;
}

/* A benchmark that has given up its rights can only sleep. */
static int run_workers(const struct idle *idle)
{
	return pwrite(idle->workers, "1", 1, 0) == 1 ? 0 : nap(idle);
}

/* Whole: of 64 CPUs it is 31 KB, and what is cut off would be time that nobody was busy. */
static int read_schedstat(struct idle *idle)
{
	ssize_t got;

	while ((got = pread(idle->schedstat, idle->text, idle->room - 1, 0)) == (ssize_t)idle->room - 1) {
		idle->room *= 2;
		idle->text = xrealloc(idle->text, idle->room);
	}
	if (got <= 0)
		return fault(SCHEDSTAT ": cannot read: %m");
	idle->text[got] = '\0';
	return 0;
}

int idle_sum_busy_ns(const char *line, uint64_t *sum_ns)
{
	uint64_t busy_ns;
	int cpus = 0;

	*sum_ns = 0;
	/* cpuN yields 0 schedules idles wakeups local-wakeups busy-ns waiting-ns timeslices */
	for (; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (sscanf(line, "cpu%*d %*u %*u %*u %*u %*u %*u %" SCNu64, &busy_ns) == 1) {
			*sum_ns += busy_ns;
			cpus++;
		}
	}
	return cpus ? 0 : fault(SCHEDSTAT ": no CPU's busy time is in it");
}

static int leave_and_mark(struct idle *idle, struct idle_mark *mark, int (*leave)(const struct idle *idle))
{
	if (idle_open(idle, SCHEDSTAT))
		return -1;
	mark->left_ns = clock_wall_ns();
	if (leave(idle))
		return -1;
	mark->back_ns = clock_wall_ns();
	if (read_schedstat(idle))
		return -1;
	return idle_sum_busy_ns(idle->text, &mark->busy_ns);
}

int idle_settle(struct idle *idle, struct idle_mark *mark)
{
	return leave_and_mark(idle, mark, sleep_past_tick);
}

int idle_yield(struct idle *idle, struct idle_mark *mark)
{
	return leave_and_mark(idle, mark, run_workers);
}

int idle_nap(struct idle *idle, struct idle_mark *mark)
{
	return leave_and_mark(idle, mark, nap);
}

double idle_share(const struct idle_mark *before, const struct idle_mark *after, uint64_t wall_ns)
{
	uint64_t window_ns = after->left_ns - before->back_ns, busy_ns = after->busy_ns - before->busy_ns;

	return busy_ns >= window_ns ? 0 : (double)(window_ns - busy_ns) / wall_ns;
}

/* ---- the instrument ---- */

struct region_idle {
	struct idle idle;
	struct idle_mark before, after;
};

static void open_files(void *state)
{
	struct region_idle *i = state;

	idle_open(&i->idle, SCHEDSTAT);
}

static int settle(void *state)
{
	struct region_idle *i = state;

	return idle_settle(&i->idle, &i->before);
}

static int yield(void *state)
{
	struct region_idle *i = state;

	return idle_yield(&i->idle, &i->after);
}

static void record_share(void *state, const struct measured *m, struct repetition *r, double *seen)
{
	const struct region_idle *i = state;

	(void)m;
	if (r->wall > 0)
		*seen = idle_share(&i->before, &i->after, r->wall);
}

static const struct instrument_metric metrics[] = {
	{ "idle_share", METRIC_KIND_SHARE, "share", "lower",
	  "share of the timed region in which the CPU was idle and the clock jumped" },
};

const struct instrument idle_instrument = {
	.name = "idle",
	.repetitions = REPETITION_TIMED,
	.modes = MODE_COUNTED,
	.state_size = sizeof(struct region_idle),
	.metrics = metrics,
	.metric_count = 1,
	.reason = "schedstat",
	.prepare = open_files,
	.begin = settle,
	.end = yield,
	.record = record_share,
};
