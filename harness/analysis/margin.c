// SPDX-License-Identifier: GPL-2.0-or-later
/* margin - the margin of a point, from the ratios of sides that were equal */
#include <math.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "analysis/margin.h"
#include "analysis/stats.h"

static double largest_ratio(const double *a, size_t a_n, const double *b, size_t b_n)
{
	double largest = NAN;

	for (size_t i = 0; i < a_n; i++)
		for (size_t j = 0; j < b_n; j++)
			if (a[i] > 0 && b[j] > 0)
				largest = fmax(largest, fabs(log(b[j] / a[i])));
	return largest;
}

static double median_ratio(const double *a, const double *b, size_t pairs)
{
	double *ratio = xmalloc((pairs + 1) * sizeof(*ratio));
	double median = fabs(stats_median(ratio, margin_ratios(a, b, pairs, false, ratio)));

	free(ratio);
	return median;
}

double margin_floor(bool is_counted, const double *a, size_t a_n, const double *b, size_t b_n)
{
	return is_counted ? largest_ratio(a, a_n, b, b_n) : median_ratio(a, b, a_n < b_n ? a_n : b_n);
}

double margin_least(bool is_counted)
{
	return is_counted ? 0.001 : log(1.02);
}

double margin_from_floor(bool is_counted, double floor)
{
	return fmax(margin_least(is_counted), 2 * floor);
}

double margin_widen(bool is_counted, double margin, const double *a, size_t a_n)
{
	return is_counted ? fmax(margin, largest_ratio(a, a_n, a, a_n)) : margin;
}

double margin_default_bound(bool is_counted)
{
	return is_counted ? log(1.01) : log(1.05);
}

size_t margin_ratios(const double *a, const double *b, size_t pairs, bool higher_is_better, double *ratio)
{
	size_t n = 0;

	for (size_t i = 0; i < pairs; i++)
		if (a[i] > 0 && b[i] > 0)
			ratio[n++] = log(b[i] / a[i]) * (higher_is_better ? -1 : 1);
	return n;
}
