/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * counter_sets - events (counters.h) open in PAPI, around a region
 */
#ifndef NODEHOP_COUNTER_SETS_H
#define NODEHOP_COUNTER_SETS_H

#include "instruments/counters.h"

struct counter_set {
	int id, component; /* PAPI's */
	bool scaled;
	size_t n, event[COUNTERS_MAX]; /* indexes into the counters */
};

/* What is open; all zeros before counters_open(). */
struct counter_sets {
	struct counter_set set[COUNTERS_MAX];
	size_t n;
};

/* In the child: opens those that can be counted, for this process and what it starts, in place of what was open. 0, or
 * -1 with a fault. */
int counters_open(struct counter_sets *sets, const struct counters *c);

/* Both return at once when nothing is open. */
void counters_start(struct counter_sets *sets);

/* Stops and stores a value for each event; NAN for those not counted. 0, or -1 with a fault. */
int counters_stop(struct counter_sets *sets, const struct counters *c, double *value);

void counter_sets_close(struct counter_sets *sets);

/* For counters_probe.c: adds the i-th event, and starts all. A return code of PAPI's. */
int counter_sets_add(struct counter_sets *sets, const struct counters *c, size_t i);
int counter_sets_start(struct counter_sets *sets);

#endif
