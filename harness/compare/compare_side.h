/* SPDX-License-Identifier: GPL-2.0-or-later */
/* compare_side - what one side of a comparison measured of a point and metric, session by session */
#ifndef NODEHOP_COMPARE_SIDE_H
#define NODEHOP_COMPARE_SIDE_H

#include "analysis/values.h"
#include "record/run.h"

struct measured_side {
	const struct run *run;
	struct values *values;
	double step_ns;	   /* of its clock */
	size_t skip, take; /* sessions, by their place in the run; 0, 0: all */
};

/* The session medians of one point and metric on one side, and the places of those sessions among the side's. */
struct medians {
	double *value;
	size_t *place;
	size_t n;
};

/*
 * Of the sessions that this side is to use; of an exact metric, of all. Empty where point or metric is -1, or memory is
 * short. Free with medians_free.
 */
struct medians side_medians(const struct measured_side *side, long point, long metric);

void medians_free(struct medians *m);

/* Scatter within a session (MAD), over all sessions of the side; NAN: none. */
double side_mad(const struct measured_side *side, long point, long metric);

bool side_has_samples(const struct measured_side *side, long point, long metric);

#endif
