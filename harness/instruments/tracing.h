/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tracing - the kernel's own tracers around a region
 *
 * All that is changed under /sys/kernel/tracing are knobs (knobs.h): it is
 * journalled, put back by knobs_restore, and after kill -9 by the next start.
 */
#ifndef NODEHOP_TRACING_H
#define NODEHOP_TRACING_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct tracing {
	int on_fd; /* the switch */
};

/* May we trace here? 0, or -1 with a fault: no tracefs, no right, or someone else is tracing. */
int tracing_usable(void);

/* Does this kernel have that tracer ("function_graph")? */
bool tracing_has(const char *tracer);

/*
 * Has the function_graph tracer follow this process, and those it forks from
 * now on, from system calls and page faults down, through the functions that
 * migrating memory leads through.
 * Stopped until a child starts it. 0, or -1 with a fault.
 */
int tracing_graph(void);

/* The same for these tracepoints ("migrate/mm_migrate_pages", NULL-terminated); those that are not there are left out.
 */
int tracing_events(const char *const *events);

/* In the child: opens the switch, which the other two turn. 0, or -1 with a fault. */
int tracing_open(struct tracing *t);
void tracing_start(const struct tracing *t);
void tracing_stop(const struct tracing *t);

/* Empties the record. 0, or -1 with a fault. */
int tracing_forget(void);

/* How many events are in the record. NAN with a fault. */
double tracing_recorded(void);

/* What was recorded, as text; fclose() it. NULL with a fault. */
FILE *tracing_read(void);

/* Events that did not fit and were lost. NAN with a fault: nobody knows. */
double tracing_lost(void);

#endif
