// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mempolicy - two calls of libnuma's, made harmless while it is loaded
 *
 * Its constructor makes both before main(): under a system call filter that
 * kills, no command would start, and under one that refuses, each would begin
 * with an error of libnuma's. These stand before its own, and tell it then of
 * a plain default policy, which it does not look at again.
 */
#include <numaif.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool loaded;

/* A program's constructors run after those of its libraries. */
__attribute__((constructor)) static void libraries_are_loaded(void)
{
	loaded = true;
}

static bool may_be_refused(void)
{
	return !loaded && prctl(PR_GET_SECCOMP, 0, 0, 0, 0) > 0;
}

long get_mempolicy(int *mode, unsigned long *mask, unsigned long maxnode, void *address, unsigned flags)
{
	if (!may_be_refused())
		return syscall(SYS_get_mempolicy, mode, mask, maxnode, address, flags);
	if (mode)
		*mode = MPOL_DEFAULT;
	return 0;
}

long set_mempolicy(int mode, const unsigned long *mask, unsigned long maxnode)
{
	return may_be_refused() ? -1 : syscall(SYS_set_mempolicy, mode, mask, maxnode);
}
