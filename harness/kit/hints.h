/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hints - NUMA balancing as a process sees it: pages made to fault, passes over its memory
 *
 * The kernel's scanner runs in a task's own time, at a timer tick, when the
 * task has run long enough: who waits for it must burn CPU time, not sleep.
 */
#ifndef NODEHOP_HINTS_H
#define NODEHOP_HINTS_H

#include "bench.h"

/* Metrics of benchmarks that balancing works on, from /proc/vmstat; a metric's name has one meaning in all benchmarks. */
/* clang-format off */
#define HINTS_METRIC_FAULTS \
	{ "hint_faults", METRIC_KIND_COUNT, "lower", "NUMA hint faults on the whole machine during the repetition" }
#define HINTS_METRIC_FAULTS_LOCAL \
	{ "hint_faults_local", METRIC_KIND_COUNT, "neither", "hint faults on pages that were already local" }
#define HINTS_METRIC_UPDATES \
	{ "pte_updates", METRIC_KIND_COUNT, "lower", "page table entries that the scanner made fault during the repetition" }
#define HINTS_METRIC_MIGRATED \
	{ "hint_migrated", METRIC_KIND_COUNT, "neither", "base pages migrated by hint faults on the whole machine during the repetition" }
#define HINTS_METRIC_PASSES \
	{ "scan_passes", METRIC_KIND_COUNT, "neither", "scan passes over the process" }
/* clang-format on */

/*
 * Burns CPU time until every page of the process faults on its next access:
 * the scanner has made that many base pages do so since the call, a whole pass
 * among it, or has passed over the process often enough since to have visited
 * all (those that faulted already are not counted again). Whether they do is
 * for the faults to show. BLOCKED "not-scanned" after limit_ms.
 */
enum outcome hints_wait(struct trial *t, size_t pages, unsigned limit_ms);

/*
 * Starts a thread that sleeps for ever: of a process with one thread only, the
 * scanner leaves pages alone that are on the thread's own node.
 */
enum outcome hints_be_many(struct trial *t);

/* Passes that the scanner has made over this process's memory; NAN where the kernel does not tell. */
double hints_passes(void);

#endif
