/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * session_log - a session, and what it writes to its log
 *
 * The records are those of record/reclog.h. Each function appends some of
 * them: 0, or -1 with a fault (disk or channel full).
 */
#ifndef NODEHOP_SESSION_LOG_H
#define NODEHOP_SESSION_LOG_H

#include "plan/plan.h"
#include "engine/trial.h"
#include "record/reclog.h"

struct counters;
struct instruments;

struct session {
	const struct plan *plan;
	const struct machine *machine;
	struct reclog *log;
	int number; /* 1, 2, ... in its run */
	unsigned long seed;
	enum profile profile;
	bool tune;			 /* set what points need; false: settings stay as they are */
	bool allow_load;		 /* mark no sample for what else the machine does */
	bool has_functions;		 /* its instructions are told by function, which the guest does not know of */
	const json_t *env;		 /* {"hard": {}, "soft": {}} */
	json_t *argv;			 /* what the user typed, a word each */
	struct counters *events;	 /* to count when all points are timed (counting.h); NULL for none */
	struct instruments *instruments; /* session_run()'s own */
	/* Called after each point, the done-th, with its outcome and the reason for it; NULL for none. */
	void (*progress)(const struct session *s, size_t done, const struct point *point, enum outcome outcome,
			 const char *reason);
};

/*
 * What a session begins with: begin, env, topology, metrics and points. Also
 * for a guest that never came to append it itself.
 */
int session_describe(const struct session *session);

/* The samples of a trial of the point, measured as the order-th. */
int session_append_samples(const struct session *s, size_t order, const struct point *p, const struct trial_result *r);

/*
 * How the point ended, and the settings that it was measured under. For those
 * who repeat points after they were timed: a later outcome replaces an earlier.
 */
int session_append_outcome(const struct session *s, const struct point *p, enum outcome o, const char *reason,
			   const char *detail);

#endif
