// SPDX-License-Identifier: GPL-2.0-or-later
/* child - starting, waiting for and ending processes */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "base/child.h"
#include "base/fault.h"
#include "base/interrupt.h"

#define GRACE_S 5 /* from SIGTERM to SIGKILL: a run folder is closed, settings are put back */

void child_of(pid_t parent, int signal_number)
{
	prctl(PR_SET_PDEATHSIG, signal_number);
	if (getppid() != parent)
		_exit(128 + signal_number);
}

void child_leave_group(pid_t parent)
{
	child_of(parent, SIGKILL);
	setpgid(0, 0);
	interrupt_forget();
}

int child_wait(pid_t pid)
{
	int status = -1;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return status;
}

void child_kill(pid_t pid)
{
	kill(-pid, SIGKILL);
	kill(pid, SIGKILL); /* should its group not be there yet */
	child_wait(pid);
}

static _Noreturn void become(const char *const *argv, void (*prepare)(void *context), void *context)
{
	if (prepare)
		prepare(context);
	execvp(argv[0], (char *const *)argv);
	_exit(CHILD_NO_PROGRAM);
}

/* ---- the keeper ------------------------------------------------------------------- */

/*
 * The kernel tells a process that its parent died, but not its grandchildren,
 * and a script's children are ours too. So one process stands between: it
 * leads the group, and outlives us just long enough to end it.
 */

/* How the program ended becomes how its keeper ends. */
static _Noreturn void end_like(int status)
{
	const struct rlimit no_second_core = { 0, 0 };
	sigset_t all;

	if (WIFEXITED(status))
		_exit(WEXITSTATUS(status));
	setrlimit(RLIMIT_CORE, &no_second_core);
	signal(WTERMSIG(status), SIG_DFL);
	sigfillset(&all);
	sigprocmask(SIG_UNBLOCK, &all, NULL);
	raise(WTERMSIG(status));
	_exit(128 + WTERMSIG(status));
}

static bool has_ended(pid_t program, int *status)
{
	return waitpid(program, status, WNOHANG) == program;
}

static _Noreturn void end_group(pid_t program, const sigset_t *heard)
{
	const struct timespec moment = { 0, 50000000 };
	int status;

	kill(0, SIGTERM);
	for (int i = 0; i < GRACE_S * 20 && !has_ended(program, &status); i++)
		sigtimedwait(heard, NULL, &moment);
	kill(0, SIGKILL);
	_exit(0);
}

static _Noreturn void keep(pid_t program, pid_t parent, const sigset_t *heard)
{
	int status, number;

	prctl(PR_SET_NAME, "nodehop-keeper");
	while (!has_ended(program, &status)) {
		number = sigwaitinfo(heard, NULL);
		if (getppid() != parent)
			end_group(program, heard);
		if (interrupt_is_ending(number))
			kill(program, number); /* to the group, before there was a program in it */
	}
	end_like(status);
}

static _Noreturn void keeper_main(const char *const *argv, void (*prepare)(void *context), void *context, pid_t parent,
				  const sigset_t *before)
{
	pid_t keeper = getpid(), program;
	sigset_t heard;

	setpgid(0, 0);
	child_of(parent, SIGUSR1);
	program = fork();
	if (!program) {
		child_of(keeper, SIGTERM);
		interrupt_forget(); /* what came meanwhile ends it now */
		sigprocmask(SIG_SETMASK, before, NULL);
		become(argv, prepare, context);
	}
	if (program < 0)
		_exit(CHILD_NO_PROGRAM);
	sigfillset(&heard);
	keep(program, parent, &heard);
}

pid_t child_start(const char *const *argv, void (*prepare)(void *context), void *context)
{
	pid_t parent = getpid(), keeper;
	sigset_t all, before;

	fflush(NULL);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before); /* nothing that comes to the keeper is lost */
	keeper = fork();
	if (!keeper)
		keeper_main(argv, prepare, context, parent, &before);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (keeper < 0)
		return fault("cannot start %s: %s", argv[0], strerror(errno));
	setpgid(keeper, keeper); /* so that a signal to the group finds it */
	return keeper;
}
