// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * syscalls - makes each call once with arguments that the kernel rejects, and tells a filter's answer from the kernel's
 */
#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/fault.h"
#include "machine/rights.h"
#include "machine/syscalls.h"

#ifndef SYS_set_mempolicy_home_node
#define SYS_set_mempolicy_home_node 450
#endif

#define KILLED	       1000 /* instead of an errno: the caller was killed */
#define UFFD_USER_MODE 1    /* or a sysctl, which is asked about before the flags, would answer for the filter */

static unsigned long word;

/* Each with something invalid: a flag or mode that is none, an address within a page, more nodes than there can be. */
static const struct {
	const char *name;
	long number, argument[6];
	int expected; /* what the kernel itself answers; 0: EINVAL */
} calls[] = {
	{ "get_mempolicy", SYS_get_mempolicy, { 0, 0, 0, 0, -1 } },
	{ "set_mempolicy", SYS_set_mempolicy, { 999 } },
	{ "move_pages", SYS_move_pages, { 0, 0, 0, 0, 0, -1 } },
	{ "mbind", SYS_mbind, { 0, 0, 999, 0, 0, -1 } },
	{ "set_mempolicy_home_node", SYS_set_mempolicy_home_node, { 1, 0, 0, -1 } },
	{ "migrate_pages", SYS_migrate_pages, { 0, 1l << 40, (long)&word, (long)&word } },
	{ "userfaultfd", SYS_userfaultfd, { UFFD_USER_MODE | 1 << 30 } },
	{ "perf_event_open", SYS_perf_event_open, { 0, 0, -1, -1, -1 } },
	{ "sched_setaffinity", SYS_sched_setaffinity, { 0, sizeof(word), 0 }, EFAULT },
	{ "pidfd_open", SYS_pidfd_open, { -1 } },
};

#define CALLS	     (sizeof(calls) / sizeof(calls[0]))
#define POLICY_CALLS (CALL_GET_MEMPOLICY | CALL_SET_MEMPOLICY | CALL_MBIND | CALL_HOME_NODE)

const char *syscalls_name(size_t i)
{
	return i < CALLS ? calls[i].name : NULL;
}

/* ---- trying ---- */

static int make_call(size_t i)
{
	const long *a = calls[i].argument;

	return syscall(calls[i].number, a[0], a[1], a[2], a[3], a[4], a[5]) < 0 ? errno : 0;
}

static bool is_filtered(void)
{
	return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) > 0;
}

/* In a child: a filter may kill. */
static int call_in_child(size_t i)
{
	const struct rlimit no_core = {};
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid) {
		setrlimit(RLIMIT_CORE, &no_core);
		_exit(make_call(i));
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return calls[i].expected ?: EINVAL; /* not known: the call itself will tell */
	return WIFEXITED(status) ? WEXITSTATUS(status) : KILLED;
}

/* What stands between us and the kernel answers; 0 where the kernel itself does. */
static int answer_of(size_t i)
{
	static struct {
		bool known;
		int error;
	} answer[CALLS];

	if (!answer[i].known) {
		answer[i].error = is_filtered() ? call_in_child(i) : make_call(i);
		if (answer[i].error == (calls[i].expected ?: EINVAL))
			answer[i].error = 0;
		answer[i].known = true;
	}
	return answer[i].error;
}

/* The kernel lists what it has ("T __x64_sys_mbind"), and weak stand-ins ("W") for what it was built without. */
static bool kernel_has(const char *name)
{
	FILE *file = fopen("/proc/kallsyms", "re");
	char line[512], type, symbol[256];
	const char *call;
	bool found = false;

	while (file && !found && fgets(line, sizeof(line), file))
		found = sscanf(line, "%*s %c %255s", &type, symbol) == 2 && type == 'T' &&
			(call = strstr(symbol, "_sys_")) && !strcmp(call + 5, name);
	if (file)
		fclose(file);
	return found;
}

/* ENOSYS is also what a kernel says that has no such call. */
static bool is_absent(size_t i)
{
	return answer_of(i) == ENOSYS && !(is_filtered() && kernel_has(calls[i].name));
}

/* ---- saying ---- */

static const char *remedy(unsigned refused, int answer)
{
	bool only_policies = !(refused & ~POLICY_CALLS);

	if (answer == KILLED)
		return "a systemd unit must allow it in SystemCallFilter=";
	if (answer == EPERM && only_policies && !rights_have(CAP_SYS_NICE))
		return "docker, podman: --cap-add SYS_NICE; kubernetes: capabilities: add: [SYS_NICE]";
	if (answer == EPERM && refused == CALL_PERF_EVENT_OPEN && !rights_have(CAP_PERFMON))
		return "docker, podman: --cap-add PERFMON; kubernetes: capabilities: add: [PERFMON]";
	return "docker, podman: --security-opt seccomp=unconfined; kubernetes: seccompProfile: type: Unconfined; "
	       "systemd: SystemCallFilter=";
}

static void list_names(unsigned mask, char *text, size_t size)
{
	text[0] = '\0';
	for (size_t i = 0; i < CALLS; i++)
		if (mask & 1u << i)
			snprintf(text + strlen(text), size - strlen(text), "%s%s", *text ? ", " : "", calls[i].name);
}

static enum outcome refuse(unsigned refused, int answer, const char **code)
{
	char names[160];

	list_names(refused, names, sizeof(names));
	*code = is_filtered() ? "seccomp" : "call-refused";
	if (!is_filtered())
		fault("%s: refused with %s, whatever the arguments (a security module?)", names,
		      strerrorname_np(answer));
	else if (answer == KILLED)
		fault("the system call filter kills a process that calls %s; %s", names, remedy(refused, answer));
	else
		fault("the system call filter refuses %s (%s); %s", names, strerrorname_np(answer) ?: "?",
		      remedy(refused, answer));
	return BLOCKED;
}

enum outcome syscalls_check(unsigned mask, const char **code)
{
	unsigned refused = 0;
	int answer = 0;

	for (size_t i = 0; i < CALLS; i++) {
		if (!(mask & 1u << i) || !answer_of(i))
			continue;
		if (is_absent(i)) {
			*code = "no-syscall";
			fault("this kernel has no %s", calls[i].name);
			return SKIPPED;
		}
		refused |= 1u << i;
		answer = answer_of(i);
	}
	return refused ? refuse(refused, answer, code) : OK;
}
