/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * counters - events counted by name around a region, by PAPI
 *
 * PAPI is started once in the parent, and only when someone asks, because that
 * costs 25 to 150 million instructions; the events are opened in the child
 * that counts. Whether one can be counted is found out by counting: PAPI says
 * yes to presets on machines without any counter, and counts user mode only,
 * without a word, where it may not look into the kernel.
 */
#ifndef NODEHOP_COUNTERS_H
#define NODEHOP_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>

#define COUNTERS_MAX	  32
#define COUNTERS_SOFTWARE "PAGE-FAULTS,CONTEXT-SWITCHES,CPU-MIGRATIONS" /* every machine has them */

struct counter {
	char name[96];	 /* as PAPI knows it: PAPI_TOT_INS, PAGE-FAULTS, migrate:mm_migrate_pages */
	bool counted;	 /* it can be, here */
	bool scaled;	 /* counted part of the time and scaled up, as there are more events than counters */
	bool never_zero; /* instructions and cycles: 0 cannot be true */
	char why[240];	 /* why it cannot be counted */
};

struct counters {
	struct counter event[COUNTERS_MAX];
	size_t n;
};

/* Reads names with commas between. 0, or -1 with a fault (an empty name, one twice, more than COUNTERS_MAX). */
int counters_parse(struct counters *c, const char *names);

/* Starts PAPI and tries each event in a child. What cannot be counted gets its reason; that is no failure. */
void counters_probe(struct counters *c);

/* "migrate:mm_migrate_pages"; and what the kernel counts itself, without a counter of the CPU's. */
bool counter_is_tracepoint(const char *name);
bool counter_is_software(const char *name);

/* Is this reading to be doubted: 0 instructions, or 0 of an event whose turn at the counters may never have come? */
bool counter_is_doubtful(const struct counter *event, double value);

#endif
