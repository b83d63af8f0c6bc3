// SPDX-License-Identifier: GPL-2.0-or-later
/* pairs - fits the pairs of sessions of many points: the change, its error, what all points share */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "analysis/stats.h"
#include "base/fault.h"
#include "judging/pairs.h"

#define ENOUGH 0.5 /* share of the pairs that a point must have */

void pairs_make(struct pairs *pairs, size_t points, size_t n)
{
	*pairs = (struct pairs){ points, n, xmalloc((points * n + 1) * sizeof(double)), xcalloc(n + 1, sizeof(bool)) };
	for (size_t i = 0; i < points * n; i++)
		pairs->ratio[i] = NAN;
}

void pairs_free(struct pairs *pairs)
{
	free(pairs->ratio);
	free(pairs->b_first);
	*pairs = (struct pairs){ 0 };
}

/* 1 where B came second, -1 where it came first. */
static double sign(const struct pairs *pairs, size_t i)
{
	return pairs->b_first[i] ? -1 : 1;
}

struct sums {
	double n, signs, ratio, signed_ratio;
};

static struct sums add_up(const struct pairs *pairs, const double *ratio)
{
	struct sums s = { 0 };

	for (size_t i = 0; i < pairs->n; i++) {
		if (isnan(ratio[i]))
			continue;
		s.n++;
		s.signs += sign(pairs, i);
		s.ratio += ratio[i];
		s.signed_ratio += sign(pairs, i) * ratio[i];
	}
	return s;
}

/* ratio = mean + sign * order, by least squares. */
struct fit pairs_fit(const struct pairs *pairs, size_t point)
{
	const double *ratio = pairs->ratio + point * pairs->n;
	struct sums s = add_up(pairs, ratio);
	double det = s.n * s.n - s.signs * s.signs, mean, order, squares = 0;

	if (s.n < ENOUGH * (double)pairs->n || s.n < 3 || !(det > 0))
		return (struct fit){ NAN, NAN, NAN, NAN };
	mean = (s.n * s.ratio - s.signs * s.signed_ratio) / det;
	order = (s.n * s.signed_ratio - s.signs * s.ratio) / det;
	for (size_t i = 0; i < pairs->n; i++) {
		double rest = ratio[i] - mean - sign(pairs, i) * order;

		squares += isnan(rest) ? 0 : rest * rest;
	}
	return (struct fit){ mean, squares / (s.n - 2), s.n - 2, det / s.n };
}

/* `work` has room for all points. */
static double median_of_pair(const struct pairs *pairs, size_t i, const size_t *reference, size_t references,
			     double *work)
{
	size_t n = 0;

	for (size_t k = 0; k < (references ? references : pairs->points); k++) {
		double ratio = pairs->ratio[(references ? reference[k] : k) * pairs->n + i];

		if (!isnan(ratio))
			work[n++] = ratio;
	}
	return stats_median(work, n);
}

void pairs_centre(struct pairs *centred, const struct pairs *pairs, const size_t *reference, size_t references)
{
	double *work = xmalloc((pairs->points + 1) * sizeof(*work));
	size_t n = pairs->n;

	pairs_make(centred, pairs->points + 1, n);
	memcpy(centred->b_first, pairs->b_first, n * sizeof(bool));
	for (size_t i = 0; i < n; i++) {
		double machine = median_of_pair(pairs, i, reference, references, work);

		for (size_t p = 0; p < pairs->points; p++)
			centred->ratio[p * n + i] = pairs->ratio[p * n + i] - machine;
		centred->ratio[pairs->points * n + i] = machine;
	}
	free(work);
}
