/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * events - the text of tracepoints, as waits and counts
 *
 * Without the tracer of functions, tracepoints still tell how long a process
 * was off its CPU, and, by whom it woke right before, what for: the worker of
 * expedited RCU grace periods, or one that drains a CPU's batches of pages.
 */
#ifndef NODEHOP_EVENTS_H
#define NODEHOP_EVENTS_H

#include <stdio.h>
#include "analysis/breakdown.h"

/* What is read, where the kernel has it; ends with NULL. */
extern const char *const events_wanted[];

#define EVENTS_MAX 16

struct event_count {
	const char *name; /* "set_migration_pte" */
	uint64_t count;
};

/* Reads to the end: waits go to the breakdown in microseconds, counts by name in the order of events_wanted. Lines, or
 * -1 with a fault. */
long events_read(FILE *file, struct breakdown *p, struct event_count counts[EVENTS_MAX]);

#endif
