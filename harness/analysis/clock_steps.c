// SPDX-License-Identifier: GPL-2.0-or-later
/* clock_steps - how many steps of the clock a point's cost is */
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "analysis/clock_steps.h"
#include "analysis/stats.h"

#define WALL "wall_ns"

/* The samples of the point's wall time, ascending; free() it. NULL when there are none. */
static double *sorted_walls(const struct values *v, size_t point, size_t *n)
{
	long metric = run_find_metric(v->run, WALL);
	const struct series *s = metric < 0 ? NULL : values_of(v, point, (size_t)metric);
	double *value = s && s->n ? xmalloc(s->n * sizeof(*value)) : NULL;

	*n = value ? s->n : 0;
	if (value) {
		memcpy(value, s->value, s->n * sizeof(*value));
		gsl_sort(value, 1, s->n);
	}
	return value;
}

double clock_step_ns(const struct values *v)
{
	double least = INFINITY;
	size_t n, samples = 0;

	for (size_t p = 0; p < v->run->points; p++) {
		double *value = sorted_walls(v, p, &n);

		for (size_t i = 1; i < n; i++)
			if (value[i] > value[i - 1])
				least = fmin(least, value[i] - value[i - 1]);
		samples += n;
		free(value);
	}
	return !samples ? NAN : isfinite(least) ? fmax(1, least) : 1;
}

double clock_steps(const struct values *v, size_t point, double step_ns)
{
	size_t n;
	double *value = sorted_walls(v, point, &n), median = n ? stats_quantile(value, n, 0.5) : NAN;

	free(value);
	return median / step_ns;
}
