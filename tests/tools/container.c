// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * container COMMAND... - runs the command under the system call filter that container engines start with: what moves or
 * asks about other memory is refused with EPERM; memory policies need CAP_SYS_NICE, and are refused without it
 */
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ALWAYS_MAX 32

static const int refused[] = { SYS_move_pages, SYS_migrate_pages, SYS_userfaultfd, SYS_perf_event_open, SYS_bpf };
static const int policies[] = { SYS_get_mempolicy, SYS_set_mempolicy, SYS_mbind, SYS_set_mempolicy_home_node };

static bool may_nice(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {};

	return !syscall(SYS_capget, &header, data) && data[0].effective & 1u << CAP_SYS_NICE;
}

static size_t refuse(struct sock_filter *filter, size_t at, const int *call, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		filter[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call[i], 0, 1);
		filter[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 1 /* EPERM */);
	}
	return at;
}

static int confine(void)
{
	struct sock_filter filter[ALWAYS_MAX] = { BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
							   offsetof(struct seccomp_data, nr)) };
	struct sock_fprog program = { 1, filter };
	size_t at = refuse(filter, 1, refused, sizeof(refused) / sizeof(refused[0]));

	if (!may_nice())
		at = refuse(filter, at, policies, sizeof(policies) / sizeof(policies[0]));
	filter[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	program.len = at;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		fprintf(stderr, "usage: container COMMAND...\n");
		return 2;
	}
	if (confine())
		perror("container");
	else
		execvp(argv[1], argv + 1);
	perror(argv[1]);
	return 127;
}
