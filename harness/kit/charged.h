/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * charged - an axis of benchmarks that move memory: the memory cgroup that it is charged to
 */
#ifndef NODEHOP_CHARGED_H
#define NODEHOP_CHARGED_H

#include "bench.h"

/* Stays where it was started; the root group, where nothing is charged; four levels below it; just below a limit. */
enum charged { CHARGED_INHERITED, CHARGED_ROOT, CHARGED_DEPTH_4, CHARGED_NEAR_LIMIT };
extern const char *const charged_choices[], *const charged_controller[], *const charged_groups[];

/* clang-format off */
#define AXIS_CGROUP(s, f) \
	AXIS_CHOICE(s, f, "inherited", "cgroup that the memory is charged to; a real one needs root and cgroup v2", charged_choices)
#define CGROUP_KNOBS \
	{ "memory_controller", NULL, "cgroup", charged_controller }, { "cgroup", NULL, "cgroup", charged_groups }
#define CGROUP_METRIC \
	{ "cgroup_peak_bytes", METRIC_KIND_COUNT, "neither", "most that was charged to the cgroup, also before the region was moved" }
/* clang-format on */

/* First thing in setup: puts this process into the group, and proves it. BLOCKED or SKIPPED where that cannot be. */
enum outcome charged_enter(struct trial *t, enum charged place);

/* Before and after the memory is placed: no limit, and one just above what is charged by now. For near-limit; else nothing. */
enum outcome charged_unlimit(struct trial *t, enum charged place);
enum outcome charged_limit(struct trial *t, enum charged place);

/* Bytes; NAN where nothing is charged to a group of ours, or the kernel does not tell (before 5.19). */
double charged_peak_bytes(enum charged place);

#endif
