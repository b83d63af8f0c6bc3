// SPDX-License-Identifier: GPL-2.0-or-later
/* judge - margins, bounds and Holm's correction applied to the ratios of many points; knows no run and no file */
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "judging/judge.h"

const char *verdict_name(enum verdict v)
{
	static const char *const names[VERDICTS] = {
		[VERDICT_REGRESSED] = "regressed",
		[VERDICT_IMPROVED] = "improved",
		[VERDICT_PASS] = "pass",
		[VERDICT_SMALL] = "small",
		[VERDICT_FLAGGED] = "flagged",
		[VERDICT_INCONCLUSIVE] = "inconclusive",
		[VERDICT_UNSTABLE] = "unstable",
		[VERDICT_SEMANTICS] = "semantics",
		[VERDICT_INCOMPARABLE] = "incomparable",
		[VERDICT_SKIPPED] = "skipped",
		[VERDICT_ERROR] = "error",
		[VERDICT_SHOWN] = "shown",
	};

	return names[v];
}

static size_t count_above(const double *ratio, size_t n, double limit)
{
	size_t above = 0;

	for (size_t i = 0; i < n; i++)
		above += ratio[i] > limit;
	return above;
}

static size_t count_below(const double *ratio, size_t n, double limit)
{
	size_t below = 0;

	for (size_t i = 0; i < n; i++)
		below += ratio[i] < limit;
	return below;
}

/* Estimate, interval and p; the verdict is for when all are known. */
static void judge_one(struct judged *point)
{
	double *ratio = point->ratio, worse, better;
	struct judgement *j = &point->j;
	size_t n = point->pairs;

	*j = (struct judgement){
		.pairs = n,
		.estimate = NAN,
		.p = 1,
		.p_adjusted = 1,
		.verdict = VERDICT_INCONCLUSIVE,
	};
	if (!n)
		return;
	j->estimate = stats_median(ratio, n);
	gsl_sort(ratio, 1, n);
	j->has_interval = stats_median_interval(ratio, n, CONFIDENCE, &j->interval);
	worse = stats_sign_p(count_above(ratio, n, point->limits.margin), n, TAIL_GREATER);
	better = stats_sign_p(count_below(ratio, n, -point->limits.margin), n, TAIL_GREATER);
	j->p = fmin(1, 2 * fmin(worse, better));
}

static bool is_within(const struct judgement *j, struct limits limits)
{
	return fabs(j->estimate) <= limits.margin && j->estimate < limits.bound;
}

/* Of an estimate that is within. */
static enum verdict pass_or_small(const struct judgement *j, struct limits limits)
{
	double half = limits.margin / 2;

	return j->has_interval && (j->interval.lo > half || j->interval.hi < -half) ? VERDICT_SMALL : VERDICT_PASS;
}

static enum verdict verdict_of(const struct judgement *j, struct limits limits, double alpha)
{
	if (j->p_adjusted <= alpha && j->estimate > limits.margin)
		return VERDICT_REGRESSED;
	if (j->p_adjusted <= alpha && j->estimate < -limits.margin)
		return VERDICT_IMPROVED;
	if (is_within(j, limits) && j->has_interval && j->interval.hi < limits.bound)
		return pass_or_small(j, limits);
	return VERDICT_INCONCLUSIVE;
}

static void adjust(struct judged *const *points, size_t n, double *p, double *adjusted, size_t *order)
{
	for (size_t i = 0; i < n; i++)
		p[i] = points[i]->j.p;
	stats_holm(p, n, adjusted, order);
	for (size_t i = 0; i < n; i++)
		points[i]->j.p_adjusted = adjusted[i];
}

static void adjust_all(struct judged *const *points, size_t n)
{
	double *p = xcalloc(2 * n + 1, sizeof(*p));
	size_t *order = xcalloc(n + 1, sizeof(*order));

	adjust(points, n, p, p + n, order);
	free(p);
	free(order);
}

int judge_all(struct judged *const *points, size_t n, double alpha)
{
	for (size_t i = 0; i < n; i++)
		judge_one(points[i]);
	adjust_all(points, n);
	for (size_t i = 0; i < n; i++)
		points[i]->j.verdict = verdict_of(&points[i]->j, points[i]->limits, alpha);
	return 0;
}

/* In margins. */
static double distance(const struct judged *point)
{
	return fabs(point->j.estimate) / point->limits.margin;
}

/* Puts index i among the picked, which are sorted by distance; the nearest falls out when full. */
static size_t pick(struct judged *const *points, size_t i, size_t *picked, size_t count)
{
	size_t at = count < CONFIRM_MAX ? count++ : CONFIRM_MAX;

	for (; at > 0 && distance(points[i]) > distance(points[picked[at - 1]]); at--)
		if (at < CONFIRM_MAX)
			picked[at] = picked[at - 1];
	if (at < CONFIRM_MAX)
		picked[at] = i;
	return count;
}

size_t judge_screen(struct judged *const *points, size_t n, size_t picked[CONFIRM_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		struct judged *point = points[i];

		judge_one(point);
		point->j.verdict = VERDICT_FLAGGED;
		if (is_within(&point->j, point->limits))
			point->j.verdict = pass_or_small(&point->j, point->limits);
		else
			count = pick(points, i, picked, count);
	}
	return count;
}

int judge_confirm(struct judged *const *points, size_t n, double alpha)
{
	if (judge_all(points, n, alpha) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct judgement *j = &points[i]->j;

		if (j->verdict == VERDICT_INCONCLUSIVE)
			j->verdict =
				is_within(j, points[i]->limits) ? pass_or_small(j, points[i]->limits) : VERDICT_FLAGGED;
	}
	return 0;
}
