/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * clock_steps - costs so small that the clock's step is a large part of them
 *
 * 50 ns against 51 is 2 %, and no change. How coarse a clock is shows in what it measured: the least difference
 * between two samples of a run.
 */
#ifndef NODEHOP_CLOCK_STEPS_H
#define NODEHOP_CLOCK_STEPS_H

#include "analysis/values.h"

#define CLOCK_STEPS_LEAST 100 /* a cost of fewer never gates: one step is 1 % of it */

/* The clock's step in this run, in ns: at least 1. NAN for a run whose metrics are not in ns. */
double clock_step_ns(const struct values *v);

/* Median wall time of a repetition of the point, in steps. NAN where it was not measured in ns. */
double clock_steps(const struct values *v, size_t point, double step_ns);

#endif
