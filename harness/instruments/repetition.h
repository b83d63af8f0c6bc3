/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * repetition - what is known of one repetition of a point: as the child leaves it in shared memory
 */
#ifndef NODEHOP_REPETITION_H
#define NODEHOP_REPETITION_H

#include "bench.h"
#include "instruments/cpu_mark.h"

/* What every timed repetition has; beside these stand what instruments saw, and the benchmark's own metrics. */
enum standard_metric {
	M_WALL,
	M_CPU,
	M_PAGE,
	M_ASKED,
	M_CALL,
	M_RATE,
	M_PAGES_ASKED,
	M_PAGES_MOVED,
	M_PAGES_LEFT,
	M_CALLS,
	M_FOLIOS,
	M_TRAIN,
	STANDARD_METRICS,
};

#define SEEN_MAX 128 /* values of all instruments together; tests/unit/instruments.c adds them up */

/* What the readings around the region differ by themselves, on a loaded machine. */
#define READINGS_NS 2000

/* NAN is "not there". */
struct repetition {
	bool warmup;
	double wall, cpu; /* of all runs of the train, in clock units */
	double standard[STANDARD_METRICS];
	double seen[SEEN_MAX]; /* by instruments: instruments_at() */
	double own[METRICS_MAX];
	struct status_count left[STATUS_KINDS];
	struct series_point series[SERIES_POINTS_MAX];
	size_t series_points;

	/* what the parent judges it by: engine/disturbance.h */
	const char *status; /* "ok", or what the sample is marked with; set by the parent */
	const char
		*contamination_cause; /* of the pages that others migrated, see contamination.c; NULL: not looked at */
	double misplaced_pages;	      /* moved by the kernel itself, when ours were not where they belong; else 0 */
	struct load_mark before, after; /* of the timed region, on hardware */
	double queued_ns; /* of it, that the calling thread waited for a CPU; NAN where the kernel does not say */
	double sleeps;	  /* times that it went off the CPU by itself */
};

/* Of all runs of the train. */
static inline double repetition_wall_ns(const struct repetition *r)
{
	return r->standard[M_WALL] * r->standard[M_TRAIN];
}

static inline double repetition_off_cpu_ns(const struct repetition *r)
{
	return repetition_wall_ns(r) - r->standard[M_CPU] * r->standard[M_TRAIN];
}

#endif
