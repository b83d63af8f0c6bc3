// SPDX-License-Identifier: GPL-2.0-or-later
/* model_fit - the coefficients of one cost model and their intervals, from observations; which points belong together is model.c's */
#include <gsl/gsl_multifit.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "analysis/model_internal.h"
#include "analysis/stats.h"

#define RCOND_MIN 1e-3 /* below it the terms run parallel: the points do not tell them apart */
#define RESAMPLES 2000

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

bool model_fit_times(const struct candidate *c, size_t n, const double *time, unsigned terms, double *value,
		     double *residual)
{
	struct observation *o = xcalloc(n, sizeof(*o));
	size_t seen = 0;
	bool fitted;

	for (size_t i = 0; o && i < n; i++)
		if (time[i] > 0) {
			o[seen] = c[i].o;
			o[seen++].time = time[i];
		}
	fitted = o && model_fit(o, seen, terms, value, residual);
	free(o);
	return fitted;
}

/* ---- intervals: the sessions drawn again and again ---- */

static double median_of_drawn(const struct candidate *c, const size_t *drawn, size_t sessions, double *work)
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
		r->time[i] = median_of_drawn(&r->c[i], r->drawn, r->sessions, r->work);
	if (!model_fit_times(r->c, r->n, r->time, terms, value, &residual))
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

void model_bound(const struct candidate *c, size_t n, size_t sessions, struct model *m)
{
	struct resampling r = { .c = c, .n = n, .sessions = sessions };
	gsl_rng *rng =
		gsl_rng_alloc(gsl_rng_mt19937); /* always the same seed: a run has the same intervals each time */

	r.drawn = xcalloc(sessions, sizeof(*r.drawn));
	r.time = xcalloc(n, sizeof(*r.time));
	r.work = xcalloc(sessions, sizeof(*r.work));
	for (unsigned j = 0; j < MODEL_TERMS; j++)
		r.value[j] = xcalloc(RESAMPLES, sizeof(double));
	for (int i = 0; i < RESAMPLES; i++)
		resample_once(&r, m->terms, rng);
	take_bounds(&r, m);
	for (unsigned j = 0; j < MODEL_TERMS; j++)
		free(r.value[j]);
	free(r.work);
	free(r.time);
	free(r.drawn);
	gsl_rng_free(rng);
}
