// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * probe - a benchmark's own question to the machine, asked in a child that it may crash
 */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/child.h"
#include "plan/probe.h"

enum outcome probe_run(const struct benchmark *b, const struct machine *m, struct trial_private *answer)
{
	struct {
		enum outcome outcome;
		struct trial trial;
		struct trial_private own;
	} *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct trial none = { .own = answer };
	pid_t parent = getpid(), pid;
	enum outcome outcome;
	int status = -1;

	if (shared == MAP_FAILED)
		return broken(&none, "no-memory", "no shared memory for a probe: %m");
	fflush(NULL);
	pid = fork();
	if (!pid) {
		child_leave_group(parent);
		shared->trial.own = &shared->own;
		shared->own.machine = m;
		shared->outcome = b->needs.probe(&shared->trial);
		_exit(0);
	}
	if (pid > 0)
		status = child_wait(pid);
	*answer = shared->own;
	outcome = shared->outcome;
	munmap(shared, sizeof(*shared));
	return status ? broken(&none, "probe", "the probe of %s died", b->name) : outcome;
}
