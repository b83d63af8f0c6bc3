/* SPDX-License-Identifier: GPL-2.0-or-later */
/* model_internal - what the files that make a cost model share */
#ifndef NODEHOP_MODEL_INTERNAL_H
#define NODEHOP_MODEL_INTERNAL_H

#include "analysis/model.h"

/* A point that tells what moving costs. */
struct candidate {
	size_t point;
	bool path;		   /* its time is the path of its folios, and not all that was executed */
	struct observation o;	   /* medians over sessions */
	char *benchmark, *mapping; /* as in struct model */
	char pair[24];
	double folio_bytes;
	double *session_time; /* the median of each of the run's sessions; NAN where it has none */
};

/*
 * The candidates of a run, at most one per point, into `c`. Returns their count.
 * *sessions: how long each session_time is.
 */
size_t observe_points(const struct values *v, struct candidate *c, size_t *sessions);

void observe_free(struct candidate *c, size_t n);

/* Fits points as seen in some sessions: the times are those in `time`, a point without one is left out. False: cannot be fitted. */
bool model_fit_times(const struct candidate *c, size_t n, const double *time, unsigned terms, double *value,
		     double *residual);

/* The intervals of a fitted model, by resampling sessions, into m->lo and m->hi. */
void model_bound(const struct candidate *c, size_t n, size_t sessions, struct model *m);

#endif
