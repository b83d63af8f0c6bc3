// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rule - runs a rule, and the processes that it starts
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/child.h"
#include "machine/facts.h"
#include "memory/trial_private.h"
#include "rule.h"

#define PROCESSES_MAX 32 /* of one rule, at the same time */

/* A rule ends from any depth: by a jump in its own process, by a report home in one that it started. */
static jmp_buf rule_over;
static struct trial *rule_trial;
static pid_t rule_pid;
static enum outcome rule_outcome;
static int report_home = -1;

/* Processes that have to be gone, with their memory, before the next rule's settings are made. */
static pid_t started[PROCESSES_MAX];
static size_t starts;

static enum outcome try_rule(struct trial *t)
{
	if (setjmp(rule_over))
		return rule_outcome;
	t->rule->check(t);
	return OK;
}

enum outcome rule_run(struct trial *t)
{
	enum outcome o;

	rule_trial = t;
	rule_pid = getpid();
	t->own->detail[0] = '\0';
	o = try_rule(t);
	while (starts)
		process_end(started[starts - 1]);
	return o;
}

struct report {
	enum outcome outcome;
	double value;
	char reason[48], detail[400];
};

static void send_report(const struct trial *t, enum outcome outcome)
{
	struct report report = { .outcome = outcome, .value = t->value[0] };

	memcpy(report.reason, t->own->reason, sizeof(report.reason));
	memcpy(report.detail, t->own->detail, sizeof(report.detail));
	if (write(report_home, &report, sizeof(report)) != sizeof(report))
		_exit(1);
}

_Noreturn void rule_end(struct trial *t, enum outcome outcome)
{
	if (getpid() != rule_pid) {
		send_report(t, outcome);
		_exit(0);
	}
	rule_outcome = outcome;
	longjmp(rule_over, 1);
}

void may_call(unsigned calls)
{
	enum outcome o = trial_may_call(rule_trial, calls);

	if (o != OK)
		rule_end(rule_trial, o);
}

/* A body may become another user, and then the kernel no longer tells of the parent's death. */
static _Noreturn void process_main(struct trial *t, void (*body)(struct trial *t, void *with), void *with, pid_t parent)
{
	child_of(parent, SIGKILL);
	if (body)
		body(t, with);
	child_of(parent, SIGKILL);
	send_report(t, OK);
	for (;;)
		pause();
}

static void take_report(struct trial *t, pid_t pid, int from)
{
	struct report report;

	if (read(from, &report, sizeof(report)) != sizeof(report))
		rule_end(t, broken(t, "process", "process %d of the rule died", pid));
	close(from);
	memcpy(t->own->reason, report.reason, sizeof(report.reason));
	memcpy(t->own->detail, report.detail, sizeof(report.detail));
	t->value[0] = report.value;
	if (report.outcome != OK)
		rule_end(t, report.outcome);
}

pid_t process_start(struct trial *t, void (*body)(struct trial *t, void *with), void *with)
{
	pid_t parent = getpid(), pid;
	int ends[2];

	if (starts == PROCESSES_MAX)
		rule_end(t, broken(t, "processes", "more than %d processes in one rule", PROCESSES_MAX));
	if (pipe2(ends, O_CLOEXEC))
		rule_end(t, broken(t, "pipe", "cannot create a pipe to a process: %m"));
	pid = fork();
	if (pid < 0)
		rule_end(t, broken(t, "fork", "cannot fork a process of the rule: %m"));
	if (!pid) {
		close(ends[0]);
		report_home = ends[1];
		process_main(t, body, with, parent);
	}
	close(ends[1]);
	started[starts++] = pid;
	take_report(t, pid, ends[0]);
	return pid;
}

/* One that we may no longer kill, being nobody now, ends by itself when we do. */
void process_end(pid_t pid)
{
	if (!kill(pid, SIGKILL))
		waitpid(pid, NULL, 0);
	if (starts && started[starts - 1] == pid)
		starts--;
}

void process_run(struct trial *t, void (*body)(struct trial *t, void *with), void *with)
{
	process_end(process_start(t, body, with));
}
