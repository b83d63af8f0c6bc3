// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * holders - processes that map a region and sleep: started, watched, ended
 */
#include <numaif.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/child.h"
#include "memory/holders.h"
#include "memory/region_private.h"
#include "memory/trial_private.h"

/* Readiness is reported through a pipe, the word to begin by closing another one. */
struct pipes {
	int go[2], ready[2];
};

static _Noreturn void hold(const struct region *r, const struct pipes *p, pid_t parent)
{
	char byte = 0;

	child_of(parent, SIGKILL);
	close(p->go[1]);
	if (read(p->go[0], &byte, 1) < 0)
		_exit(1);
	for (size_t i = 0; i < r->pages; i++)
		(void)*(volatile char *)(r->base + i * r->page_size);
	if (r->kind.backing == BACKING_MLOCKED && mlock(r->base, r->size))
		byte = 1;
	if (write(p->ready[1], &byte, 1) != 1)
		_exit(1);
	close(p->ready[1]); /* the parent reads to the end when one of us died before its word */
	for (;;)
		pause();
}

static enum outcome start_all(struct trial *t, struct region *r, unsigned wanted, const struct pipes *p)
{
	pid_t parent = getpid();

	while (r->own->holders < wanted) {
		pid_t pid = fork();

		if (pid < 0)
			return broken(t, "fork", "cannot fork process %u, which shares the region: %m",
				      r->own->holders + 1);
		if (!pid)
			hold(r, p, parent);
		r->own->holder[r->own->holders++] = pid;
	}
	return OK;
}

static enum outcome await(struct trial *t, const struct region *r, int ready)
{
	for (unsigned i = 0; i < r->own->holders; i++) {
		char byte;

		if (read(ready, &byte, 1) != 1)
			return broken(t, "process-gone", "a process that shares the region died at its start");
		if (byte)
			return blocked(t, "mlock",
				       "mlock of %zu bytes in another process: refused (raise RLIMIT_MEMLOCK)",
				       r->size);
	}
	return OK;
}

enum outcome holders_start(struct trial *t, struct region *r)
{
	unsigned wanted = r->kind.mappers - !r->elsewhere;
	struct pipes p = { { -1, -1 }, { -1, -1 } };
	enum outcome o = OK;

	if (!wanted)
		return OK;
	if (wanted > HOLDERS_MAX)
		return broken(t, "region", "%u processes; at most %d are possible", wanted, HOLDERS_MAX);
	if (pipe(p.go) || pipe(p.ready))
		o = broken(t, "pipe", "cannot create a pipe for the processes that share the region: %m");
	if (o == OK)
		o = start_all(t, r, wanted, &p);
	close(p.ready[1]);
	if (o == OK && r->elsewhere) {
		r->pid = r->own->holder[0];
		o = region_unmap(t, r);
	}
	close(p.go[0]);
	close(p.go[1]);
	if (o == OK)
		o = await(t, r, p.ready[0]);
	close(p.ready[0]);
	return o;
}

static const char *who_ended(const siginfo_t *end)
{
	if (end->si_code == CLD_EXITED)
		return "itself";
	return end->si_status == SIGKILL ? "Killed (out of memory?)" : strsignal(end->si_status);
}

enum outcome holders_check(struct trial *t, const struct region *r)
{
	for (unsigned i = 0; i < r->own->holders; i++) {
		siginfo_t end = {};

		waitid(P_PID, r->own->holder[i], &end, WEXITED | WNOHANG | WNOWAIT);
		if (end.si_pid)
			return broken(t, "process-gone", "process %u that shares the region was ended by %s", i + 1,
				      who_ended(&end));
	}
	return OK;
}

/* Its memory is gone before it can be waited for. */
enum outcome holders_blame(struct trial *t, enum outcome o)
{
	siginfo_t end = {};
	char detail[sizeof(t->own->detail)];

	if (o != BROKEN && o != WRONG)
		return o;
	for (int i = 0; i < 100 && !waitid(P_ALL, 0, &end, WEXITED | WNOHANG | WNOWAIT) && !end.si_pid; i++)
		usleep(1000);
	if (!end.si_pid || !strcmp(t->own->reason, "process-gone"))
		return o;
	snprintf(detail, sizeof(detail), "%s", t->own->detail);
	return broken(t, "process-gone", "a process that shares the region was ended by %s; then: %.300s",
		      who_ended(&end), detail);
}

void holders_end(struct region *r)
{
	while (r->own->holders) {
		pid_t pid = r->own->holder[--r->own->holders];

		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	r->pid = 0;
}
