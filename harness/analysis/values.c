// SPDX-License-Identifier: GPL-2.0-or-later
/* values - loads samples.csv into memory, by point and metric, without warm-ups */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "analysis/stats.h"
#include "analysis/values.h"

/* Counters come from repetitions of their own, in metrics of their own. */
static bool may_be_quoted(const char *status)
{
	return !strcmp(status, "ok") || !strcmp(status, "counters") || !strcmp(status, "counters-scaled");
}

/* Reading refuses sessions that do not ascend: the samples of one lie together. */
static void append(struct series *s, const struct run_sample *sample)
{
	s->value = xgrow(s->value, s->n, sizeof(*s->value));
	s->session = xgrow(s->session, s->n, sizeof(*s->session));
	s->session[s->n] = sample->session;
	s->value[s->n++] = sample->value;
	s->counters |= tally_is_counters(sample->status);
}

static int keep(const struct run_sample *sample, void *context)
{
	struct values *v = context;
	size_t at = sample->point * v->run->metrics + sample->metric;

	tally_add(&v->tally[sample->point], sample);
	if (sample->warmup || !strcmp(sample->status, "counters-doubted") || !isfinite(sample->value) ||
	    !strcmp(v->run->metric[sample->metric].class, "untimed"))
		return 0;
	append(&v->all[at], sample);
	if (may_be_quoted(sample->status))
		append(&v->series[at], sample);
	return 0;
}

/* ---- sessions that do not speak for a point ---------------------------------------- */

static void leave_out(struct series *s, const struct tally *t)
{
	size_t retained = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (!tally_has_fit(t, s->session[i]))
			continue;
		s->session[retained] = s->session[i];
		s->value[retained++] = s->value[i];
	}
	s->n = retained;
}

/* Where no session speaks for the point, what there is stays to be looked at: its outcome says what it is. */
static void leave_out_unfit(struct values *v)
{
	for (size_t p = 0; p < v->run->points; p++) {
		const struct tally *t = &v->tally[p];

		for (size_t m = 0; m < v->run->metrics && tally_fit_sessions(t); m++)
			if (!v->series[p * v->run->metrics + m].counters)
				leave_out(&v->series[p * v->run->metrics + m], t);
	}
}

/* ---- the whole --------------------------------------------------------------------- */

static void make_room(struct values *v, const struct run *run)
{
	size_t cells = run->points * run->metrics + 1;

	v->run = run;
	v->series = xcalloc(cells, sizeof(*v->series));
	v->all = xcalloc(cells, sizeof(*v->all));
	v->tally = xcalloc(run->points + 1, sizeof(*v->tally));
}

struct values *values_load(const struct run *run)
{
	struct values *v = xcalloc(1, sizeof(*v));

	make_room(v, run);
	if (run_samples(run, keep, v) == 0) {
		leave_out_unfit(v);
		return v;
	}
	values_free(v);
	return NULL;
}

const struct series *values_of(const struct values *v, size_t point, size_t metric)
{
	return &v->series[point * v->run->metrics + metric];
}

const struct series *values_all(const struct values *v, size_t point, size_t metric)
{
	return &v->all[point * v->run->metrics + metric];
}

/* ---- medians ----------------------------------------------------------------------- */

static double median_of_rates(double *value, size_t n)
{
	for (size_t i = 0; i < n; i++)
		value[i] = 1 / value[i];
	return 1 / stats_median(value, n);
}

double values_median(const struct run_metric *metric, const double *value, size_t n)
{
	double *copy = n ? xmalloc(n * sizeof(*copy)) : NULL, median;

	if (!copy)
		return NAN;
	memcpy(copy, value, n * sizeof(*copy));
	median = !strcmp(metric->unit, "B/s") ? median_of_rates(copy, n) : stats_median(copy, n);
	free(copy);
	return median;
}

/* The median of each session of the series. */
static size_t medians_of(const struct run_metric *metric, const struct series *s, double *median, int *session)
{
	size_t sessions = 0;

	for (size_t i = 0, j; i < s->n; i = j) {
		for (j = i; j < s->n && s->session[j] == s->session[i]; j++)
			;
		if (session)
			session[sessions] = s->session[i];
		median[sessions++] = values_median(metric, s->value + i, j - i);
	}
	return sessions;
}

size_t values_medians(const struct values *v, size_t point, size_t metric, double *median, int *session)
{
	return medians_of(&v->run->metric[metric], values_of(v, point, metric), median, session);
}

double values_median_of_all(const struct values *v, size_t point, size_t metric)
{
	const struct series *s = values_all(v, point, metric);
	const struct run_metric *m = &v->run->metric[metric];
	double *median = s->n ? xmalloc(s->n * sizeof(*median)) : NULL, all = NAN;

	if (median)
		all = values_median(m, median, medians_of(m, s, median, NULL));
	free(median);
	return all;
}

void values_free(struct values *v)
{
	if (!v)
		return;
	for (size_t i = 0; v->series && v->all && i < v->run->points * v->run->metrics; i++) {
		free(v->series[i].value);
		free(v->series[i].session);
		free(v->all[i].value);
		free(v->all[i].session);
	}
	for (size_t i = 0; v->tally && i < v->run->points; i++)
		tally_free(&v->tally[i]);
	free(v->series);
	free(v->all);
	free(v->tally);
	free(v);
}
