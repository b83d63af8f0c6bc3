// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include "base/fault.h"
#include "machine/clock.h"
#include "machine/idle.h"

/*
 * What placing and looking leaves behind for the kernel is done after so long:
 * up to 6.1 it collects memory to be freed for 20 ms (KFREE_DRAIN_JIFFIES).
 * Costs little, since in counted mode the clock jumps over idle time.
 */
#define SETTLE_US 32000

static int schedstat = -1, pair[2] = { -1, -1 };

/* Whoever waits for its answer has left the CPU, and comes back without the clock having jumped. */
static void answer(pid_t parent)
{
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == parent && recv(pair[1], &byte, 1, 0) == 1)
		send(pair[1], &byte, 1, 0);
	_exit(0);
}

/* The file stays open: closing it hands the kernel work for later, in the middle of the timed region. */
int idle_open(void)
{
	pid_t parent = getpid(), mate;

	if (pair[0] >= 0)
		return 0;
	if (schedstat < 0)
		schedstat = open("/proc/schedstat", O_RDONLY | O_CLOEXEC);
	if (schedstat < 0)
		return fault("/proc/schedstat: cannot open: %m");
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair))
		return fault("no socket pair to leave the CPU by: %m");
	mate = fork();
	if (mate < 0)
		return fault("no process to leave the CPU to: %m");
	if (!mate)
		answer(parent);
	return 0;
}

/*
 * A receive timeout is kept by the timer wheel, which the tick turns; nanosleep
 * and poll have timers of their own that fire anywhere between two ticks.
 */
int idle_settle(void)
{
	const struct timeval moment = { .tv_usec = SETTLE_US };
	char nothing;

	if (idle_open())
		return -1;
	if (setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &moment, sizeof(moment)))
		return fault("no timeout for a socket pair: %m");
	recv(pair[0], &nothing, 1, 0);
	return 0;
}

static int leave_cpu(void)
{
	char byte = 0;

	if (send(pair[0], &byte, 1, 0) != 1 || recv(pair[0], &byte, 1, 0) != 1)
		return fault("the process to leave the CPU to does not answer: %m");
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

int idle_mark(struct idle_mark *mark)
{
	char text[8192], *line;

	if (idle_open())
		return -1;
	mark->left_ns = clock_wall_ns();
	if (leave_cpu())
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
