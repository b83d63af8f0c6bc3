/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * session - one process tree that measures the points of a plan, once each
 *
 * The order is random by the seed and balanced: an odd seed runs the order of
 * the even seed before it backwards, so that over such a pair every point
 * stands in the middle on average.
 */
#ifndef NODEHOP_SESSION_H
#define NODEHOP_SESSION_H

#include "engine/plan.h"
#include "engine/trial.h"
#include "record/reclog.h"

struct counters;

struct session {
	const struct plan *plan;
	const struct machine *machine;
	struct reclog *log;
	int number; /* 1, 2, ... in its run */
	unsigned long seed;
	enum profile profile;
	bool tune;		 /* set what points need; false: settings stay as they are */
	bool allow_load;	 /* mark no sample for what else the machine does */
	const json_t *env;	 /* {"hard": {}, "soft": {}} */
	json_t *argv;		 /* what the user typed, a word each */
	struct counters *events; /* to count when all points are timed (counting.h); NULL for none */
	/* Called after each point, the done-th, with its outcome and the reason for it; NULL for none. */
	void (*progress)(const struct session *s, size_t done, const struct point *point, enum outcome outcome,
			 const char *reason);
};

/*
 * Measures, appending records to the log as they come (record/reclog.h). Ends
 * early when a signal was noted (base/interrupt.h); then the end record says
 * complete: false. 0, or -1 with a fault (disk or channel full).
 */
int session_run(const struct session *session);

/*
 * Appends only what a session begins with: begin, env, topology, metrics and
 * points. For a guest that never came to do so itself. As session_run.
 */
int session_describe(const struct session *session);

/* For those who repeat points after they were timed: a later outcome replaces an earlier one. With the settings that the
 * point was measured under. As session_run. */
int session_append_outcome(const struct session *s, const struct point *p, enum outcome o, const char *reason,
			   const char *detail);

#endif
