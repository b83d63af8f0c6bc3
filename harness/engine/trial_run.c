// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * trial_run - the parent's side: forks the child, waits with a deadline, and says how it ended
 */
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/child.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/interrupt.h"
#include "engine/trial_child.h"
#include "engine/trial_run.h"

#define DEADLINE_S	 60
#define DEADLINE_BYTES_S (32ull << 20) /* more, so that all repetitions of a large point fit in */
#define REAP_S		 10 /* for killed processes to end; one that hangs in the kernel must not hold up the rest */

static enum outcome end_with(struct trial_result *r, const char *code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static enum outcome end_with(struct trial_result *r, const char *code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(r->detail, sizeof(r->detail), format, args);
	va_end(args);
	snprintf(r->reason, sizeof(r->reason), "%s", code);
	return r->outcome = BROKEN;
}

/*
 * Ends the child and the processes that it left behind, and waits until they
 * have given back their memory: the next point needs it. The last of them
 * become ours when the child is gone.
 */
static void end_group(pid_t pid, int *status)
{
	uint64_t end_ns = clock_read_ns(CLOCK_MONOTONIC) + REAP_S * 1000000000ull;
	pid_t reaped;

	kill(-pid, SIGKILL);
	kill(pid, SIGKILL); /* should it not have reached setpgid yet */
	*status = child_wait(pid);
	while ((reaped = waitpid(-pid, NULL, WNOHANG)) >= 0 && clock_read_ns(CLOCK_MONOTONIC) < end_ns)
		if (!reaped)
			usleep(1000);
}

/* Waits until the child has ended, the deadline is over, or stop is set. True when it ended by itself. */
static bool wait_for(pid_t pid, unsigned deadline_s, const volatile sig_atomic_t *stop)
{
	struct pollfd fd = { .fd = pidfd_open(pid, 0), .events = POLLIN };
	uint64_t end_ns = clock_read_ns(CLOCK_MONOTONIC) + deadline_s * 1000000000ull;
	sigset_t before;
	bool ended = false;

	interrupt_hold(&before);
	while (!ended && !*stop) {
		int64_t left_ns = end_ns - clock_read_ns(CLOCK_MONOTONIC);
		struct timespec left = { left_ns / 1000000000, left_ns % 1000000000 };

		if (left_ns <= 0)
			break;
		ended = ppoll(&fd, 1, &left, &before) == 1; /* a signal that sets stop ends it */
	}
	interrupt_release(&before);
	close(fd.fd);
	return ended;
}

static void judge_end(struct trial_result *r, bool ended, int status, unsigned deadline_s, bool stopped)
{
	unsigned done = r->done;

	if (stopped)
		end_with(r, "interrupted", "ended by a signal after %u repetitions", done);
	else if (!ended)
		end_with(r, "deadline", "not done after %u s, with %u repetitions", deadline_s, done);
	else if (WIFSIGNALED(status))
		end_with(r, "signal", "killed by SIG%s after %u repetitions%s", sigabbrev_np(WTERMSIG(status)) ?: "?",
			 done, WTERMSIG(status) == SIGKILL ? " (out of memory?)" : "");
	else if (WEXITSTATUS(status) || r->outcome == UNSTABLE)
		end_with(r, "exit", "the child exited with code %d after %u repetitions", WEXITSTATUS(status), done);
}

/*
 * The last one is kept for the next trial: a child inherits the tree of our mappings, whose shape is part of what its
 * faults and calls cost, and comings and goings would make it differ from point to point.
 */
static struct trial_result *spare;

static struct trial_result *new_result(void)
{
	struct trial_result *r = spare;

	if (!r)
		r = mmap(NULL, sizeof(*r), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (r == MAP_FAILED) {
		fault("no shared memory for a trial: %m");
		return NULL;
	}
	spare = NULL;
	memset(r, 0, sizeof(*r));
	return r;
}

/* A guest that keeps no time is as fast as its host's other work leaves it. */
unsigned trial_deadline_s(const struct point *point, const struct machine *m)
{
	unsigned deadline_s = point->benchmark->deadline_s ?: DEADLINE_S;

	deadline_s += point_size_bytes(point) * RUNS_MAX / DEADLINE_BYTES_S;
	return m->timekeeper == TIME_UNTIMED ? 5 * deadline_s : deadline_s;
}

struct trial_result *trial_run(const struct trial_request *request)
{
	const struct point *point = request->point;
	bool timed = request->kind == REPETITION_TIMED;
	struct child c = {
		.request = request,
		.point = point,
		.own.machine = request->machine,
		.warmups = min(timed ? WARMUPS : 1u, point_warmups(point)),
		.repetitions = min(request->repetitions, point->benchmark->repetitions ?: request->repetitions),
	};
	unsigned deadline_s = trial_deadline_s(point, request->machine);
	pid_t parent = getpid(), pid;
	bool ended;
	int status;

	c.result = new_result();
	if (!c.result)
		return NULL;
	c.result->outcome = UNSTABLE; /* what a child that ends without a word leaves */
	fflush(NULL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	instruments_prepare(request->instruments, request->kind | REPETITION_TIMED);
	pid = fork();
	if (pid < 0) {
		fault("cannot fork a trial: %m");
		trial_result_free(c.result);
		return NULL;
	}
	if (!pid)
		trial_child(&c, parent);
	ended = wait_for(pid, deadline_s, request->stop);
	end_group(pid, &status);
	judge_end(c.result, ended, status, deadline_s, !ended && *request->stop);
	return c.result;
}

void trial_result_free(struct trial_result *result)
{
	if (spare)
		munmap(result, sizeof(*result));
	else
		spare = result;
}

double trial_clock_floor(void)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < 1000; i++) {
		uint64_t start = clock_wall_ns(), gap = clock_wall_ns() - start;

		if (gap && gap < least)
			least = gap;
	}
	return least == UINT64_MAX ? 0 : least;
}
