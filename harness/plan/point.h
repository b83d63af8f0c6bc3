/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * point - a benchmark with one value of every axis, and how often each profile repeats it
 */
#ifndef NODEHOP_POINT_H
#define NODEHOP_POINT_H

#include "bench.h"
#include "machine/facts.h"

struct point {
	const struct benchmark *benchmark;
	char *key; /* "move_pages size=1m batch=512 pair=0:1 page=base" */
	void *params;
	enum outcome outcome; /* OK: to be measured; else what the machine or mode lacks */
	char *reason, *detail;
};

/* "quick", "gate", "standard"; -1 with a fault. */
int profile_parse(const char *text, enum profile *profile);
const char *profile_name(enum profile profile);

/* Repetitions a point gets in that profile, beside the warm-ups. */
unsigned profile_repetitions(enum profile profile);

/* The same for this point, whose benchmark may ask for fewer (and then has no warm-ups). */
unsigned point_repetitions(const struct point *point, enum profile profile);
unsigned point_warmups(const struct point *point);

#define WARMUPS		2 /* kept and marked */
#define REPETITIONS_MAX 15

/* The size axis of a benchmark's point in bytes, 0 when it has none. */
size_t point_size_bytes(const struct point *point);

/* Where its axis of callers has the calling thread run: a node; -1 anywhere, -2 when the machine has no such node. */
int point_caller_node(const struct point *point, const struct machine *m);

/* The benchmark's axis of that type, or NULL. */
const struct axis *benchmark_axis(const struct benchmark *b, enum axis_type type);

#endif
