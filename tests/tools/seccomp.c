// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * seccomp ANSWER CALL[,CALL...] COMMAND... - runs the command where a system call filter answers these calls: with an
 * error (EPERM as container engines do, ENOSYS as for calls they do not know) or with a signal (SIGSYS, as systemd's
 * SystemCallFilter= does). The word `container` stands for what the engines' default refuses without capabilities.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_set_mempolicy_home_node
#define SYS_set_mempolicy_home_node 450
#endif

/* clang-format off */
#define CALL(name) { #name, SYS_##name }
/* clang-format on */
#define CALLS_MAX 64

/* The first CONTAINER_CALLS of them are what `container` stands for. */
static const struct {
	const char *name;
	unsigned number;
} calls[] = {
	CALL(get_mempolicy),
	CALL(mbind),
	CALL(set_mempolicy),
	CALL(set_mempolicy_home_node),
	CALL(move_pages),
	CALL(migrate_pages),
	CALL(userfaultfd),
	CALL(perf_event_open),
	CALL(bpf),
	CALL(mount),
	CALL(umount2),
	CALL(pivot_root),
	CALL(setns),
	CALL(unshare),
	CALL(swapon),
	CALL(swapoff),
	CALL(syslog),
	CALL(keyctl),
#define CONTAINER_CALLS 18
	CALL(pidfd_open),
	CALL(clone3),
	CALL(process_vm_readv),
	CALL(memfd_create),
	CALL(mlock),
	CALL(sched_setaffinity),
	CALL(setpriority),
	CALL(ptrace),
	CALL(madvise),
	CALL(mprotect),
};

static unsigned numbers[CALLS_MAX];
static size_t count;

static void add(unsigned number)
{
	if (count < CALLS_MAX)
		numbers[count++] = number;
}

static int add_named(const char *name)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (strcmp(name, calls[i].name))
			continue;
		add(calls[i].number);
		return 0;
	}
	fprintf(stderr, "seccomp: no call %s in its list\n", name);
	return -1;
}

static int add_list(char *list)
{
	char *name;

	while ((name = strsep(&list, ","))) {
		if (!strcmp(name, "container"))
			for (size_t i = 0; i < CONTAINER_CALLS; i++)
				add(calls[i].number);
		else if (add_named(name))
			return -1;
	}
	return 0;
}

static unsigned answer(const char *word)
{
	if (!strcmp(word, "SIGSYS"))
		return SECCOMP_RET_KILL_PROCESS;
	for (int error = 1; error < 200; error++)
		if (strerrorname_np(error) && !strcmp(word, strerrorname_np(error)))
			return SECCOMP_RET_ERRNO | error;
	fprintf(stderr, "seccomp: the answer is SIGSYS or an error like EPERM, not %s\n", word);
	exit(2);
}

/* Each comparison jumps to the last statement when it holds. */
static int install(unsigned what)
{
	struct sock_filter filter[CALLS_MAX + 3] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	};
	struct sock_fprog program = { count + 3, filter };

	for (size_t i = 0; i < count; i++)
		filter[i + 1] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, numbers[i], count - i, 0);
	filter[count + 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	filter[count + 2] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, what);
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

int main(int argc, char **argv)
{
	unsigned what;

	if (argc < 4) {
		fprintf(stderr, "usage: seccomp ANSWER CALL[,CALL...] COMMAND...\n");
		return 2;
	}
	what = answer(argv[1]);
	if (add_list(argv[2]))
		return 2;
	if (install(what))
		perror("seccomp");
	else
		execvp(argv[3], argv + 3);
	perror(argv[3]);
	return 127;
}
