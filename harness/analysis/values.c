// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/stats.h"
#include "analysis/values.h"
#include "base/fault.h"

static int grow(struct series *s)
{
	size_t room = s->room ? s->room * 2 : 8;
	double *value = realloc(s->value, room * sizeof(*value));
	int *session = value ? realloc(s->session, room * sizeof(*session)) : NULL;

	s->value = value ? value : s->value;
	if (!session)
		return fault("out of memory: a series of %zu samples", room);
	s->session = session;
	s->room = room;
	return 0;
}

/* A session's samples must lie together: one that comes late moves up behind its fellows. */
static void insert(struct series *s, int session, double value)
{
	size_t at = s->n++;

	for (; at > 0 && s->session[at - 1] > session; at--) {
		s->session[at] = s->session[at - 1];
		s->value[at] = s->value[at - 1];
	}
	s->session[at] = session;
	s->value[at] = value;
}

/* Counters come from repetitions of their own, in metrics of their own. */
static bool may_be_quoted(const char *status)
{
	return !strcmp(status, "ok") || !strcmp(status, "counters") || !strcmp(status, "counters-scaled");
}

static int keep(const struct run_sample *sample, void *context)
{
	struct values *v = context;
	struct series *s = &v->series[sample->point * v->run->metrics + sample->metric];

	if (sample->warmup || !may_be_quoted(sample->status) || !isfinite(sample->value))
		return 0;
	if (!strcmp(v->run->metric[sample->metric].class, "untimed"))
		return 0;
	if (s->n == s->room && grow(s) < 0)
		return v->short_of_memory = true;
	insert(s, sample->session, sample->value);
	return 0;
}

struct values *values_load(const struct run *run)
{
	struct values *v = calloc(1, sizeof(*v));

	if (!v || !(v->series = calloc(run->points * run->metrics + 1, sizeof(*v->series)))) {
		fault("out of memory: %zu points with %zu metrics", run->points, run->metrics);
		free(v);
		return NULL;
	}
	v->run = run;
	if (run_samples(run, keep, v) == 0 && !v->short_of_memory)
		return v;
	values_free(v);
	return NULL;
}

const struct series *values_of(const struct values *v, size_t point, size_t metric)
{
	return &v->series[point * v->run->metrics + metric];
}

static double median_of(const double *value, size_t n)
{
	double *copy = malloc(n * sizeof(*copy)), median;

	if (!copy)
		return NAN;
	memcpy(copy, value, n * sizeof(*copy));
	median = stats_median(copy, n);
	free(copy);
	return median;
}

size_t values_medians(const struct values *v, size_t point, size_t metric, double *median, int *session)
{
	const struct series *s = values_of(v, point, metric);
	size_t sessions = 0;

	for (size_t i = 0, j; i < s->n; i = j) {
		for (j = i; j < s->n && s->session[j] == s->session[i]; j++)
			;
		if (session)
			session[sessions] = s->session[i];
		median[sessions++] = median_of(s->value + i, j - i);
	}
	return sessions;
}

void values_free(struct values *v)
{
	if (!v)
		return;
	for (size_t i = 0; i < v->run->points * v->run->metrics; i++) {
		free(v->series[i].value);
		free(v->series[i].session);
	}
	free(v->series);
	free(v);
}
