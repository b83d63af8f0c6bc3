// SPDX-License-Identifier: GPL-2.0-or-later
#include <gsl/gsl_multifit.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/model_internal.h"
#include "analysis/stats.h"
#include "base/csv.h"
#include "base/fault.h"
#include "base/units.h"

#define RCOND_MIN    1e-3 /* below it the terms run parallel: the points do not tell them apart */
#define SESSIONS_MIN 6	  /* for an interval, as everywhere */
#define RESAMPLES    2000

/* ---- one fit ---- */

static double term_of(const struct observation *o, unsigned term)
{
	return term == TERM_CALL ? o->calls : term == TERM_FOLIO ? o->folios : o->bytes;
}

static double worst_residual(const struct observation *o, size_t n, unsigned terms, const double *coefficient)
{
	double worst = 0;

	for (size_t i = 0; i < n; i++) {
		double fitted = 0;

		for (unsigned j = 0; j < terms; j++)
			fitted += coefficient[j] * term_of(&o[i], j);
		worst = fmax(worst, fabs(fitted / o[i].time - 1));
	}
	return worst;
}

static bool solve(const struct observation *o, size_t n, unsigned terms, double *coefficient)
{
	gsl_multifit_linear_workspace *work = gsl_multifit_linear_alloc(n, terms);
	gsl_matrix *x = gsl_matrix_alloc(n, terms), *covariance = gsl_matrix_alloc(terms, terms);
	gsl_vector *w = gsl_vector_alloc(n), *y = gsl_vector_alloc(n), *c = gsl_vector_alloc(terms);
	double chisq;
	bool apart;

	for (size_t i = 0; i < n; i++) {
		for (unsigned j = 0; j < terms; j++)
			gsl_matrix_set(x, i, j, term_of(&o[i], j));
		gsl_vector_set(w, i, 1 / (o[i].time * o[i].time));
		gsl_vector_set(y, i, o[i].time);
	}
	gsl_multifit_wlinear(x, w, y, c, covariance, &chisq, work);
	apart = gsl_multifit_linear_rcond(work) >= RCOND_MIN;
	for (unsigned j = 0; apart && j < terms; j++)
		coefficient[j] = gsl_vector_get(c, j);
	gsl_vector_free(c);
	gsl_vector_free(y);
	gsl_vector_free(w);
	gsl_matrix_free(covariance);
	gsl_matrix_free(x);
	gsl_multifit_linear_free(work);
	return apart;
}

bool model_fit(const struct observation *o, size_t n, unsigned terms, double *coefficient, double *residual)
{
	if (n <= terms || !solve(o, n, terms, coefficient))
		return false;
	*residual = worst_residual(o, n, terms, coefficient);
	return true;
}

/* ---- groups: what one model is fitted to ---- */

static int by_group(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	int order = strcmp(x->benchmark, y->benchmark) ?: strcmp(x->pair, y->pair) ?: strcmp(x->mapping, y->mapping);

	return order ?: (x->folio_bytes > y->folio_bytes) - (x->folio_bytes < y->folio_bytes);
}

static bool same_group(const struct candidate *a, const struct candidate *b)
{
	return !strcmp(a->benchmark, b->benchmark) && !strcmp(a->pair, b->pair) && !strcmp(a->mapping, b->mapping);
}

static unsigned count_folio_sizes(const struct candidate *c, size_t n)
{
	unsigned sizes = 1;

	for (size_t i = 1; i < n; i++)
		sizes += c[i].folio_bytes != c[i - 1].folio_bytes;
	return sizes;
}

/* Fits the group as seen in some sessions; times come from `time`. */
static bool fit_times(const struct candidate *c, size_t n, const double *time, unsigned terms, double *value,
		      double *residual)
{
	struct observation *o = calloc(n, sizeof(*o));
	size_t kept = 0;
	bool fitted;

	for (size_t i = 0; o && i < n; i++)
		if (time[i] > 0) {
			o[kept] = c[i].o;
			o[kept++].time = time[i];
		}
	fitted = o && model_fit(o, kept, terms, value, residual);
	free(o);
	return fitted;
}

/* ---- intervals: the sessions drawn again and again ---- */

static double median_in(const struct candidate *c, const size_t *drawn, size_t sessions, double *work)
{
	size_t n = 0;

	for (size_t i = 0; i < sessions; i++)
		if (c->session_time[drawn[i]] > 0)
			work[n++] = c->session_time[drawn[i]];
	return stats_median(work, n);
}

struct resampling {
	const struct candidate *c;
	size_t n, sessions;
	size_t *drawn;
	double *time, *work;
	double *value[MODEL_TERMS]; /* of each resample that could be fitted */
	size_t fitted;
};

static void resample_once(struct resampling *r, unsigned terms, gsl_rng *rng)
{
	double value[MODEL_TERMS], residual;

	for (size_t i = 0; i < r->sessions; i++)
		r->drawn[i] = gsl_rng_uniform_int(rng, r->sessions);
	for (size_t i = 0; i < r->n; i++)
		r->time[i] = median_in(&r->c[i], r->drawn, r->sessions, r->work);
	if (!fit_times(r->c, r->n, r->time, terms, value, &residual))
		return;
	for (unsigned j = 0; j < terms; j++)
		r->value[j][r->fitted] = value[j];
	r->fitted++;
}

static void take_bounds(struct resampling *r, struct model *m)
{
	for (unsigned j = 0; r->fitted && j < m->terms; j++) {
		gsl_sort(r->value[j], 1, r->fitted);
		m->lo[j] = stats_quantile(r->value[j], r->fitted, (1 - CONFIDENCE) / 2);
		m->hi[j] = stats_quantile(r->value[j], r->fitted, (1 + CONFIDENCE) / 2);
	}
}

static void bound(const struct candidate *c, size_t n, size_t sessions, struct model *m)
{
	struct resampling r = { .c = c, .n = n, .sessions = sessions };
	gsl_rng *rng =
		gsl_rng_alloc(gsl_rng_mt19937); /* seeded alike every time: the same run has the same intervals */
	bool room = (r.drawn = calloc(sessions, sizeof(*r.drawn))) && (r.time = calloc(n, sizeof(*r.time))) &&
		    (r.work = calloc(sessions, sizeof(*r.work)));

	for (unsigned j = 0; j < MODEL_TERMS; j++)
		room &= (r.value[j] = calloc(RESAMPLES, sizeof(double))) != NULL;
	for (int i = 0; room && i < RESAMPLES; i++)
		resample_once(&r, m->terms, rng);
	take_bounds(&r, m);
	for (unsigned j = 0; j < MODEL_TERMS; j++)
		free(r.value[j]);
	free(r.work);
	free(r.time);
	free(r.drawn);
	gsl_rng_free(rng);
}

/* ---- one model ---- */

static void say_what_is_missing(struct model *m, unsigned wanted)
{
	char size[24];

	units_print_bytes(size, sizeof(size), m->folio_bytes);
	if (!m->terms && m->points <= 2)
		snprintf(m->note, sizeof(m->note), "%zu point%s: more than 2 are needed", m->points,
			 m->points == 1 ? "" : "s");
	else if (!m->terms)
		snprintf(m->note, sizeof(m->note),
			 "calls and folios cannot be told apart: every point has as many folios a call");
	else if (m->terms < MODEL_TERMS && wanted == MODEL_TERMS)
		snprintf(m->note, sizeof(m->note), "a folio and its bytes cannot be told apart by these points");
	else if (m->terms < MODEL_TERMS)
		snprintf(m->note, sizeof(m->note),
			 "a folio here is %s and holds its bytes: fewer than %d folio sizes cannot tell the two apart",
			 size, MODEL_FOLIO_SIZES);
	else if (m->counted)
		snprintf(m->note, sizeof(m->note),
			 "instructions a byte are an artefact: string instructions are counted by iteration");
}

static void fit_model(const struct candidate *c, size_t n, size_t sessions, struct model *m)
{
	unsigned wanted = m->folio_sizes >= MODEL_FOLIO_SIZES ? MODEL_TERMS : MODEL_TERMS - 1;
	double *time = calloc(n, sizeof(*time));

	for (size_t i = 0; time && i < n; i++)
		time[i] = c[i].o.time;
	for (unsigned terms = wanted; time && !m->terms && terms >= 2; terms--)
		if (fit_times(c, n, time, terms, m->value, &m->residual))
			m->terms = terms;
	free(time);
	for (unsigned j = 0; j < MODEL_TERMS; j++)
		m->lo[j] = m->hi[j] = NAN;
	if (m->terms && sessions >= SESSIONS_MIN)
		bound(c, n, sessions, m);
	say_what_is_missing(m, wanted);
}

/* Apart from a neighbour of other folios, when there are too few sizes for one model of both. */
static char *mapping_with_size(const struct candidate *c)
{
	char size[24], *text;

	units_print_bytes(size, sizeof(size), c->folio_bytes);
	return asprintf(&text, "%s %s", c->mapping, size) < 0 ? NULL : text;
}

static int add_model(struct models *all, const struct run *run, const struct candidate *c, size_t n, size_t sessions,
		     bool name_size)
{
	struct model *m = &all->model[all->n];

	*m = (struct model){ .benchmark = strdup(c->benchmark),
			     .points = n,
			     .sessions = sessions,
			     .folio_sizes = count_folio_sizes(c, n),
			     .folio_bytes = c->folio_bytes };
	m->mapping = name_size ? mapping_with_size(c) : strdup(c->mapping);
	m->counted = run_find_metric(run, "wall_insns") >= 0;
	m->unit = m->counted ? "instructions" : "ns";
	memcpy(m->pair, c->pair, sizeof(m->pair));
	all->n++;
	if (!m->benchmark || !m->mapping)
		return fault("no memory for a cost model");
	fit_model(c, n, sessions, m);
	return 0;
}

static int add_group(struct models *all, const struct run *run, const struct candidate *c, size_t n, size_t sessions)
{
	unsigned sizes = count_folio_sizes(c, n);
	int failed = 0;

	if (sizes == 1 || sizes >= MODEL_FOLIO_SIZES)
		return add_model(all, run, c, n, sessions, false);
	for (size_t i = 0, j; !failed && i < n; i = j) {
		for (j = i; j < n && c[j].folio_bytes == c[i].folio_bytes; j++)
			;
		failed = add_model(all, run, c + i, j - i, sessions, true);
	}
	return failed;
}

static int add_groups(struct models *all, const struct run *run, struct candidate *c, size_t n, size_t sessions)
{
	int failed = 0;

	for (size_t i = 0; i < n; i++)
		if (!c[i].benchmark || !c[i].mapping || !c[i].session_time)
			return fault("no memory for a cost model");
	qsort(c, n, sizeof(*c), by_group);
	for (size_t i = 0, j; !failed && i < n; i = j) {
		for (j = i; j < n && same_group(&c[i], &c[j]); j++)
			;
		failed = add_group(all, run, c + i, j - i, sessions);
	}
	return failed;
}

struct models *models_fit(const struct values *values)
{
	struct models *all = calloc(1, sizeof(*all));
	size_t points = values->run->points, sessions, n;
	struct candidate *c = calloc(points + 1, sizeof(*c));
	int failed;

	if (!all || !c || !(all->model = calloc(points + 1, sizeof(*all->model)))) {
		free(c);
		models_free(all);
		fault("no memory for cost models");
		return NULL;
	}
	n = observe_points(values, c, &sessions);
	failed = add_groups(all, values->run, c, n, sessions);
	observe_free(c, n);
	if (!failed)
		return all;
	models_free(all);
	return NULL;
}

void models_free(struct models *models)
{
	for (size_t i = 0; models && i < models->n; i++) {
		free(models->model[i].benchmark);
		free(models->model[i].mapping);
	}
	if (models)
		free(models->model);
	free(models);
}

/* ---- model.csv ---- */

static const char *const columns[] = { "benchmark", "pair", "mapping",	"term", "unit", "value",
				       "lo",	    "hi",   "residual", "note", NULL };

static void write_term(struct csv_writer *w, const struct model *m, unsigned term)
{
	static const char *const names[] = { [TERM_CALL] = "call", [TERM_FOLIO] = "folio", [TERM_BYTE] = "byte" };
	bool fitted = term < m->terms;

	csv_text(w, m->benchmark);
	csv_text(w, m->pair);
	csv_text(w, m->mapping);
	csv_text(w, names[term]);
	csv_text(w, m->unit);
	csv_number(w, fitted ? m->value[term] : NAN);
	csv_number(w, fitted ? m->lo[term] : NAN);
	csv_number(w, fitted ? m->hi[term] : NAN);
	csv_number(w, fitted ? m->residual : NAN);
	csv_text(w, m->note);
	csv_row_end(w);
}

static int write_models(const struct models *models, const char *dir)
{
	struct csv_writer *w;
	char path[4096];

	if (!models->n)
		return 0;
	snprintf(path, sizeof(path), "%s.part/model.csv", dir);
	if (!(w = csv_create(path, columns)))
		return -1;
	for (size_t i = 0; i < models->n; i++)
		for (unsigned j = 0; j < MODEL_TERMS; j++)
			write_term(w, &models->model[i], j);
	return csv_close(w) < 0 ? -1 : 0;
}

int models_write(const char *dir)
{
	struct run *run = run_load_part(dir);
	struct values *v = run ? values_load(run) : NULL;
	struct models *models = v ? models_fit(v) : NULL;
	int failed = models ? write_models(models, dir) : -1;

	models_free(models);
	values_free(v);
	run_free(run);
	return failed;
}
