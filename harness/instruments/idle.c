// SPDX-License-Identifier: GPL-2.0-or-later
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

/*
 * What placing and looking leaves behind for the kernel is done after so long:
 * up to 6.1 it collects memory to be freed for 20 ms (KFREE_DRAIN_JIFFIES).
 * Costs little, since in counted mode the clock jumps over idle time.
 */
#define SETTLE_US 32000

/* Root's to write: has a worker of the kernel do something on each CPU, and waits for it. */
#define LET_WORKERS_RUN "/proc/sys/vm/stat_refresh"

static int schedstat = -1, silent = -1, workers = -1;
static char *text; /* of schedstat, as it was read last */
static size_t room = 8192;

/* The files stay open: closing one hands the kernel work for later, in the middle of the timed region. */
int idle_open(void)
{
	if (silent >= 0)
		return 0;
	if (!text && !(text = xmalloc(room)))
		return fault("no memory for /proc/schedstat");
	schedstat = open("/proc/schedstat", O_RDONLY | O_CLOEXEC);
	if (schedstat < 0)
		return fault("/proc/schedstat: cannot open: %m");
	workers = open(LET_WORKERS_RUN, O_WRONLY | O_CLOEXEC);
	silent = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return silent < 0 ? fault("no socket to wait at: %m") : 0;
}

/*
 * A receive timeout is kept by the timer wheel, which the tick turns; nanosleep
 * and poll have timers of their own that fire anywhere between two ticks.
 */
static int sleep_past_tick(void)
{
	const struct timeval moment = { .tv_usec = SETTLE_US };
	char nothing;

	if (setsockopt(silent, SOL_SOCKET, SO_RCVTIMEO, &moment, sizeof(moment)))
		return fault("no timeout for a socket: %m");
	recv(silent, &nothing, 1, 0);
	return 0;
}

static int nap(void)
{
	usleep(1);
	return 0;
}

/* A benchmark that has given up its rights can only sleep. */
static int run_workers(void)
{
	return pwrite(workers, "1", 1, 0) == 1 ? 0 : nap();
}

/* Whole: of 64 CPUs it is 31 KB, and what is cut off would be time that nobody was busy. */
static int read_schedstat(void)
{
	ssize_t got;

	while ((got = pread(schedstat, text, room - 1, 0)) == (ssize_t)room - 1) {
		char *grown = xrealloc(text, 2 * room);

		if (!grown)
			return fault("no memory for /proc/schedstat");
		text = grown;
		room *= 2;
	}
	if (got <= 0)
		return fault("/proc/schedstat: cannot read: %m");
	text[got] = '\0';
	return 0;
}

uint64_t idle_sum_busy_ns(const char *line)
{
	uint64_t busy_ns, sum_ns = 0;

	/* cpuN yields 0 schedules idles wakeups local-wakeups busy-ns waiting-ns timeslices */
	for (; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (sscanf(line, "cpu%*d %*u %*u %*u %*u %*u %*u %" SCNu64, &busy_ns) == 1)
			sum_ns += busy_ns;
	}
	return sum_ns;
}

static int leave_and_mark(struct idle_mark *mark, int (*leave)(void))
{
	if (idle_open())
		return -1;
	mark->left_ns = clock_wall_ns();
	if (leave())
		return -1;
	mark->back_ns = clock_wall_ns();
	if (read_schedstat())
		return -1;
	mark->busy_ns = idle_sum_busy_ns(text);
	return 0;
}

int idle_settle(struct idle_mark *mark)
{
	return leave_and_mark(mark, sleep_past_tick);
}

int idle_yield(struct idle_mark *mark)
{
	return leave_and_mark(mark, run_workers);
}

int idle_nap(struct idle_mark *mark)
{
	return leave_and_mark(mark, nap);
}

double idle_share(const struct idle_mark *before, const struct idle_mark *after, uint64_t wall_ns)
{
	uint64_t window_ns = after->left_ns - before->back_ns, busy_ns = after->busy_ns - before->busy_ns;

	return busy_ns >= window_ns ? 0 : (double)(window_ns - busy_ns) / wall_ns;
}
