// SPDX-License-Identifier: GPL-2.0-or-later
/* summary - median, interval and spread of a point's metric over its samples and sessions */
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/summary.h"
#include "base/alloc.h"

/* Work space for one series, and for its sessions. */
struct work {
	double *sorted, *mads, *medians, *scratch;
};

/* A series has at most as many sessions as samples. */
static void work_get(struct work *w, size_t samples)
{
	w->sorted = xmalloc(samples * sizeof(double));
	w->scratch = xmalloc(samples * sizeof(double));
	w->medians = xmalloc(samples * sizeof(double));
	w->mads = xmalloc(samples * sizeof(double));
}

static void work_put(struct work *w)
{
	free(w->sorted);
	free(w->scratch);
	free(w->medians);
	free(w->mads);
}

/* Each session's MAD; as many as there are sessions that have one: a single sample does not scatter. */
static size_t session_mads(const struct series *s, struct work *w)
{
	size_t sessions = 0;

	for (size_t i = 0, j; i < s->n; i = j) {
		for (j = i; j < s->n && s->session[j] == s->session[i]; j++)
			;
		memcpy(w->sorted, s->value + i, (j - i) * sizeof(double));
		if (j - i > 1)
			w->mads[sessions++] = stats_mad(w->sorted, j - i, w->scratch);
	}
	return sessions;
}

/* Of session medians that ascend. */
static double range_share(const double *sorted, size_t n, double median)
{
	return n > 1 && median != 0 ? (sorted[n - 1] - sorted[0]) / fabs(median) : NAN;
}

static double percentile(const struct work *w, size_t n, double q)
{
	return n >= stats_quantile_needs(q, CONFIDENCE) ? stats_quantile(w->sorted, n, q) : NAN;
}

static void fill(const struct values *v, size_t point, size_t metric, struct summary *s, struct work *w)
{
	const struct series *series = values_of(v, point, metric);

	s->n = series->n;
	s->sessions = values_medians(v, point, metric, w->medians, NULL);
	gsl_sort(w->medians, 1, s->sessions);
	stats_median_interval(w->medians, s->sessions, CONFIDENCE, &s->interval);
	s->median = values_median(&v->run->metric[metric], w->medians, s->sessions);
	s->between = range_share(w->medians, s->sessions, s->median);
	s->mad = stats_median(w->mads, session_mads(series, w));
	memcpy(w->sorted, series->value, s->n * sizeof(double));
	gsl_sort(w->sorted, 1, s->n);
	s->p90 = percentile(w, s->n, 0.90);
	s->p99 = percentile(w, s->n, 0.99);
}

bool summary_of(const struct values *v, size_t point, size_t metric, struct summary *s)
{
	const struct series *series = values_of(v, point, metric);
	struct work w = {};

	*s = (struct summary){ .median = NAN,
			       .interval = { NAN, NAN, NAN },
			       .mad = NAN,
			       .p90 = NAN,
			       .p99 = NAN,
			       .between = NAN,
			       .n_all = values_all(v, point, metric)->n,
			       .median_all = values_median_of_all(v, point, metric) };
	if (!series->n)
		return false;
	work_get(&w, series->n);
	fill(v, point, metric, s, &w);
	work_put(&w);
	return true;
}

double summary_spread(const struct summary *s)
{
	return s->median > 0 ? fmax(s->mad / s->median, s->between) : NAN;
}
