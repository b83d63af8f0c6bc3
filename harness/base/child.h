/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * child - processes that end with us, whatever ends us
 */
#ifndef NODEHOP_CHILD_H
#define NODEHOP_CHILD_H

#include <sys/types.h>

#define CHILD_NO_PROGRAM 127

/* In a process just forked by `parent`: it gets this signal when that dies, and leaves at once when it is dead already. */
void child_of(pid_t parent, int signal_number);

/* In a process just forked by `parent`: a group of its own, killed with the parent, in which the ending signals act as in any program. */
void child_leave_group(pid_t parent);

/* Waits for its end, whatever interrupts the wait. The status as of waitpid; -1 when it is no child of ours. */
int child_wait(pid_t pid);

/*
 * Starts a program, found on the PATH, in a process group of its own (-pid).
 * When we die, all of the group get SIGTERM, and five seconds later SIGKILL. In
 * the new process prepare(context) is called first; it may redirect streams.
 * Ends with CHILD_NO_PROGRAM, saying nothing, when there is no such program.
 * The process's pid, or -1 with a fault.
 */
pid_t child_start(const char *const *argv, void (*prepare)(void *context), void *context);

/* Kills the group and reaps the process. */
void child_kill(pid_t pid);

#endif
