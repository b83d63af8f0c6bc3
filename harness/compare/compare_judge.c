// SPDX-License-Identifier: GPL-2.0-or-later
/* compare_judge - the verdicts of all tested rows together, in one stage or in the two of a gate in the lab */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "analysis/stats.h"
#include "base/minmax.h"
#include "compare/compare_internal.h"

/* What the first sessions of a gate settled is not judged again. */
static bool is_judged(const struct compare_row *row)
{
	return row->tested && !row->within_record;
}

/* The tested rows, as the judge takes them; free() it. Their count in *n. */
static struct judged **tested_rows(struct comparison *c, size_t *n)
{
	struct judged **points = xmalloc((c->rows + 1) * sizeof(*points));

	*n = 0;
	for (size_t i = 0; i < c->rows; i++)
		if (is_judged(&c->row[i]))
			points[(*n)++] = &c->row[i].judged;
	return points;
}

/* Every session of one side has the digits of its counterpart, which no further session could show better. */
static bool is_identical(const struct compare_row *row)
{
	const struct judged *judged = &row->judged;

	if (strcmp(row->class, "counted") || row->a_sessions != row->b_sessions || judged->pairs != row->a_sessions)
		return false;
	for (size_t i = 0; i < judged->pairs; i++)
		if (judged->ratio[i] != 0)
			return false;
	return true;
}

static void take_verdict(struct compare_row *row)
{
	bool identical = is_identical(row);

	row->verdict = identical ? VERDICT_PASS : row->judged.j.verdict;
	if (row->fewer_bytes && (row->verdict == VERDICT_PASS || row->verdict == VERDICT_SMALL))
		row->verdict = VERDICT_IMPROVED;
	else if (identical)
		compare_set_verdict(row, VERDICT_PASS, "identical");
}

static void take_verdicts(struct comparison *c)
{
	for (size_t i = 0; i < c->rows; i++)
		if (is_judged(&c->row[i]))
			take_verdict(&c->row[i]);
}

/* Scatter with nothing changed: the A/A record's, else the row's own pairs about their median; free() it. */
static double *null_of(const struct compare_row *row, size_t *n)
{
	const double *from = row->null ? row->null : row->judged.ratio;
	double centre = row->null ? 0 : row->judged.j.estimate, *null;

	*n = row->null ? row->null_n : row->judged.pairs;
	null = xmalloc((*n + 1) * sizeof(*null));
	for (size_t i = 0; i < *n; i++)
		null[i] = from[i] - centre;
	return null;
}

int compare_judge(struct comparison *c)
{
	struct judged **points = tested_rows(c, &c->tested);
	int r = judge_all(points, c->tested, c->alpha);

	free(points);
	if (r < 0)
		return -1;
	take_verdicts(c);
	c->needs_sessions = stats_sign_needs(c->tested ? c->tested : 1, c->alpha);
	for (size_t i = 0; i < c->rows; i++) {
		struct compare_row *row = &c->row[i];
		size_t pairs = row->judged.pairs, n,
		       threshold = stats_sign_threshold(pairs, c->alpha / (double)c->tested);
		double *null = row->tested ? null_of(row, &n) : NULL;

		if (null)
			row->catches =
				stats_detectable(null, n, row->judged.limits.margin, pairs, threshold, COMPARE_POWER);
		free(null);
	}
	return 0;
}

/* To be flagged the median must leave the margin; then the confirming pairs must agree. */
double compare_gate_catches(const double *null, size_t null_n, double margin, size_t screen, size_t confirm,
			    size_t points, double alpha)
{
	size_t family = min(points, (size_t)CONFIRM_MAX);
	double flagged = stats_detectable(null, null_n, margin, screen, screen / 2 + 1, COMPARE_POWER);
	size_t threshold = stats_sign_threshold(confirm, alpha / (double)(family ? family : 1));

	return fmax(flagged, stats_detectable(null, null_n, margin, confirm, threshold, COMPARE_POWER));
}

static void set_gate_catches(struct comparison *c, size_t confirm)
{
	for (size_t i = 0; i < c->rows; i++) {
		struct compare_row *row = &c->row[i];
		size_t n;
		double *null = row->tested ? null_of(row, &n) : NULL;

		if (null)
			row->catches =
				compare_gate_catches(null, n, row->judged.limits.margin, c->screen ?: row->judged.pairs,
						     confirm, c->tested, c->alpha);
		free(null);
	}
}

/* The judge's indexes are among the tested rows: turns them into row numbers. */
static void to_rows(const struct comparison *c, size_t *picked, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t row = 0;

		for (size_t left = picked[i] + 1; left; row++)
			left -= is_judged(&c->row[row]);
		picked[i] = row - 1;
	}
}

/* Its numbers are shown, and nothing is made of them. */
static void pass_as_seen(struct compare_row *row)
{
	struct judged *one = &row->judged;

	judge_all(&one, 1, 0);
	row->within_record = true;
	row->verdict = row->fewer_bytes ? VERDICT_IMPROVED : VERDICT_PASS;
	if (!row->fewer_bytes)
		compare_set_verdict(row, VERDICT_PASS, "within record");
}

size_t compare_pass_seen(struct comparison *c)
{
	size_t open = 0;

	for (size_t i = 0; i < c->rows; i++) {
		struct compare_row *row = &c->row[i];

		open += row->gating && row->tested && !row->seen;
		if (row->tested && row->seen)
			pass_as_seen(row);
	}
	return open;
}

void compare_keep_seen(struct comparison *c, const struct comparison *first)
{
	for (size_t i = 0; i < c->rows; i++) {
		const struct compare_row *before = compare_find_row(first, &c->row[i]);

		if (c->row[i].tested && before && before->within_record)
			pass_as_seen(&c->row[i]);
	}
}

long compare_screen(struct comparison *c, size_t confirm, size_t picked[CONFIRM_MAX])
{
	struct judged **points = tested_rows(c, &c->tested);
	size_t n;

	n = judge_screen(points, c->tested, picked);
	free(points);
	c->gate = true;
	take_verdicts(c);
	to_rows(c, picked, n);
	set_gate_catches(c, confirm);
	return (long)n;
}

struct compare_row *compare_find_row(const struct comparison *c, const struct compare_row *like)
{
	for (size_t i = 0; i < c->rows; i++)
		if (!strcmp(c->row[i].point, like->point) && !strcmp(c->row[i].metric, like->metric))
			return &c->row[i];
	return NULL;
}

const struct compare_row *compare_primary_of(const struct comparison *c, const char *point)
{
	for (size_t i = 0; i < c->rows; i++)
		if (c->row[i].primary && !strcmp(c->row[i].point, point))
			return &c->row[i];
	return NULL;
}

/* Fresh numbers replace the screen's, ratios included. */
void compare_take_fresh(struct compare_row *row, struct compare_row *fresh)
{
	double *ratio = row->judged.ratio;
	size_t *place = row->place;

	row->judged.ratio = fresh->judged.ratio;
	row->judged.pairs = fresh->judged.pairs;
	row->place = fresh->place;
	fresh->judged.ratio = ratio;
	fresh->place = place;
	row->a = fresh->a;
	row->b = fresh->b;
	row->a_mad = fresh->a_mad;
	row->b_mad = fresh->b_mad;
	row->a_sessions = fresh->a_sessions;
	row->b_sessions = fresh->b_sessions;
	row->confirmed = true;
}

int compare_confirm(struct comparison *c, const struct comparison *fresh, const size_t *picked, size_t n)
{
	struct judged *points[CONFIRM_MAX] = { NULL };
	size_t ready = 0;

	for (size_t i = 0; i < n; i++) {
		struct compare_row *row = &c->row[picked[i]], *again = compare_find_row(fresh, row);

		if (!again || !again->tested) { /* it became unmeasurable: what the fresh sessions say stands */
			compare_set_verdict(row, again ? again->verdict : VERDICT_FLAGGED, "%s",
					    again ? again->why : "");
			continue;
		}
		compare_take_fresh(row, again);
		points[ready++] = &row->judged;
	}
	if (judge_confirm(points, ready, c->alpha) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (c->row[picked[i]].confirmed)
			take_verdict(&c->row[picked[i]]);
	return 0;
}

/* The sign that judging put on a ratio comes off again; an interval turns round with it. */
struct change compare_change(const struct compare_row *row)
{
	const struct judgement *j = &row->judged.j;
	bool turned = !strcmp(row->better, "higher");
	struct change change = { expm1(turned ? -j->estimate : j->estimate), NAN, NAN, NAN };

	if (j->has_interval) {
		change.lo = expm1(turned ? -j->interval.hi : j->interval.lo);
		change.hi = expm1(turned ? -j->interval.lo : j->interval.hi);
		change.coverage = j->interval.coverage;
	}
	return change;
}

size_t compare_count(const struct comparison *c, enum verdict verdict, bool gating_only)
{
	size_t n = 0;

	for (size_t i = 0; i < c->rows; i++)
		n += c->row[i].primary && c->row[i].verdict == verdict && (c->row[i].gating || !gating_only);
	return n;
}

size_t compare_semantics(const struct comparison *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->rows; i++)
		n += c->row[i].verdict == VERDICT_SEMANTICS;
	return n;
}

static bool fails(const struct comparison *c)
{
	for (size_t i = 0; i < c->rows; i++) {
		const struct compare_row *row = &c->row[i];

		if (row->gating &&
		    (row->verdict == VERDICT_REGRESSED || (row->verdict == VERDICT_ERROR && row->why[0] == 'B')))
			return true;
	}
	return (c->strict && compare_semantics(c)) || (c->strict_functions && compare_functions_grew(c));
}

/* A gating point on which the comparison cannot say that all is well. */
static bool is_open(const struct compare_row *row)
{
	if (!row->gating)
		return false;
	return row->verdict == VERDICT_INCONCLUSIVE || row->verdict == VERDICT_UNSTABLE ||
	       row->verdict == VERDICT_FLAGGED || row->verdict == VERDICT_ERROR || row->one_sided;
}

int compare_exit(const struct comparison *c)
{
	bool open = *c->undecided, measured = false;

	if (json_array_size(c->differing))
		return 5;
	for (size_t i = 0; i < c->rows; i++) {
		const struct compare_row *row = &c->row[i];

		open |= is_open(row);
		measured |= row->primary && row->verdict != VERDICT_SKIPPED && row->verdict != VERDICT_ERROR;
	}
	return fails(c) ? 1 : open ? 3 : measured ? 0 : 4;
}
