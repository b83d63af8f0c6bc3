/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * values - the samples of a run, by point and metric
 *
 * Only what may be quoted is kept: warm-ups and metrics of class untimed stay
 * on disk, and so do samples that are marked with anything but ok or counters,
 * and those of sessions in which too few are left (tally.h), where others are
 * not like that. What is marked is at hand beside it: values_all().
 */
#ifndef NODEHOP_VALUES_H
#define NODEHOP_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include "analysis/tally.h"
#include "record/run.h"

/* One point's samples of one metric, in the order of the file: one session after the other. */
struct series {
	double *value;
	int *session;
	size_t n;
	bool counters; /* from repetitions of their own, which take no time that could be disturbed */
};

struct values {
	const struct run *run;
	struct series *series; /* of point p and metric m: [p * run->metrics + m] */
	struct series *all;    /* the same, with what is marked */
	struct tally *tally;   /* of point p */
};

/* Streams the run's samples into memory; the run must outlive the result. NULL with a fault. */
struct values *values_load(const struct run *run);

const struct series *values_of(const struct values *v, size_t point, size_t metric);
const struct series *values_all(const struct values *v, size_t point, size_t metric);

/*
 * The median of values of a metric. That of a rate is the rate of the median
 * cost: between two values it is not their mean, which would be the rate of
 * neither. NAN of none, or when memory is short.
 */
double values_median(const struct run_metric *metric, const double *value, size_t n);

/*
 * The median of each session that has samples, in the order of sessions.
 * Returns their count. `median` and `session` have room for as many as the
 * series has samples; session may be NULL.
 */
size_t values_medians(const struct values *v, size_t point, size_t metric, double *median, int *session);

/* The median over sessions of each session's median, with what is marked. NAN without samples. */
double values_median_of_all(const struct values *v, size_t point, size_t metric);

void values_free(struct values *v);

#endif
