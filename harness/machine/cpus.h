/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpus - which CPUs this process may use, and which of a node's measures
 */
#ifndef NODEHOP_CPUS_H
#define NODEHOP_CPUS_H

#include "machine/activity.h"
#include "machine/facts.h"

/*
 * Before the machine is read: confines this process to the CPUs of a kernel
 * list ("0-3,8"). NULL leaves the affinity that somebody gave it; where it has
 * the one that the kernel gives to all, isolated CPUs (isolcpus=) are added. 0,
 * or -1 with a fault that says what is wrong with the list.
 */
int cpus_use(const char *list);

/*
 * On hardware: chooses node[].cpu and fills cpu_rank anew. Isolated CPUs go
 * first; CPUs busy with other work, CPUs that serve interrupts, and CPU 0 go
 * last, in that order. `isolated` is a kernel list.
 */
void cpus_choose(struct machine *m, const struct activity *activity, const char *isolated);

/* The isolated CPUs of this system as a kernel list; "" for none. Returns text. */
char *cpus_isolated(char *text, size_t size);

#endif
