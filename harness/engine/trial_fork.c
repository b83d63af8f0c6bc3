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
#include "memory/trial_private.h"

struct errand {
	struct trial trial;
	struct trial_private own; /* of the trial */
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
	struct trial_private *own = t->own;

	if (WIFSIGNALED(status))
		return broken(t, "signal", "a process of the benchmark was killed by SIG%s",
			      sigabbrev_np(WTERMSIG(status)) ?: "?");
	if (WEXITSTATUS(status))
		return broken(t, "exit", "a process of the benchmark exited with code %d", WEXITSTATUS(status));
	*t = e->trial;
	t->own = own; /* but its regions, which were in its own memory */
	own->left_verified = e->own.left_verified;
	memcpy(own->reason, e->own.reason, sizeof(own->reason));
	memcpy(own->detail, e->own.detail, sizeof(own->detail));
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
	e->own = *t->own;
	e->trial.own = &e->own;
	e->outcome = broken(&e->trial, "exit", "a process of the benchmark exited in the middle");
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
