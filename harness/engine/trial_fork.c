// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * trial_fork - a part of a trial in a process of its own
 */
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/child.h"
#include "bench.h"

struct errand {
	struct trial trial;
	enum outcome outcome;
};

static void child_main(struct errand *e, enum outcome (*work)(struct trial *t), pid_t parent)
{
	child_of(parent, SIGKILL);
	e->outcome = work(&e->trial);
	_exit(0);
}

static enum outcome bring_back(struct trial *t, const struct errand *e, int status)
{
	const struct region *region[REGIONS_MAX];
	size_t regions;

	if (WIFSIGNALED(status))
		return broken(t, "signal", "a process of the benchmark was killed by SIG%s",
			      sigabbrev_np(WTERMSIG(status)) ?: "?");
	if (WEXITSTATUS(status))
		return broken(t, "exit", "a process of the benchmark left with code %d", WEXITSTATUS(status));
	memcpy(region, t->region, sizeof(region));
	regions = t->regions;
	*t = e->trial;
	memcpy(t->region, region, sizeof(region)); /* its own were in its own memory */
	t->regions = regions;
	return e->outcome;
}

enum outcome trial_fork(struct trial *t, enum outcome (*work)(struct trial *t))
{
	struct errand *e = mmap(NULL, sizeof(*e), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	enum outcome o;
	pid_t parent = getpid(), pid;

	if (e == MAP_FAILED)
		return broken(t, "no-memory", "no shared memory for a process: %m");
	e->trial = *t;
	e->outcome = broken(&e->trial, "exit", "a process of the benchmark left in the middle");
	pid = fork();
	if (!pid)
		child_main(e, work, parent);
	if (pid < 0) {
		munmap(e, sizeof(*e));
		return broken(t, "fork", "no process: %m");
	}
	o = bring_back(t, e, child_wait(pid));
	munmap(e, sizeof(*e));
	return o;
}
