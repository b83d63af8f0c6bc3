// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * compare_noisy - the plan and the two stages of a gate on hardware, from rows to verdicts; the statistics are judging/noisy_gate's
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "analysis/clock_steps.h"
#include "base/fault.h"
#include "base/text.h"
#include "compare/compare_internal.h"
#include "compare/compare_noisy.h"
#include "judging/noisy_gate.h"

#define POWER	0.95 /* of what a point catches */
#define MACHINE "machine"

/* ---- the plan ------------------------------------------------------------------------ */

static void choose_points(struct noisy_plan *plan, const struct gate_file *gate_file)
{
	const struct aa_parts *parts = plan->parts;

	for (size_t p = 0; p < parts->points; p++) {
		const struct aa_parts_point *point = &parts->point[p];

		plan->wanted[p] =
			gate_file_is_gating(gate_file, point->point) && !(point->clock_steps < CLOCK_STEPS_LEAST);
		plan->gating[p] = plan->wanted[p] && plan->promise.catches[p] <= plan->detect;
		plan->wanted_n += plan->wanted[p];
		plan->gating_n += plan->gating[p];
	}
	plan->gating[parts->points] = plan->promise.common;
}

int noisy_plan_make(struct noisy_plan *plan, const struct aa_parts *parts, const struct gate_file *gate_file,
		    const struct promise_terms *terms, double detect)
{
	size_t rows = parts->points + 1;

	*plan = (struct noisy_plan){ .parts = parts,
				     .terms = *terms,
				     .detect = detect,
				     .doubt = aa_parts_doubt(parts),
				     .wanted = xcalloc(rows, sizeof(bool)),
				     .gating = xcalloc(rows, sizeof(bool)),
				     .j = xcalloc(rows, sizeof(struct judgement)),
				     .flagged = xcalloc(rows, sizeof(size_t)) };
	promise_make(&plan->promise, parts->part, parts->parts, terms);
	choose_points(plan, gate_file);
	return 0;
}

bool noisy_plan_is_empty(const struct noisy_plan *plan)
{
	size_t least = plan->wanted_n < NOISY_FEW ? plan->wanted_n : NOISY_FEW;

	return !plan->doubt && (plan->gating_n < least || !plan->gating_n);
}

void noisy_plan_free(struct noisy_plan *plan)
{
	promise_free(&plan->promise);
	free(plan->doubt);
	free(plan->wanted);
	free(plan->gating);
	free(plan->j);
	free(plan->flagged);
}

/* ---- between rows and points ------------------------------------------------------------ */

/* The row of a point of the record that can be judged; NULL. */
static struct compare_row *row_of(const struct comparison *c, const struct aa_parts_point *point)
{
	for (size_t i = 0; i < c->rows; i++) {
		struct compare_row *row = &c->row[i];

		if (row->tested && !strcmp(row->point, point->point) && !strcmp(row->metric, point->metric))
			return row;
	}
	return NULL;
}

static void take_pairs(struct pairs *pairs, const struct comparison *c, const struct aa_parts *parts,
		       const bool *b_first, size_t n)
{
	pairs_make(pairs, parts->points, n);
	memcpy(pairs->b_first, b_first, n * sizeof(bool));
	for (size_t p = 0; p < parts->points; p++) {
		const struct compare_row *row = row_of(c, &parts->point[p]);

		for (size_t i = 0; row && i < row->judged.pairs; i++)
			if (row->place[i] < n)
				pairs->ratio[p * n + row->place[i]] = row->judged.ratio[i];
	}
}

/* Unless it has a reason already. */
static void say_why(struct compare_row *row, const char *why)
{
	if (*row->why)
		return;
	free(row->why);
	row->why = xstrdup(why);
}

static void set_row(struct compare_row *row, const struct noisy_plan *plan, size_t p)
{
	const struct judgement *j = &plan->j[p];
	double margin = plan->promise.margin[p];

	row->judged.j = *j;
	row->judged.limits = (struct limits){ margin, NAN };
	row->margin_measured = true;
	row->catches = plan->promise.catches[p];
	row->verdict = j->verdict;
	row->gating = plan->gating[p] && !plan->doubt;
	if (j->verdict == VERDICT_INCONCLUSIVE)
		say_why(row, "measured in fewer than half of the pairs of sessions, here or in the A/A record");
	if (j->verdict == VERDICT_PASS && j->estimate < -margin)
		say_why(row, "better by more than its margin; fresh sessions are for what is worse");
}

/* What all points share is judged as a point, and decides like one. */
static void add_machine(struct comparison *c)
{
	struct compare_row *row = compare_new_row(c);

	row->point = xstrdup(MACHINE);
	row->benchmark = xstrdup(MACHINE);
	row->metric = xstrdup("all points");
	row->unit = xstrdup("");
	row->better = xstrdup("lower");
	row->class = xstrdup("noisy");
	row->primary = row->tested = true;
}

static struct compare_row *row_at(struct comparison *c, const struct noisy_plan *plan, size_t p)
{
	if (p < plan->parts->points)
		return row_of(c, &plan->parts->point[p]);
	return row_of(c, &(struct aa_parts_point){ MACHINE, "all points", NAN });
}

/* The row's point in the record; their count when it has none. */
static size_t point_of(const struct aa_parts *parts, const struct compare_row *row)
{
	size_t p = 0;

	while (p < parts->points &&
	       (strcmp(parts->point[p].point, row->point) || strcmp(parts->point[p].metric, row->metric)))
		p++;
	return p;
}

/* ---- the screen ---------------------------------------------------------------------------- */

static void set_unknown(struct compare_row *row)
{
	row->verdict = VERDICT_INCONCLUSIVE;
	say_why(row, "is not in the A/A record");
}

/* A point of which nothing was promised decides by being wrong, and by nothing else. */
static void narrow_rows(struct comparison *c, const struct noisy_plan *plan)
{
	for (size_t i = 0; i < c->rows; i++) {
		struct compare_row *row = &c->row[i];
		size_t p = point_of(plan->parts, row);

		if (plan->doubt || (row->verdict != VERDICT_ERROR && (p == plan->parts->points || !plan->gating[p])))
			row->gating = false;
		if (row->tested && p == plan->parts->points)
			set_unknown(row);
	}
}

/* A point gates that was measured, and that nothing seen now speaks against. */
static void narrow_points(const struct comparison *c, struct noisy_plan *plan)
{
	for (size_t p = 0; p < plan->parts->points; p++) {
		const struct compare_row *row = row_of(c, &plan->parts->point[p]);

		plan->gating[p] &= row && (row->gating || plan->doubt);
	}
}

static void set_rows(struct comparison *c, struct noisy_plan *plan)
{
	if (plan->promise.common)
		add_machine(c);
	for (size_t p = 0; p <= plan->parts->points; p++) {
		struct compare_row *row = row_at(c, plan, p);

		if (row)
			set_row(row, plan, p);
	}
}

static void say_noise(struct comparison *c, const struct noisy_plan *plan, const struct noise_check *check)
{
	if (!check->too_noisy || plan->doubt)
		return;
	free(c->undecided);
	c->undecided = text_append(
		NULL,
		"the machine is noisier than its A/A record: a typical point scatters %.1f times as much, and "
		"%.0f %% of "
		"the points more than chance allows; quieten it, or measure the record again",
		check->typical, 100 * check->noisier);
}

static void say_all(struct comparison *c, const struct noisy_plan *plan)
{
	char *described = aa_parts_describe(plan->parts);

	free(c->margin_from);
	c->margin_from = text_append(NULL, "%s: %s", plan->parts->path, described);
	free(described);
	if (plan->promise.common)
		json_array_append_new(c->notes, json_string("what all points have in common is taken out of each pair "
							    "of sessions, and judged as the point \"" MACHINE "\""));
	if (plan->doubt)
		json_array_append_new(c->notes, json_sprintf("this gate only advises: %s", plan->doubt));
}

long compare_noisy_screen(struct comparison *c, struct noisy_plan *plan, const bool *b_first)
{
	struct pairs pairs = { 0 };
	struct noise_check check;
	long n = -1;

	c->gate = true;
	c->power = POWER;
	narrow_rows(c, plan);
	narrow_points(c, plan);
	take_pairs(&pairs, c, plan->parts, b_first, plan->terms.screen);
	n = noisy_screen(&plan->promise, plan->gating, &pairs, plan->j, plan->flagged, &check);
	pairs_free(&pairs);
	if (n < 0)
		return -1;
	say_noise(c, plan, &check);
	set_rows(c, plan);
	say_all(c, plan);
	c->tested = plan->parts->points;
	plan->flagged_n = (size_t)n;
	return n;
}

/* ---- the confirmation ------------------------------------------------------------------------ */

/* In words, why a point that was taken along is still flagged though its numbers speak. */
static void explain_flag(struct compare_row *row, double alpha)
{
	if (row->verdict == VERDICT_FLAGGED && row->judged.j.p_adjusted <= alpha)
		say_why(row, "slower only relative to the other points: the machine as a whole became faster");
}

static void confirm_row(struct comparison *c, const struct noisy_plan *plan, const struct comparison *fresh, size_t p)
{
	struct compare_row *row = row_at(c, plan, p), *again = row ? compare_find_row(fresh, row) : NULL;

	if (!row)
		return;
	row->confirmed = true;
	if (again && !again->tested) { /* it became unmeasurable: what the fresh sessions say stands */
		row->verdict = again->verdict;
		say_why(row, again->why);
		return;
	}
	if (again)
		compare_take_fresh(row, again);
	set_row(row, plan, p);
	explain_flag(row, plan->terms.alpha);
}

void compare_noisy_confirm(struct comparison *c, struct noisy_plan *plan, const struct comparison *fresh,
			   const bool *b_first)
{
	struct pairs pairs = { 0 };

	take_pairs(&pairs, fresh, plan->parts, b_first, plan->terms.confirm);
	noisy_confirm(&plan->promise, plan->gating, &pairs, plan->flagged, plan->flagged_n, plan->terms.alpha, plan->j);
	pairs_free(&pairs);
	for (size_t i = 0; i < plan->flagged_n; i++) {
		struct compare_row *row = row_at(c, plan, plan->flagged[i]);

		if (i < CONFIRM_MAX)
			confirm_row(c, plan, fresh, plan->flagged[i]);
		else if (row)
			say_why(row, "more points are flagged than get fresh sessions");
	}
}
