// SPDX-License-Identifier: GPL-2.0-or-later
/* noisy_gate - the statistics of a gate on hardware: which points are flagged, which of these are confirmed */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/minmax.h"
#include "judging/noisy_gate.h"

#define TYPICAL_MOST   1.3   /* times the record's sd */
#define NOISIER_MOST   0.10  /* share of the gating points */
#define NOISIER_BY     0.001 /* chance that a point that is as noisy as its record counts as noisier */
#define REFERENCES_MAX 20    /* quiet points that stand for the machine in the confirmation */
#define INTERVAL_TAIL  ((1 - CONFIDENCE) / 2)

/* The ratios that are judged: plain, or relative to the machine. The machine has a row, of NANs, in any case. */
static void take_ratios(struct pairs *judged, const struct promise *promise, const struct pairs *pairs,
			const size_t *reference, size_t references)
{
	if (promise->common) {
		pairs_centre(judged, pairs, reference, references);
		return;
	}
	pairs_make(judged, pairs->points + 1, pairs->n);
	memcpy(judged->ratio, pairs->ratio, pairs->points * pairs->n * sizeof(double));
	memcpy(judged->b_first, pairs->b_first, pairs->n * sizeof(bool));
}

/* ---- the screen ---------------------------------------------------------------- */

/* In margins. */
static double distance(const struct promise *promise, const struct judgement *j, size_t p)
{
	return j[p].estimate / promise->margin[p];
}

/* Puts p among the flagged, which are sorted: the machine first, then the furthest. */
static void insert(const struct promise *promise, const struct judgement *j, size_t *flagged, size_t n, size_t p)
{
	for (; n > 0; n--) {
		size_t before = flagged[n - 1];

		if (p != promise->points &&
		    (before == promise->points || distance(promise, j, before) >= distance(promise, j, p)))
			break;
		flagged[n] = before;
	}
	flagged[n] = p;
}

/* Variances over the record's, of the gating points; the machine has degrees of freedom of its own. */
static void check_noise(struct noise_check *check, const struct promise *promise, double df, double *excess, size_t n)
{
	double limit = gsl_cdf_fdist_Qinv(NOISIER_BY, df, promise->df), even = gsl_cdf_chisq_Pinv(0.5, df) / df;
	size_t noisier = 0;

	*check = (struct noise_check){ NAN, 0, false };
	if (!n)
		return;
	for (size_t i = 0; i < n; i++)
		noisier += excess[i] > limit;
	check->noisier = (double)noisier / (double)n;
	check->typical = sqrt(stats_median(excess, n) / even);
	check->too_noisy = check->noisier > NOISIER_MOST || (n >= NOISY_FEW && check->typical > TYPICAL_MOST);
}

static long screen(const struct promise *promise, const bool *gating, const struct pairs *judged, struct judgement *j,
		   size_t *flagged, struct noise_check *check, double *excess)
{
	size_t n = 0, quiet = 0;

	for (size_t p = 0; p < judged->points; p++) {
		struct fit fit = pairs_fit(judged, p);
		bool beyond = fit.mean > promise->margin[p];

		j[p] = (struct judgement){ .estimate = fit.mean, .p = NAN, .p_adjusted = NAN };
		j[p].pairs = isnan(fit.df) ? 0 : (size_t)fit.df + 2;
		j[p].verdict = isnan(fit.mean) ? VERDICT_INCONCLUSIVE : beyond ? VERDICT_FLAGGED : VERDICT_PASS;
		if (gating[p] && beyond)
			insert(promise, j, flagged, n++, p);
		if (gating[p] && p < promise->points && !isnan(fit.variance))
			excess[quiet++] = fit.variance / (promise->sd[p] * promise->sd[p]);
	}
	check_noise(check, promise, (double)judged->n - 2, excess, quiet);
	return (long)n;
}

long noisy_screen(const struct promise *promise, const bool *gating, const struct pairs *pairs, struct judgement *j,
		  size_t *flagged, struct noise_check *check)
{
	double *excess = xcalloc(pairs->points + 1, sizeof(*excess));
	struct pairs judged = { 0 };
	long n;

	take_ratios(&judged, promise, pairs, NULL, 0);
	n = screen(promise, gating, &judged, j, flagged, check, excess);
	pairs_free(&judged);
	free(excess);
	return n;
}

/* ---- the confirmation ------------------------------------------------------------ */

/* The quietest gating points that are not flagged. Returns their count; `reference` has room for all points. */
static size_t choose_references(const struct promise *promise, const bool *gating, const struct judgement *j,
				size_t *reference)
{
	size_t n = 0;

	for (size_t p = 0; p < promise->points; p++) {
		size_t at = n;

		if (!gating[p] || j[p].verdict != VERDICT_PASS)
			continue;
		for (; at > 0 && promise->sd[reference[at - 1]] > promise->sd[p]; at--)
			reference[at] = reference[at - 1];
		reference[at] = p;
		n++;
	}
	return min(n, (size_t)REFERENCES_MAX);
}

static struct judgement judge_fresh(struct fit fit)
{
	struct judgement j = { .estimate = fit.mean, .p = NAN, .p_adjusted = NAN };
	double error = sqrt(fit.variance / fit.n), half;

	if (isnan(fit.mean))
		return j;
	half = error * gsl_cdf_tdist_Qinv(INTERVAL_TAIL, fit.df);
	j.pairs = (size_t)fit.df + 2;
	j.has_interval = true;
	j.interval = (struct interval){ fit.mean - half, fit.mean + half, CONFIDENCE };
	j.p = gsl_cdf_tdist_Q((fit.mean - NOISY_NOUGHT) / error, fit.df);
	return j;
}

static enum verdict verdict_of(const struct judgement *j, double margin, double alpha)
{
	if (j->estimate <= margin)
		return VERDICT_PASS;
	return j->estimate > margin && j->p_adjusted <= alpha ? VERDICT_REGRESSED : VERDICT_FLAGGED;
}

/* Holm over those taken. A p that is no number (a point that was lost) is none. */
static void settle(const struct promise *promise, const size_t *taken, size_t n, double alpha, struct judgement *j)
{
	double p[CONFIRM_MAX] = { 0 }, adjusted[CONFIRM_MAX];
	size_t order[CONFIRM_MAX];

	for (size_t i = 0; i < n; i++)
		p[i] = isnan(j[taken[i]].p) ? 1 : j[taken[i]].p;
	stats_holm(p, n, adjusted, order);
	for (size_t i = 0; i < n; i++) {
		struct judgement *one = &j[taken[i]];

		one->p_adjusted = adjusted[i];
		one->verdict = verdict_of(one, promise->margin[taken[i]], alpha);
	}
}

static void doubt_all(const size_t *taken, size_t n, struct judgement *j)
{
	for (size_t i = 0; i < n; i++)
		if (j[taken[i]].verdict == VERDICT_REGRESSED)
			j[taken[i]].verdict = VERDICT_FLAGGED;
}

static void confirm(const struct promise *promise, const struct pairs *judged, const size_t *flagged, size_t n,
		    double alpha, struct judgement *j)
{
	size_t taken = min(n, (size_t)CONFIRM_MAX);

	for (size_t i = 0; i < taken; i++)
		j[flagged[i]] = judge_fresh(pairs_fit(judged, flagged[i]));
	settle(promise, flagged, taken, alpha, j);
	if (promise->common && pairs_fit(judged, promise->points).mean < -promise->margin[promise->points])
		doubt_all(flagged, taken, j);
}

void noisy_confirm(const struct promise *promise, const bool *gating, const struct pairs *fresh, const size_t *flagged,
		   size_t n, double alpha, struct judgement *j)
{
	size_t *reference = xcalloc(promise->points + 1, sizeof(*reference)), references;
	struct pairs judged = { 0 };

	references = choose_references(promise, gating, j, reference);
	take_ratios(&judged, promise, fresh, reference, references);
	confirm(promise, &judged, flagged, n, alpha, j);
	pairs_free(&judged);
	free(reference);
}
