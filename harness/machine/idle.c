// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include "base/fault.h"
#include "base/sysfile.h"
#include "machine/clock.h"
#include "machine/idle.h"

/*
 * A receive timeout is kept by the timer wheel, which the tick turns; nanosleep
 * and poll have timers of their own that fire anywhere between two ticks.
 */
static int sleep_past_tick(void)
{
	static const struct timeval moment = { .tv_usec = 4000 };
	static int pair[2] = { -1, -1 };
	char nothing;

	if (pair[0] < 0 && (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair) ||
			    setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &moment, sizeof(moment))))
		return fault("no socket pair to sleep on: %m");
	recv(pair[0], &nothing, 1, 0);
	return 0;
}

int idle_mark(struct idle_mark *mark)
{
	char text[8192], *line;

	mark->left_ns = clock_wall_ns();
	if (sleep_past_tick())
		return -1;
	mark->back_ns = clock_wall_ns();
	if (sysfile_read(text, sizeof(text), "/proc/schedstat") < 0)
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
