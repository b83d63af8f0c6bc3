// SPDX-License-Identifier: GPL-2.0-or-later
/* promise - the smallest change of each point that a gate on hardware finds, from the scatter in its A/A record */
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "analysis/stats.h"
#include "base/fault.h"
#include "judging/promise.h"

#define MARGIN_LEAST 0.02  /* what a build's layout has been seen to do, with room */
#define BUILDS	     4	   /* a margin covers this many sd between builds, */
#define SCREENS	     2	   /* and this many standard errors of the screen */
#define SURE	     2	   /* a catch lies this many standard errors above what must be exceeded */
#define SHOWN	     0.25  /* builds differ where they add this much to the variance of a part's means */
#define PRIOR_DF     6	   /* that a point borrows from the typical one */
#define COMMON	     0.75  /* take the machine out where that leaves less of the typical variance */
#define SD_LEAST     0.001 /* medians that repeat to the digit still have a clock */
#define HOLM_GUESS   5	   /* points flagged together, for what a test must exceed */

/* Fits of all parts, of one kind of ratio: plain or centred. */
struct fits {
	size_t parts, points;
	double *mean;	  /* of point p in part k: mean[k * points + p] */
	double *variance; /* pooled over the parts, for each point; NAN where a part lacks it */
	double *df;	  /* of that */
};

static void fits_free(struct fits *f)
{
	free(f->mean);
	free(f->variance);
	free(f->df);
}

static void fits_make(struct fits *f, size_t parts, size_t points)
{
	*f = (struct fits){ parts, points, xcalloc(parts * points + 1, sizeof(double)),
			    xcalloc(points + 1, sizeof(double)), xcalloc(points + 1, sizeof(double)) };
}

static void add_part(struct fits *f, size_t k, const struct pairs *part)
{
	for (size_t p = 0; p < f->points; p++) {
		struct fit fit = pairs_fit(part, p);

		f->mean[k * f->points + p] = fit.mean;
		f->variance[p] += fit.variance * fit.df;
		f->df[p] += fit.df;
	}
}

static void pool_parts(struct fits *f)
{
	for (size_t p = 0; p < f->points; p++)
		f->variance[p] /= f->df[p];
}

static size_t degrees(const struct pairs *part, size_t parts)
{
	size_t df = 0;

	for (size_t k = 0; k < parts; k++)
		df += part[k].n - 2;
	return df;
}

static void add_both(struct fits *plain, struct fits *centred, size_t k, const struct pairs *part)
{
	struct pairs relative;

	pairs_centre(&relative, part, NULL, 0);
	add_part(plain, k, part);
	add_part(centred, k, &relative);
	pairs_free(&relative);
}

static void fit_parts(struct fits *plain, struct fits *centred, const struct pairs *part, size_t parts)
{
	fits_make(plain, parts, part->points);
	fits_make(centred, parts, part->points + 1);
	for (size_t k = 0; k < parts; k++)
		add_both(plain, centred, k, &part[k]);
	pool_parts(plain);
	pool_parts(centred);
}

/* Of those that are numbers; NAN of none. `work` has room for n. */
static double median_of_numbers(const double *value, size_t n, double *work)
{
	size_t numbers = 0;

	for (size_t i = 0; i < n; i++)
		if (!isnan(value[i]))
			work[numbers++] = value[i];
	return stats_median(work, numbers);
}

/* Squares of the parts' means about what all points of a part share, averaged; a few points have no such thing. */
static double square_of_means(const struct fits *f, size_t points, double *work)
{
	double sum = 0;
	size_t n = 0;

	for (size_t k = 0; k < f->parts; k++) {
		const double *mean = f->mean + k * f->points;
		double shared = points < NOISY_FEW ? 0 : median_of_numbers(mean, points, work);

		for (size_t p = 0; p < points; p++)
			if (!isnan(mean[p])) {
				sum += (mean[p] - shared) * (mean[p] - shared);
				n++;
			}
	}
	return n ? sum / (double)n : 0;
}

static double mean_variance(const struct fits *f, size_t points)
{
	double sum = 0;
	size_t n = 0;

	for (size_t p = 0; p < points; p++)
		if (!isnan(f->variance[p])) {
			sum += f->variance[p];
			n++;
		}
	return n ? sum / (double)n : 0;
}

/* Pairs of a part, on average. */
static double pairs_a_part(const struct pairs *part, size_t parts)
{
	double n = 0;

	for (size_t k = 0; k < parts; k++)
		n += (double)part[k].n / (double)parts;
	return n;
}

static double between_builds(const struct fits *f, size_t points, double pairs, double *work)
{
	double within = mean_variance(f, points) / pairs, between = square_of_means(f, points, work) - within;

	return between > SHOWN * within ? sqrt(between) : 0;
}

/* A point's own variance, drawn towards the typical one; the machine is like no point. */
static void set_sd(struct promise *promise, const struct fits *f, double df, double *work)
{
	double typical = median_of_numbers(f->variance, promise->points, work) * df / gsl_cdf_chisq_Pinv(0.5, df);

	for (size_t p = 0; p < f->points; p++) {
		double variance = f->variance[p];

		if (p < promise->points)
			variance = (df * variance + PRIOR_DF * typical) / (df + PRIOR_DF);
		promise->sd[p] = isnan(variance) ? NAN : fmax(sqrt(variance), SD_LEAST);
	}
	promise->df = df + PRIOR_DF;
}

static void set_margins(struct promise *promise, size_t rows, const struct promise_terms *terms)
{
	double between = promise->between, floor = fmax(MARGIN_LEAST, BUILDS * between);
	double t = gsl_cdf_tdist_Qinv(terms->alpha / HOLM_GUESS, (double)terms->confirm - 2);

	for (size_t p = 0; p < rows; p++) {
		double screened = promise->sd[p] / sqrt((double)terms->screen);
		double fresh = promise->sd[p] / sqrt((double)terms->confirm);
		double margin = hypot(floor, SCREENS * screened);

		promise->margin[p] = margin;
		promise->catches[p] = fmax(margin + SURE * hypot(screened, between),
					   NOISY_NOUGHT + t * fresh + SURE * hypot(fresh, between));
	}
}

static void set_all(struct promise *promise, const struct fits *plain, const struct fits *centred,
		    const struct pairs *part, size_t parts, const struct promise_terms *terms)
{
	double *work = xmalloc((promise->points + 1) * sizeof(*work));
	size_t points = promise->points;
	const struct fits *f;

	promise->common = points >= NOISY_FEW && median_of_numbers(centred->variance, points, work) <
							 COMMON * median_of_numbers(plain->variance, points, work);
	f = promise->common ? centred : plain;
	set_sd(promise, f, (double)degrees(part, parts), work);
	promise->between = between_builds(f, points, pairs_a_part(part, parts), work);
	set_margins(promise, f->points, terms);
	free(work);
}

void promise_make(struct promise *promise, const struct pairs *part, size_t parts, const struct promise_terms *terms)
{
	struct fits plain = { 0 }, centred = { 0 };
	size_t rows = part->points + 1;

	*promise = (struct promise){ .points = part->points,
				     .margin = xcalloc(rows, sizeof(double)),
				     .sd = xcalloc(rows, sizeof(double)),
				     .catches = xcalloc(rows, sizeof(double)) };
	fit_parts(&plain, &centred, part, parts);
	set_all(promise, &plain, &centred, part, parts, terms);
	fits_free(&plain);
	fits_free(&centred);
}

void promise_free(struct promise *promise)
{
	free(promise->margin);
	free(promise->sd);
	free(promise->catches);
	*promise = (struct promise){ 0 };
}
