// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include "base/fault.h"
#include "machine/clock.h"
#include "machine/idle.h"

static int schedstat = -1, pair[2] = { -1, -1 };

/* The file stays open: closing it hands the kernel work for later, in the middle of the timed region. */
int idle_open(void)
{
	if (schedstat >= 0)
		return 0;
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair))
		return fault("no socket pair to sleep on: %m");
	schedstat = open("/proc/schedstat", O_RDONLY | O_CLOEXEC);
	return schedstat < 0 ? fault("/proc/schedstat: cannot open: %m") : 0;
}

/*
 * A receive timeout is kept by the timer wheel, which the tick turns; nanosleep
 * and poll have timers of their own that fire anywhere between two ticks.
 */
static int sleep_past_tick(unsigned us)
{
	const struct timeval moment = { .tv_usec = us };
	char nothing;

	if (setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &moment, sizeof(moment)))
		return fault("no timeout for a socket pair: %m");
	recv(pair[0], &nothing, 1, 0);
	return 0;
}

static int read_schedstat(char *text, size_t size)
{
	ssize_t got = pread(schedstat, text, size - 1, 0);

	if (got <= 0)
		return fault("/proc/schedstat: cannot read: %m");
	text[got] = '\0';
	return 0;
}

int idle_mark(struct idle_mark *mark, unsigned away_us)
{
	char text[8192], *line;

	mark->left_ns = clock_wall_ns();
	if (idle_open() || sleep_past_tick(away_us))
		return -1;
	mark->back_ns = clock_wall_ns();
	if (read_schedstat(text, sizeof(text)))
		return -1;
	mark->busy_ns = 0;
	/* cpuN yields 0 schedules idles wakeups local-wakeups busy-ns waiting-ns timeslices */
	for (line = text; line; line = strchr(line, '\n')) {
		uint64_t busy_ns;

		line += *line == '\n';
		if (sscanf(line, "cpu%*d %*u %*u %*u %*u %*u %*u %" SCNu64, &busy_ns) == 1)
			mark->busy_ns += busy_ns;
	}
	return 0;
}

double idle_share(const struct idle_mark *before, const struct idle_mark *after, uint64_t wall_ns)
{
	uint64_t window_ns = after->left_ns - before->back_ns, busy_ns = after->busy_ns - before->busy_ns;

	return busy_ns >= window_ns ? 0 : (double)(window_ns - busy_ns) / wall_ns;
}
