/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * values - the samples of a run, by point and metric
 *
 * Only what may be quoted is kept: warm-ups, samples that are marked with
 * anything but ok or counters, and metrics of class untimed stay on disk.
 */
#ifndef NODEHOP_VALUES_H
#define NODEHOP_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include "record/run.h"

/* One point's samples of one metric, in the order of the file: one session after the other. */
struct series {
	double *value;
	int *session;
	size_t n, room;
};

struct values {
	const struct run *run;
	struct series *series; /* of point p and metric m: [p * run->metrics + m] */
	bool short_of_memory;
};

/* Streams the run's samples into memory; the run must outlive the result. NULL with a fault. */
struct values *values_load(const struct run *run);

const struct series *values_of(const struct values *v, size_t point, size_t metric);

/*
 * The median of each session that has samples, in the order of sessions.
 * Returns their count. `median` and `session` have room for as many as the
 * series has samples; session may be NULL.
 */
size_t values_medians(const struct values *v, size_t point, size_t metric, double *median, int *session);

void values_free(struct values *v);

#endif
