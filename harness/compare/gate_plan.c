// SPDX-License-Identifier: GPL-2.0-or-later
/* gate_plan - what a gate in the lab will take and be able to see, before anything is measured */
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "analysis/margin.h"
#include "base/fault.h"
#include "compare/compare.h"
#include "compare/compare_words.h"
#include "compare/gate_plan.h"

#define SCREEN_DEFAULT	8
#define SCREEN_LEAST	6 /* of fewer, a few odd sessions are the median */
#define CONFIRM_DEFAULT 10

static bool is_gating(const struct gate_request *r, const char *point, const struct aa_point *found)
{
	if (found->is_counted && found->margin > MARGIN_ADVISORY_COUNTED)
		return false;
	return gate_file_is_gating(r->gate_file, point);
}

struct tally {
	const struct gate_request *request;
	struct gate_plan *plan;
	double *catches; /* of gating points */
	size_t n;
	FILE *out; /* where blind points are named, or NULL */
};

static int count_point(const char *point, const char *metric, const struct aa_point *found, void *context)
{
	struct tally *t = context;

	(void)metric;
	if (is_gating(t->request, point, found))
		t->plan->gating++;
	else
		t->plan->advisory++;
	return 0;
}

static int tally_point(const char *point, const char *metric, const struct aa_point *found, void *context)
{
	struct tally *t = context;
	const struct gate_plan *p = t->plan;
	char size[WORDS_MAX];
	double catches;

	(void)metric;
	if (!is_gating(t->request, point, found))
		return 0;
	catches = compare_gate_catches(found->null, found->null_n, found->margin, p->screen, p->confirm, p->gating,
				       p->alpha);
	t->catches[t->n++] = catches;
	if (t->out && p->detect > 0 && !(catches <= p->detect))
		fprintf(t->out, "  sees only %s: %s\n", words_size(size, catches), point);
	return 0;
}

/* What a plan of these sessions would catch. 0, or -1 with a fault. */
static int assess(const struct gate_request *r, struct gate_plan *p, FILE *out)
{
	struct tally t = { .request = r, .plan = p, .out = out, .catches = xcalloc(p->gating + 1, sizeof(double)) };

	aa_each(r->aa, tally_point, &t);
	gsl_sort(t.catches, 1, t.n);
	p->catches_median = t.catches[(t.n - 1) / 2];
	p->catches_worst = t.catches[t.n - 1];
	p->blind = 0;
	for (size_t i = 0; i < t.n; i++)
		p->blind += p->detect > 0 && !(t.catches[i] <= p->detect);
	free(t.catches);
	return 0;
}

static int check_significance(const struct gate_plan *p)
{
	size_t family = p->gating < CONFIRM_MAX ? p->gating : CONFIRM_MAX;
	size_t screen = p->screen, confirm = p->confirm;

	if (screen < SCREEN_LEAST)
		return fault("%zu sessions are too few to screen by: a few odd ones would decide; screen with at least "
			     "%d",
			     screen, SCREEN_LEAST);
	if (stats_sign_threshold(confirm, p->alpha / (double)family) > confirm)
		return fault("%zu fresh sessions cannot confirm any of %zu points at alpha %g; take at least %zu",
			     confirm, family, p->alpha, stats_sign_needs(family, p->alpha));
	return 0;
}

/* One more session in each stage until all points see `detect`, or more do not help. */
static int raise_sessions(const struct gate_request *r, struct gate_plan *p)
{
	struct gate_plan best = *p;

	if (assess(r, p, NULL) < 0)
		return -1;
	best = *p;
	while (p->blind && p->confirm < GATE_SESSIONS_MAX && p->screen < GATE_SESSIONS_MAX) {
		p->screen += !r->screen_fixed;
		p->confirm += !r->confirm_fixed;
		if (r->screen_fixed && r->confirm_fixed)
			break;
		if (assess(r, p, NULL) < 0)
			return -1;
		if (p->blind < best.blind)
			best = *p;
	}
	*p = best;
	return 0;
}

/* Rounds of sessions that run side by side. */
static double stage_seconds(const struct gate_request *r, size_t sessions)
{
	return ceil((double)(sessions * r->sides) / (double)r->parallel) * aa_session_seconds(r->aa);
}

int gate_plan(const struct gate_request *request, struct gate_plan *plan)
{
	struct tally t = { .request = request, .plan = plan };
	char size[WORDS_MAX];

	*plan = (struct gate_plan){ .detect = request->detect, .alpha = request->alpha };
	aa_each(request->aa, count_point, &t);
	if (!plan->gating)
		return fault("no point of the A/A record gates: %zu are advisory", plan->advisory);
	plan->screen = request->screen ? request->screen : SCREEN_DEFAULT;
	plan->confirm = request->confirm ? request->confirm : CONFIRM_DEFAULT;
	while (!request->confirm_fixed && check_significance(plan) < 0 && plan->confirm < GATE_SESSIONS_MAX)
		plan->confirm++;
	if (check_significance(plan) < 0 || raise_sessions(request, plan) < 0)
		return -1;
	plan->first_s = stage_seconds(request, GATE_FIRST);
	plan->screen_s = stage_seconds(request, plan->screen - GATE_FIRST);
	plan->confirm_s = stage_seconds(request, plan->confirm);
	if (plan->detect > 0 && plan->blind == plan->gating)
		return fault("no gating point would see a change of %s; the most sensitive half sees %s",
			     words_size(size, plan->detect), words_size((char[WORDS_MAX]){ 0 }, plan->catches_median));
	return 0;
}

void gate_plan_print(FILE *out, const struct gate_request *request, const struct gate_plan *plan)
{
	char median[WORDS_MAX], worst[WORDS_MAX], detect[WORDS_MAX];
	struct gate_plan again = *plan;

	fprintf(out,
		"plan: %d sessions a side, enough if the A/A record has seen all %zu gating points like that (%zu advisory); "
		"else %zu more screen the others, and at most %d flagged ones get %zu fresh sessions, alpha %g\n",
		GATE_FIRST, plan->gating, plan->advisory, plan->screen - GATE_FIRST, CONFIRM_MAX, plan->confirm,
		plan->alpha);
	if (plan->screen_s > 0)
		fprintf(out,
			"plan: about %.1f min, %.1f min more if a point is not like the record, and %.1f min more if one is "
			"flagged (%.0f s a session, %zu at a time)\n",
			plan->first_s / 60, plan->screen_s / 60, plan->confirm_s / 60, aa_session_seconds(request->aa),
			request->parallel);
	fprintf(out, "plan: half of the points catch %s or less, all of them %s (chance 80 %%)\n",
		words_size(median, plan->catches_median), words_size(worst, plan->catches_worst));
	if (plan->blind) {
		fprintf(out, "plan: %zu of %zu gating points cannot see %s, however many sessions:\n", plan->blind,
			plan->gating, words_size(detect, plan->detect));
		assess(request, &again, out);
	}
}
