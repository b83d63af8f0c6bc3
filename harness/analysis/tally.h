/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tally - of a point's repetitions, how many were left undisturbed, session by session
 *
 * A session speaks for a point when at least half of its repetitions, and no
 * fewer than TALLY_LEAST, carry no mark; of fewer than that, all of them (as
 * in a baseline, which holds one value a session). A point can be quoted when
 * at least half of its sessions speak for it; the others are left out then.
 */
#ifndef NODEHOP_TALLY_H
#define NODEHOP_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include "record/run.h"

#define TALLY_LEAST 3

struct tally_session {
	int session, last_rep;
	size_t taken;	     /* repetitions: no warm-ups, none that counted */
	size_t undisturbed;  /* of them without a mark */
	size_t contaminated; /* of them with that one */
};

struct tally {
	struct tally_session *session;
	size_t sessions;
};

/* Is it of a repetition that counted events, in place of being timed? */
bool tally_is_counters(const char *status);

/* Adds a sample; those of one repetition come one after the other. */
void tally_add(struct tally *t, const struct run_sample *sample);

bool tally_is_fit(const struct tally_session *s);
/* The same of a session by its number; false when the point has none of that number. */
bool tally_has_fit(const struct tally *t, int session);
size_t tally_fit_sessions(const struct tally *t);

/* May the point be quoted as undisturbed? True of one without repetitions. */
bool tally_is_enough(const struct tally *t);

/* Sums over all sessions. */
struct tally_session tally_sum(const struct tally *t);

/* The most repetitions that a session has. */
size_t tally_most(const struct tally *t);

void tally_free(struct tally *t);

#endif
