// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "base/fault.h"
#include "base/sysfile.h"
#include "machine/clock.h"
#include "machine/idle.h"

int idle_mark(struct idle_mark *mark)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	char text[8192], *line;

	mark->left_ns = clock_wall_ns();
	nanosleep(&moment, NULL);
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
