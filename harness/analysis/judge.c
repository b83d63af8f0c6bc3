// SPDX-License-Identifier: GPL-2.0-or-later
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>
#include "analysis/judge.h"
#include "base/fault.h"

#define SCREEN_ALPHA 0.05

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

	*j = (struct judgement) {
		.pairs = n, .estimate = NAN, .p = 1, .p_adjusted = 1, .verdict = VERDICT_INCONCLUSIVE
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

static bool is_small(const struct judgement *j, struct limits limits)
{
	double half = limits.margin / 2;

	return j->has_interval && (j->interval.lo > half || j->interval.hi < -half) &&
	       fabs(j->estimate) <= limits.margin;
}

static enum verdict verdict_of(const struct judgement *j, struct limits limits, double alpha)
{
	if (j->p_adjusted <= alpha && j->estimate > limits.margin)
		return VERDICT_REGRESSED;
	if (j->p_adjusted <= alpha && j->estimate < -limits.margin)
		return VERDICT_IMPROVED;
	if (is_small(j, limits))
		return VERDICT_SMALL;
	return j->has_interval && j->interval.hi < limits.bound ? VERDICT_PASS : VERDICT_INCONCLUSIVE;
}

static int adjust(struct judged *const *points, size_t n, double *p, double *adjusted, size_t *order)
{
	for (size_t i = 0; i < n; i++)
		p[i] = points[i]->j.p;
	stats_holm(p, n, adjusted, order);
	for (size_t i = 0; i < n; i++)
		points[i]->j.p_adjusted = adjusted[i];
	return 0;
}

static int adjust_all(struct judged *const *points, size_t n)
{
	double *p = calloc(2 * n + 1, sizeof(*p));
	size_t *order = calloc(n + 1, sizeof(*order));
	int r = p && order ? adjust(points, n, p, p + n, order) : fault("out of memory: judging %zu points", n);

	free(p);
	free(order);
	return r;
}

int judge_all(struct judged *const *points, size_t n, double alpha)
{
	for (size_t i = 0; i < n; i++)
		judge_one(points[i]);
	if (adjust_all(points, n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		points[i]->j.verdict = verdict_of(&points[i]->j, points[i]->limits, alpha);
	return 0;
}

static bool is_flagged(const struct judged *point)
{
	const struct judgement *j = &point->j;
	size_t same_side =
		j->estimate > 0 ? count_above(point->ratio, j->pairs, 0) : count_below(point->ratio, j->pairs, 0);

	return fabs(j->estimate) > point->limits.margin &&
	       stats_sign_p(same_side, j->pairs, TAIL_GREATER) <= SCREEN_ALPHA;
}

/* Puts index i among the picked, which are sorted by the size of the change; the smallest falls out when full. */
static size_t pick(struct judged *const *points, size_t i, size_t *picked, size_t count)
{
	size_t at = count < CONFIRM_MAX ? count++ : CONFIRM_MAX;

	for (; at > 0 && fabs(points[i]->j.estimate) > fabs(points[picked[at - 1]]->j.estimate); at--)
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
		point->j.verdict = verdict_of(&point->j, point->limits, 0);
		if (!is_flagged(point))
			continue;
		point->j.verdict = VERDICT_FLAGGED;
		count = pick(points, i, picked, count);
	}
	return count;
}

size_t judge_screen_threshold(size_t n)
{
	size_t same_side = n / 2 + 1;

	while (same_side <= n && stats_sign_p(same_side, n, TAIL_GREATER) > SCREEN_ALPHA)
		same_side++;
	return same_side;
}

int judge_confirm(struct judged *const *points, size_t n, double alpha)
{
	if (judge_all(points, n, alpha) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (points[i]->j.verdict == VERDICT_INCONCLUSIVE)
			points[i]->j.verdict = VERDICT_FLAGGED;
	return 0;
}
