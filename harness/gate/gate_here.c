// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gate_here - a gate on this machine: its record, its plan, its two stages; a gate in the lab is gate_prepare and gate_judge
 */
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "analysis/clock_steps.h"
#include "analysis/env_text.h"
#include "base/fault.h"
#include "base/text.h"
#include "campaign/environment.h"
#include "compare/compare_noisy.h"
#include "compare/compare_words.h"
#include "gate/gate.h"
#include "gate/gate_here.h"
#include "judging/baseline.h"
#include "record/fingerprint.h"
#include "sides/order.h"

#define SESSIONS_LEAST 6 /* pairs per stage */

struct gate_here {
	struct aa_parts *parts;
	struct noisy_plan plan;
};

/* ---- the record --------------------------------------------------------------------------- */

static int check_gate_file(const struct gate *g)
{
	if (!g->a_given && !g->plan_only)
		return fault("a stored hardware baseline only advises: give side A to measure, like --a "
			     "build=../old/build, or compare the runs with `nodehop compare`");
	if (g->gate_file->mode)
		return fault("mode = %s: a gate file without a topology is for this machine, and modes are the lab's",
			     g->gate_file->mode);
	if (gate_file_has_bounds(g->gate_file))
		return fault(
			"[bound]: on this machine margins come from its A/A record; bounds are for the lab's gates "
			"and for `compare`");
	return 0;
}

/* MACHINE/NAME or NAME in the file, or this machine's name and its kernel's. */
static int name_record(struct gate *g)
{
	struct machine m = { 0 };
	json_t *facts = environment_machine(&m) < 0 ? NULL : environment_facts(&m);
	const char *given = g->gate_file->baseline, *slash = given ? strrchr(given, '/') : NULL;

	machine_free(&m);
	if (!facts)
		return -1;
	g->machine = slash ? xstrndup(given, (size_t)(slash - given)) : baseline_machine(facts);
	g->name = xstrdup(slash ? slash + 1 : given ? given : env_kernel(facts));
	json_decref(facts);
	return 0;
}

static struct aa_parts *load_record(const struct gate *g)
{
	struct aa_parts *parts = NULL;
	char *path = text_append(NULL, "%s/%s/aa/%s.json", g->root, g->machine, g->name);

	if (access(path, F_OK))
		fault("%s: no A/A record, so no margin is known; ci/record-boot, once in each of %d boots, makes one "
		      "(docs/gate.md)",
		      path, AA_BOOTS);
	else
		parts = aa_parts_load(path);
	free(path);
	return parts;
}

/* ---- the plan ------------------------------------------------------------------------------ */

static int set_terms(struct gate *g, struct promise_terms *terms)
{
	terms->screen = g->screen ? g->screen : g->gate_file->screen ? g->gate_file->screen : NOISY_SCREEN;
	terms->confirm = g->confirm ? g->confirm : g->gate_file->confirm ? g->gate_file->confirm : NOISY_CONFIRM;
	terms->alpha = g->alpha;
	g->plan.screen = terms->screen;
	g->plan.confirm = terms->confirm;
	if (terms->screen % 2 || terms->confirm % 2 || terms->screen < SESSIONS_LEAST ||
	    terms->confirm < SESSIONS_LEAST)
		return fault(
			"%zu sessions a side to screen and %zu to confirm: on this machine it takes even numbers from "
			"%d, so that each side is first as often",
			terms->screen, terms->confirm, SESSIONS_LEAST);
	return 0;
}

static void print_time(const struct gate_here *here)
{
	const struct promise_terms *t = &here->plan.terms;
	double pair_s = 2 * here->parts->session_seconds;

	if (pair_s > 0)
		printf("plan: about %.1f min, and %.1f min more if a point is flagged (%.0f s a session)\n",
		       pair_s * (double)t->screen / 60, pair_s * (double)t->confirm / 60, pair_s / 2);
}

static void print_catches(const struct noisy_plan *plan)
{
	double *catches = xcalloc(plan->gating_n + 1, sizeof(*catches));
	char median[WORDS_MAX], worst[WORDS_MAX];
	size_t n = 0;

	for (size_t p = 0; p < plan->parts->points; p++)
		if (plan->gating[p])
			catches[n++] = plan->promise.catches[p];
	if (n) {
		gsl_sort(catches, 1, n);
		printf("plan: half of the gating points catch %s or less, all of them %s (chance 95 %%)\n",
		       words_size(median, catches[(n - 1) / 2]), words_size(worst, catches[n - 1]));
	}
	free(catches);
}

/* Each point that does not gate, with the reason. */
static void print_advisory(const struct noisy_plan *plan)
{
	char catches[WORDS_MAX];

	for (size_t p = 0; p < plan->parts->points; p++) {
		const struct aa_parts_point *point = &plan->parts->point[p];

		if (plan->gating[p])
			continue;
		if (point->clock_steps < CLOCK_STEPS_LEAST)
			printf("  advisory, only %.0f steps of the clock: %s\n", point->clock_steps, point->point);
		else if (!plan->wanted[p])
			printf("  advisory by its nature or the gate file: %s\n", point->point);
		else
			printf("  advisory, catches only %s: %s\n", words_size(catches, plan->promise.catches[p]),
			       point->point);
	}
}

static void print_plan(const struct gate_here *here)
{
	const struct noisy_plan *plan = &here->plan;
	char *described = aa_parts_describe(here->parts);

	printf("plan: %s: %s\n", here->parts->path, described ? described : "");
	printf("plan: %zu pairs of sessions screen %zu gating points (%zu advisory); at most %d flagged ones get %zu "
	       "fresh "
	       "pairs, alpha %g\n",
	       plan->terms.screen, plan->gating_n, plan->parts->points - plan->gating_n, CONFIRM_MAX,
	       plan->terms.confirm, plan->terms.alpha);
	print_time(here);
	print_catches(plan);
	print_advisory(plan);
	if (plan->doubt)
		printf("plan: this gate only advises: %s\n", plan->doubt);
	free(described);
	fflush(stdout);
}

static int check_enough(const struct noisy_plan *plan)
{
	char detect[WORDS_MAX];

	if (!noisy_plan_is_empty(plan))
		return 0;
	printf("nothing to gate by: %zu of %zu points would catch a change of %s, and it takes %d or all; --detect "
	       "accepts a larger one, a quieter machine or more sessions per stage detect a smaller one\n",
	       plan->gating_n, plan->wanted_n, words_size(detect, plan->detect), NOISY_FEW);
	return 1;
}

static int make_plan(struct gate *g)
{
	struct promise_terms terms;
	double detect = g->detect > 0 ? g->detect : NOISY_DETECT;

	if (set_terms(g, &terms) < 0)
		return -1;
	if (noisy_plan_make(&g->here->plan, g->here->parts, g->gate_file, &terms, log1p(detect)) < 0)
		return -1;
	print_plan(g->here);
	return check_enough(&g->here->plan);
}

int gate_here_prepare(struct gate *g)
{
	if (check_gate_file(g) < 0 || side_check(&g->a, &g->experiment) < 0 || side_check(&g->b, &g->experiment) < 0)
		return -1;
	g->here = xcalloc(1, sizeof(*g->here));
	if (name_record(g) < 0 || !(g->here->parts = load_record(g)))
		return -1;
	return make_plan(g);
}

/* ---- judging --------------------------------------------------------------------------------- */

static struct comparison *measure(const struct gate *g, const struct gate_stage *stage, bool *b_first)
{
	struct comparison *c;

	order_pairs(b_first, stage->sessions, stage->seed);
	c = gate_measure_stage(g, stage);
	if (!c || !sides_lost())
		return c;
	compare_free(c);
	fault("the order of the pairs counts here, and one of them was left out; run the gate again");
	return NULL;
}

/* A record of another state of this machine promises nothing. What differs is listed as if the sides differed in it. */
static int check_record(const struct gate *g, struct comparison *c)
{
	struct run *b = run_load(c->b.dir);
	json_t *differing = NULL;
	int n = b ? fingerprint_compare(g->here->parts->record, b->env, NULL, NULL, &differing) : -1;

	if (n > 0) {
		compare_refuse(c, differing);
		printf("%s is of another state of this machine (A): ci/record-boot makes one of this state (B)\n",
		       g->here->parts->path);
	}
	json_decref(differing);
	run_free(b);
	return n < 0 ? -1 : 0;
}

static int confirm(const struct gate *g, struct comparison *c)
{
	struct noisy_plan *plan = &g->here->plan;
	struct gate_stage stage = { "confirm", 0, plan->terms.confirm, g->seed + GATE_SEEDS_APART };
	bool b_first[SIDE_SESSIONS_MAX];
	struct comparison *fresh;

	printf("%zu point%s flagged\n", plan->flagged_n, plan->flagged_n == 1 ? " is" : "s are");
	fresh = measure(g, &stage, b_first);
	if (!fresh)
		return -1;
	compare_noisy_confirm(c, plan, fresh, b_first);
	compare_free(fresh);
	return 0;
}

struct comparison *gate_here_judge(const struct gate *g)
{
	struct noisy_plan *plan = &g->here->plan;
	struct gate_stage stage = { "screen", 0, plan->terms.screen, g->seed };
	bool b_first[SIDE_SESSIONS_MAX];
	struct comparison *c = measure(g, &stage, b_first);
	long n;

	if (!c || json_array_size(c->differing))
		return c;
	if (check_record(g, c) == 0) {
		if (json_array_size(c->differing))
			return c;
		n = compare_noisy_screen(c, plan, b_first);
		if (n == 0 || (n > 0 && (plan->doubt || confirm(g, c) == 0)))
			return c;
	}
	compare_free(c);
	return NULL;
}

void gate_here_free(struct gate_here *here)
{
	if (!here)
		return;
	noisy_plan_free(&here->plan);
	aa_parts_free(here->parts);
	free(here);
}
