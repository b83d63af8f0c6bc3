// SPDX-License-Identifier: GPL-2.0-or-later
/* stats - medians, quantiles, exact tests and corrections; knows nothing of runs */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "analysis/stats.h"

double stats_median(double *values, size_t n)
{
	return n ? gsl_stats_median(values, 1, n) : NAN;
}

double stats_median_high(double *values, size_t n)
{
	gsl_sort(values, 1, n);
	return n ? values[n / 2] : NAN;
}

double stats_mad(const double *values, size_t n, double *work)
{
	return n ? gsl_stats_mad0(values, 1, n, work) : NAN;
}

double stats_quantile(const double *sorted, size_t n, double q)
{
	return n ? gsl_stats_quantile_from_sorted_data(sorted, 1, n, q) : NAN;
}

/* The greatest of n values must lie above the quantile but for (1 - confidence) / 2 of the time: q^n is small enough.
 */
size_t stats_quantile_needs(double q, double confidence)
{
	return (size_t)ceil(log((1 - confidence) / 2) / log(q));
}

/* P that fewer than `rank` of n values lie below the median. */
static double below_median(size_t rank, size_t n)
{
	return rank ? gsl_cdf_binomial_P((unsigned)rank - 1, 0.5, (unsigned)n) : 0;
}

bool stats_median_interval(const double *sorted, size_t n, double confidence, struct interval *interval)
{
	size_t rank = 0; /* from 1; 0: not even the whole range is enough */

	while (rank < n / 2 && 1 - 2 * below_median(rank + 1, n) >= confidence)
		rank++;
	if (!rank)
		return false;
	*interval = (struct interval){
		.lo = sorted[rank - 1],
		.hi = sorted[n - rank],
		.coverage = 1 - 2 * below_median(rank, n),
	};
	return true;
}

double stats_sign_p(size_t above, size_t n, enum tail tail)
{
	double few = gsl_cdf_binomial_P((unsigned)above, 0.5, (unsigned)n);
	double many = above ? gsl_cdf_binomial_Q((unsigned)above - 1, 0.5, (unsigned)n) : 1;

	if (tail == TAIL_BOTH)
		return fmin(1, 2 * fmin(few, many));
	return tail == TAIL_LESS ? few : many;
}

size_t stats_sign_threshold(size_t n, double alpha)
{
	size_t above = n / 2 + 1;

	while (above <= n && stats_sign_p(above, n, TAIL_BOTH) > alpha)
		above++;
	return above;
}

size_t stats_sign_needs(size_t tests, double alpha)
{
	size_t n = 1;

	while (stats_sign_p(n, n, TAIL_BOTH) * (double)tests > alpha)
		n++;
	return n;
}

/* Twice the mid-ranks (ties share one), which are whole numbers. Returns their sum over b. */
static size_t double_ranks(const double *values, size_t a_n, size_t n, const size_t *order, size_t *rank2)
{
	size_t sum = 0;

	for (size_t i = 0, j; i < n; i = j) {
		for (j = i; j < n && values[order[j]] == values[order[i]]; j++)
			;
		for (size_t k = i; k < j; k++) {
			rank2[k] = i + 1 + j;
			sum += order[k] >= a_n ? rank2[k] : 0;
		}
	}
	return sum;
}

/* ways[k][s]: how many choices of k of the ranks add up to s; one row of `width` for each k. */
static void count_ways(double *ways, size_t width, const size_t *rank2, size_t n, size_t choose)
{
	ways[0] = 1;
	for (size_t i = 0; i < n; i++)
		for (size_t k = i < choose ? i + 1 : choose; k > 0; k--)
			for (size_t s = width - 1; s >= rank2[i]; s--)
				ways[k * width + s] += ways[(k - 1) * width + s - rank2[i]];
}

static double share_of_ways(const double *ways, size_t width, size_t sum, enum tail tail)
{
	double all = 0, less = 0, greater = 0;

	for (size_t s = 0; s < width; s++) {
		all += ways[s];
		less += s <= sum ? ways[s] : 0;
		greater += s >= sum ? ways[s] : 0;
	}
	if (tail == TAIL_BOTH)
		return fmin(1, 2 * fmin(less, greater) / all);
	return (tail == TAIL_LESS ? less : greater) / all;
}

double stats_mann_whitney_p(const double *a, size_t a_n, const double *b, size_t b_n, enum tail tail)
{
	size_t n = a_n + b_n, width = n * (n + 1) + 1, sum;
	double *values = xmalloc(n * sizeof(*values)), *ways = xcalloc((b_n + 1) * width, sizeof(*ways));
	size_t *order = xmalloc(n * sizeof(*order)), *rank2 = xmalloc(n * sizeof(*rank2));
	double p = NAN;

	if (a_n && b_n) {
		memcpy(values, a, a_n * sizeof(*a));
		memcpy(values + a_n, b, b_n * sizeof(*b));
		gsl_sort_index(order, values, 1, n);
		sum = double_ranks(values, a_n, n, order, rank2);
		count_ways(ways, width, rank2, n, b_n);
		p = share_of_ways(ways + b_n * width, width, sum, tail);
	}
	free(values);
	free(ways);
	free(order);
	free(rank2);
	return p;
}

void stats_holm(const double *p, size_t n, double *adjusted, size_t *order)
{
	double least = 0;

	gsl_sort_index(order, p, 1, n);
	for (size_t i = 0; i < n; i++) {
		least = fmax(least, fmin(1, p[order[i]] * (double)(n - i)));
		adjusted[order[i]] = least;
	}
}

/*
 * Share of the values of either sign that a shift carries beyond the margin, strictly. The shift is what is compared:
 * added to a value it is rounded, and a small one would be lost in it.
 */
static double share_beyond(const double *null, size_t null_n, double margin, double shift)
{
	size_t beyond = 0;

	for (size_t i = 0; i < null_n; i++)
		beyond += (shift > margin - null[i]) + (shift > margin + null[i]);
	return (double)beyond / (double)(2 * null_n);
}

static double power_at(const double *null, size_t null_n, double margin, size_t n, size_t threshold, double shift)
{
	double q = share_beyond(null, null_n, margin, shift);

	return threshold ? gsl_cdf_binomial_Q((unsigned)threshold - 1, q, (unsigned)n) : 1;
}

/* Power rises only where a value crosses the margin: those shifts are the only candidates. */
double stats_detectable(const double *null, size_t null_n, double margin, size_t n, size_t threshold, double power)
{
	double least = INFINITY;

	if (threshold > n)
		return INFINITY;
	for (size_t i = 0; i < 2 * null_n; i++) {
		double value = null[i / 2] * (i % 2 ? -1 : 1);
		double shift = nextafter(margin - value, INFINITY);

		if (shift < least && power_at(null, null_n, margin, n, threshold, shift) >= power)
			least = shift;
	}
	return least;
}
