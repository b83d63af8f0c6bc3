/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * margin - how large a ratio between two sides that are equal has been seen to get
 *
 * Both take the session medians of an A/A measurement, label by label, and
 * return log ratios. On hardware chance is the sign test's business, and the
 * floor is what is left when it has averaged out. In counted mode a session's
 * perturbation shifts a point for the whole session, on every seed alike, and
 * no number of sessions makes that smaller: the floor is the largest ratio
 * between any session of one label and any of the other.
 */
#ifndef NODEHOP_MARGIN_H
#define NODEHOP_MARGIN_H

#include <stdbool.h>
#include <stddef.h>

/* A/A floor of a point: log ratio. `is_counted`: the metric's class. Counts must be equal on hardware. NAN without
 * values. */
double margin_floor(bool is_counted, const double *a, size_t a_n, const double *b, size_t b_n);

/* The smallest margin of a class, where no floor is known. */
double margin_least(bool is_counted);

/* max(least, twice the floor). */
double margin_from_floor(bool is_counted, double floor);

/*
 * The margin against a side A whose own sessions lie apart: of a counted
 * metric, no smaller than the largest ratio between any two of them. What lies
 * between sessions of B only does not widen it: it may be the change. On hardware
 * the interval says what scatter between sessions leaves to know, and more of
 * them make it smaller; there the margin stays.
 */
double margin_widen(bool is_counted, double margin, const double *a, size_t a_n);

/* What `pass` tolerates unless the gate file says otherwise. */
double margin_default_bound(bool is_counted);

/* Above this margin a counted point is advisory: it cannot see what a gate is for. */
#define MARGIN_ADVISORY_COUNTED 0.01

/* ln(b/a) of each pair, with the sign turned where higher is better: positive is worse. Returns how many have both
 * values above 0. */
size_t margin_ratios(const double *a, const double *b, size_t pairs, bool higher_is_better, double *ratio);

#endif
