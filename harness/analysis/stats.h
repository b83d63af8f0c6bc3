/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stats - the statistics of every table, verdict and plan; nothing assumes a normal distribution
 *
 * "sorted" arguments ascend. Arguments named `values` may be reordered. No
 * function allocates but stats_mann_whitney; NANs must be sieved out before.
 */
#ifndef NODEHOP_STATS_H
#define NODEHOP_STATS_H

#include <stdbool.h>
#include <stddef.h>

#define CONFIDENCE 0.95 /* asked of every interval that is printed */

enum tail { TAIL_LESS, TAIL_GREATER, TAIL_BOTH };

struct interval {
	double lo, hi;
	double coverage; /* what the order statistics attain: at least what was asked */
};

/* NAN of none. Reorders values. */
double stats_median(double *values, size_t n);

/* The upper of the two where n is even: a value that was measured, not one between. NAN of none. Reorders values. */
double stats_median_high(double *values, size_t n);

/* Median absolute distance from the median, unscaled. `work` holds n doubles. NAN of none. */
double stats_mad(const double *values, size_t n, double *work);

/* Quantile q in 0..1, linear between order statistics. NAN of none. */
double stats_quantile(const double *sorted, size_t n, double q);

/* Values needed before a two-sided interval of quantile q (above 0.5) exists at this confidence. */
size_t stats_quantile_needs(double q, double confidence);

/*
 * Narrowest symmetric pair of order statistics that holds the median with at
 * least this confidence. False (and nothing stored) when n is too small.
 */
bool stats_median_interval(const double *sorted, size_t n, double confidence, struct interval *interval);

/* P of seeing as many as `above` (TAIL_GREATER), as few (TAIL_LESS) or as odd a count among n fair coins. */
double stats_sign_p(size_t above, size_t n, enum tail tail);

/* Least count of n fair coins whose two-sided p is at most alpha; n + 1 when none is. */
size_t stats_sign_threshold(size_t n, double alpha);

/* Least n at which the two-sided sign test can reject `tests` hypotheses at once under Holm. */
size_t stats_sign_needs(size_t tests, double alpha);

/*
 * Exact p that values of b come from where those of a do. TAIL_GREATER: b tends to be greater.
 * Ties share ranks; the distribution is that of all relabellings. NAN when either is empty or memory is short.
 */
double stats_mann_whitney_p(const double *a, size_t a_n, const double *b, size_t b_n, enum tail tail);

/* Holm's step-down: p values adjusted for n tests, in the order given. `order` holds n indexes of work space. */
void stats_holm(const double *p, size_t n, double *adjusted, size_t *order);

/*
 * Least shift s, in the unit of `null`, that a test of n values finds with
 * probability `power`: it must see at least `threshold` of n values beyond
 * `margin`, where values are drawn from those seen with nothing changed
 * (`null`; either sign counts, the labels were alike), moved by s.
 * INFINITY when threshold is above n.
 */
double stats_detectable(const double *null, size_t null_n, double margin, size_t n, size_t threshold, double power);

#endif
