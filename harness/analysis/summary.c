// SPDX-License-Identifier: GPL-2.0-or-later
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/summary.h"
#include "base/fault.h"
#include "record/csv.h"

static const char *const columns[] = { "point", "metric",   "n",   "sessions", "median", "lo",
				       "hi",	"coverage", "mad", "p90",      "p99",	 NULL };

/* Work space for one series, and for its sessions. */
struct work {
	double *sorted, *mads, *medians, *scratch;
};

/* A series has at most as many sessions as samples. */
static bool work_get(struct work *w, size_t samples)
{
	w->sorted = malloc(samples * sizeof(double));
	w->scratch = malloc(samples * sizeof(double));
	w->medians = malloc(samples * sizeof(double));
	w->mads = malloc(samples * sizeof(double));
	return w->sorted && w->scratch && w->medians && w->mads;
}

static void work_put(struct work *w)
{
	free(w->sorted);
	free(w->scratch);
	free(w->medians);
	free(w->mads);
}

/* Each session's MAD; as many as there are sessions with samples. */
static size_t session_mads(const struct series *s, struct work *w)
{
	size_t sessions = 0;

	for (size_t i = 0, j; i < s->n; i = j) {
		for (j = i; j < s->n && s->session[j] == s->session[i]; j++)
			;
		memcpy(w->sorted, s->value + i, (j - i) * sizeof(double));
		w->mads[sessions++] = stats_mad(w->sorted, j - i, w->scratch);
	}
	return sessions;
}

static double percentile(const struct work *w, size_t n, double q)
{
	return n >= stats_quantile_needs(q, CONFIDENCE) ? stats_quantile(w->sorted, n, q) : NAN;
}

static void fill(const struct values *v, size_t point, size_t metric, struct summary *s, struct work *w)
{
	const struct series *series = values_of(v, point, metric);

	s->n = series->n;
	s->interval = (struct interval) { NAN, NAN, NAN };
	s->sessions = values_medians(v, point, metric, w->medians, NULL);
	gsl_sort(w->medians, 1, s->sessions);
	stats_median_interval(w->medians, s->sessions, CONFIDENCE, &s->interval);
	s->median = stats_median(w->medians, s->sessions);
	s->mad = stats_median(w->mads, session_mads(series, w));
	memcpy(w->sorted, series->value, s->n * sizeof(double));
	gsl_sort(w->sorted, 1, s->n);
	s->p90 = percentile(w, s->n, 0.90);
	s->p99 = percentile(w, s->n, 0.99);
}

bool summary_of(const struct values *v, size_t point, size_t metric, struct summary *s)
{
	const struct series *series = values_of(v, point, metric);
	struct work w;
	bool ready = series->n && work_get(&w, series->n);

	if (ready)
		fill(v, point, metric, s, &w);
	if (series->n)
		work_put(&w);
	return ready;
}

double summary_noise_limit(const char *class)
{
	return !strcmp(class, "counted") ? 0.002 : 0.05;
}

static bool is_cost(const struct run_metric *m)
{
	return !strcmp(m->class, "noisy") || !strcmp(m->class, "counted");
}

static int set_text(char **field, const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		return fault("out of memory");
	free(*field);
	*field = copy;
	return 0;
}

static int set_unstable(struct run_point *p, const struct run_metric *m, const struct summary *s)
{
	char detail[256];

	snprintf(detail, sizeof(detail),
		 "%s scatters by %.2g %% of its median %.6g %s (MAD of %zu samples); at most %g %% can be quoted",
		 m->name, 100 * s->mad / s->median, s->median, m->unit, s->n, 100 * summary_noise_limit(m->class));
	if (set_text(&p->outcome, "unstable") < 0 || set_text(&p->reason, "noisy") < 0)
		return -1;
	return set_text(&p->detail, detail);
}

static int set_ok(struct run_point *p)
{
	return set_text(&p->outcome, "ok") < 0 || set_text(&p->reason, "") < 0 ? -1 : set_text(&p->detail, "");
}

/* Merged runs bring points that one session alone had called noisy: that is judged anew over all of them. */
static bool is_open_to_judgement(const struct run_point *p)
{
	return !strcmp(p->outcome, "ok") || (!strcmp(p->outcome, "unstable") && !strcmp(p->reason, "noisy"));
}

/* 1 when the point's outcome was set, 0 when it is none of ours, -1 with a fault. */
static int demote(struct run *run, const struct values *v, size_t point)
{
	struct run_point *p = &run->point[point];
	long metric = run_primary_metric(run, point);
	struct summary s;
	bool noisy;

	if (metric < 0 || !is_open_to_judgement(p) || !is_cost(&run->metric[metric]))
		return 0;
	if (!summary_of(v, point, (size_t)metric, &s))
		return 0;
	noisy = s.mad > summary_noise_limit(run->metric[metric].class) * fabs(s.median);
	if (!noisy && !strcmp(p->outcome, "ok"))
		return 0;
	return (noisy ? set_unstable(p, &run->metric[metric], &s) : set_ok(p)) < 0 ? -1 : 1;
}

static int demote_all(struct run *run, const struct values *v)
{
	int changed = 0;

	for (size_t p = 0; p < run->points; p++) {
		int one = demote(run, v, p);

		if (one < 0)
			return -1;
		changed += one;
	}
	return changed ? run_write_points(run) : 0;
}

struct csv_writer *summary_create(const char *path)
{
	return csv_create(path, columns);
}

void summary_write_row(struct csv_writer *w, const struct run *run, size_t point, size_t metric,
		       const struct summary *s)
{
	csv_text(w, run->point[point].key);
	csv_text(w, run->metric[metric].name);
	csv_integer(w, (int64_t)s->n);
	csv_integer(w, (int64_t)s->sessions);
	csv_number(w, s->median);
	csv_number(w, s->interval.lo);
	csv_number(w, s->interval.hi);
	csv_number(w, s->interval.coverage);
	csv_number(w, s->mad);
	csv_number(w, s->p90);
	csv_number(w, s->p99);
	csv_row_end(w);
}

/* Numbers of a point that is wrong or broken are kept as samples, and quoted nowhere. */
static bool may_be_quoted(const struct run_point *p)
{
	return !strcmp(p->outcome, "ok") || !strcmp(p->outcome, "unstable");
}

static int write_all(const struct run *run, const struct values *v, const char *dir)
{
	struct csv_writer *w;
	struct summary s;
	char path[4096];

	snprintf(path, sizeof(path), "%s.part/summary.csv", dir);
	if (!(w = summary_create(path)))
		return -1;
	for (size_t p = 0; p < run->points; p++)
		for (size_t m = 0; m < run->metrics && may_be_quoted(&run->point[p]); m++)
			if (summary_of(v, p, m, &s))
				summary_write_row(w, run, p, m, &s);
	return csv_close(w) < 0 ? -1 : 0;
}

int summary_write(const char *dir)
{
	struct run *run = run_load_part(dir);
	struct values *v = run ? values_load(run) : NULL;
	int r = -1;

	if (v && demote_all(run, v) == 0)
		r = write_all(run, v, dir);
	values_free(v);
	run_free(run);
	return r;
}
