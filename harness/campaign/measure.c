// SPDX-License-Identifier: GPL-2.0-or-later
/* measure - forks a process for each session on this machine, and puts settings back when one dies */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/child.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/interrupt.h"
#include "base/minmax.h"
#include "campaign/announce.h"
#include "campaign/measure.h"
#include "record/run.h"
#include "record/run_dir.h"
#include "settings/knobs.h"
#include "settings/lock.h"

int measure_open_settings(void)
{
	int result = knobs_open(report_put_back);

	if (result)
		fprintf(stderr, "nodehop: %s\n", fault_text());
	else if (knobs_of_earlier_boot())
		fprintf(stderr,
			"nodehop: dropped the settings journal of an earlier boot: with the reboot its %zu change%s ended\n",
			knobs_of_earlier_boot(), knobs_of_earlier_boot() == 1 ? "" : "s");
	return result;
}

int measure_prepare(void)
{
	interrupt_note();
	if (lock_machine())
		return -1;
	measure_open_settings();
	return 0;
}

/* In the session's own process. */
static _Noreturn void session_main(struct session *s, const char *path, pid_t parent)
{
	int result;

	child_of(parent, SIGTERM);
	s->log = reclog_create(path);
	result = s->log ? session_run(s) : -1;
	if (s->log && reclog_close(s->log))
		result = -1;
	if (result)
		fprintf(stderr, "nodehop: session %d: %s\n", s->number, fault_text());
	if (getppid() != parent)
		knobs_restore(0); /* nobody else is left to do so; what fails says so, and stays in the journal */
	fflush(NULL);
	_exit(result ? 2 : 0);
}

static void judge_end(int number, int status, struct measured_sessions *how)
{
	if (WIFEXITED(status) && !WEXITSTATUS(status) && !*interrupt_flag())
		return;
	how->complete = false;
	if (*interrupt_flag()) {
		how->cause = "interrupted";
		snprintf(how->detail, sizeof(how->detail), "ended by a signal before it was measured");
	} else {
		how->cause = "session-died";
		snprintf(how->detail, sizeof(how->detail), "session %d %s", number,
			 WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "could not go on");
	}
}

/* What it had no time to put back. */
static void take_over_settings(int number, struct measured_sessions *how)
{
	if (!knobs_adopt() || !how->complete)
		return;
	how->complete = false;
	how->cause = "session-died";
	snprintf(how->detail, sizeof(how->detail), "session %d left a setting that cannot be put back", number);
}

static int measure_one(const struct session *session, const char *path, struct measured_sessions *how)
{
	struct session s = *session;
	pid_t parent = getpid(), pid;

	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return fault("cannot fork session %d: %m", s.number);
	if (!pid)
		session_main(&s, path, parent);
	interrupt_pass_to(pid);
	judge_end(s.number, child_wait(pid), how);
	interrupt_pass_to(0);
	take_over_settings(s.number, how);
	return 0;
}

/* The points that the session has no outcome for; borrows them from `whole`. */
static struct plan points_left(const struct plan *whole, const struct resume *resume, int session)
{
	struct plan left = { xcalloc(whole->points, sizeof(*left.point)), 0 };

	for (size_t i = 0; i < whole->points; i++)
		if (!resume_has(resume, session, whole->point[i].key))
			left.point[left.points++] = whole->point[i];
	return left;
}

static int measure_rest(const struct session *session, const struct resume *resume, struct measured_sessions *how)
{
	struct plan left = points_left(session->plan, resume, session->number);
	char *path = resume_session_path(resume, session->number);
	struct session s = *session;
	int result;

	s.plan = &left;
	result = measure_one(&s, path, how);
	free(left.point);
	free(path);
	return result;
}

int measure_sessions(const struct session *session, const char *dir, int count, uint64_t within_ns,
		     const struct resume *resume, struct measured_sessions *how)
{
	uint64_t start_ns = clock_wall_ns(), begin_ns = start_ns, longest_ns = 0;
	struct session s = *session;
	int result = 0;

	*how = (struct measured_sessions){ .complete = true };
	for (s.number = 1; !result && how->complete && s.number <= count; s.number++, s.seed++) {
		char *path = run_log_path(dir, s.number, 0);

		if (!resume)
			result = measure_one(&s, path, how);
		else if (!resume_ended(resume, s.number))
			result = measure_rest(&s, resume, how);
		free(path);
		longest_ns = max(longest_ns, clock_wall_ns() - begin_ns);
		begin_ns = clock_wall_ns();
		if (within_ns && begin_ns + longest_ns > start_ns + within_ns)
			break;
	}
	return result;
}
