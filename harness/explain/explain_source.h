/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain_source - ways to see where the kernel spends its time, the best first */
#ifndef NODEHOP_EXPLAIN_SOURCE_H
#define NODEHOP_EXPLAIN_SOURCE_H

#include "analysis/explanation.h"
#include "bench.h"

/* What the repetitions did, in memory shared with their child. */
struct explained {
	unsigned repetitions;
	uint64_t wall_ns, cpu_ns; /* of the calling thread */
	struct measured m;	  /* sums */
	double entry_us;	  /* what looking at one entry into a function costs */
};

struct explain_source {
	const char *name;
	unsigned repetitions;
	/* Can it be used here? 0, or -1 with a fault. */
	int (*usable)(void);
	/* In the parent, before the child is forked, after knobs_mark(). 0, or -1 with a fault. */
	int (*prepare)(void);
	/* In the child: once; and around each repetition. 0, or -1 with a fault. */
	int (*open)(struct explained *seen);
	void (*begin)(void);
	int (*end)(void);
	double unit_ns; /* a weight of the breakdown, in nanoseconds */
	/*
	 * In the parent, when the child is gone: fills the breakdown, and says in the record what it rests on ("basis")
	 * and what is missing. 0, or -1 with a fault.
	 */
	int (*collect)(const struct explained *seen, struct breakdown *p, json_t *record);
};

extern const struct explain_source explain_samples, explain_graph, explain_events, explain_counters;

/* By name. NULL with a fault: no such name, or it cannot be used here. */
const struct explain_source *explain_named_source(const char *name);

/* The best that can be used here; there is always one. */
const struct explain_source *explain_best_source(void);

/* Notes in the record that so many events are missing (0: nothing to note), or that nobody knows (NAN, with a fault). */
void explain_note_lost(json_t *record, double events);

#endif
