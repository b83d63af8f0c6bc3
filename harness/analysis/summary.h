/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * summary - the numbers of a run that may be quoted, of each point and metric
 *
 * The median of a point is the median over its sessions' medians. An interval
 * is one over sessions, so there is none below six of them: a session has a
 * spread (mad), never an interval.
 */
#ifndef NODEHOP_SUMMARY_H
#define NODEHOP_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include "analysis/stats.h"
#include "analysis/values.h"

/* NAN where the samples do not allow a number. */
struct summary {
	size_t n, sessions; /* samples, and sessions that have any */
	double median;
	struct interval interval;
	double mad;	   /* within a session: the median over sessions */
	double p90, p99;   /* over all samples */
	double between;	   /* sessions: (largest - smallest of their medians) / median; one has none */
	size_t n_all;	   /* samples, with what is marked */
	double median_all; /* the same median of those */
};

/* False when the point has no samples of that metric that may be quoted (n_all and median_all are there still), or memory is short. */
bool summary_of(const struct values *v, size_t point, size_t metric, struct summary *s);

/* By how much it scatters: the larger of mad/median and between. NAN for a single sample, or a median of 0. */
double summary_spread(const struct summary *s);

#endif
