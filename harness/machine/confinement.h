/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * confinement - what cpusets, affinity and memory limits leave us of the machine
 *
 * Asked of /proc and the cgroup files, not of system calls: those may be
 * refused. What is hidden limits nothing. `root` is where those files lie, "" for
 * this system.
 */
#ifndef NODEHOP_CONFINEMENT_H
#define NODEHOP_CONFINEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Nodes that the cpuset allows, as a list ("0-1,4"). 0, or -1 with a fault. */
int confinement_nodes(const char *root, char *list, size_t size);

/* The cpuset that we are in, for a sentence: "the cpuset of cgroup /jobs/7". Returns text. */
const char *confinement_cpuset(const char *root, char *text, size_t size);

/*
 * Of a list of CPUs, fewer than `wanted` can be used: who keeps us from the
 * others? The code of the reason, "cpuset" or "affinity", and words for it in text.
 */
const char *confinement_of_cpus(const char *root, const char *cpus, int wanted, char *text, size_t size);

/*
 * Bytes that the limits of our cgroups still let us allocate, page cache that
 * can be dropped not counted as used; UINT64_MAX without a limit. `cgroup` is
 * the one with the least left, "" where none.
 */
uint64_t confinement_memory_left(const char *root, char *cgroup, size_t size);

#endif
