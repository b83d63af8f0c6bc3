// SPDX-License-Identifier: GPL-2.0-or-later
/* compare_settle - the verdicts that need no statistics: from outcomes, exact metrics, missing samples */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/text.h"
#include "compare/compare_internal.h"
#include "record/path.h"

void compare_set_verdict(struct compare_row *row, enum verdict verdict, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	row->verdict = verdict;
	free(row->why);
	row->why = text_of_args(format, args);
	va_end(args);
}

static bool is_outcome(const struct run_point *p, const char *one, const char *other)
{
	return !strcmp(p->outcome, one) || !strcmp(p->outcome, other);
}

static void settle_by(struct compare_row *row, enum verdict verdict, const char *side, const struct run_point *p)
{
	compare_set_verdict(row, verdict, "%s is %s: %s: %s", side, p->outcome, p->reason, p->detail);
}

/* The path of one side is not known, and the whole count does not take its place. */
static bool has_no_path(const struct run_point *p)
{
	return !strcmp(p->outcome, "unstable") && !strcmp(p->reason, PATH_UNKNOWN);
}

/* A verdict that follows from the outcomes alone. True when there is one. */
static bool settle_by_outcome(struct compare_row *row, const struct run_point *a, const struct run_point *b)
{
	if (!a || !b)
		compare_set_verdict(row, VERDICT_SKIPPED, "only in %s", a ? "A" : "B");
	else if (is_outcome(b, "wrong", "broken"))
		settle_by(row, VERDICT_ERROR, "B", b);
	else if (is_outcome(a, "wrong", "broken"))
		settle_by(row, VERDICT_ERROR, "A", a);
	else if (is_outcome(a, "skipped", "blocked"))
		settle_by(row, VERDICT_SKIPPED, is_outcome(b, "skipped", "blocked") ? "A, as B," : "A", a);
	else if (is_outcome(b, "skipped", "blocked"))
		settle_by(row, VERDICT_SKIPPED, "B", b);
	else if (has_no_path(b) || has_no_path(a))
		settle_by(row, VERDICT_INCONCLUSIVE, has_no_path(b) ? "B" : "A", has_no_path(b) ? b : a);
	else if (is_outcome(a, "unstable", "unstable"))
		settle_by(row, VERDICT_UNSTABLE, "A", a);
	else if (is_outcome(b, "unstable", "unstable"))
		settle_by(row, VERDICT_UNSTABLE, "B", b);
	else
		return false;
	row->one_sided = a && is_outcome(a, "ok", "unstable") && (!b || is_outcome(b, "skipped", "blocked"));
	return true;
}

static double least_of(const struct medians *m)
{
	double least = INFINITY;

	for (size_t i = 0; i < m->n; i++)
		least = fmin(least, m->value[i]);
	return least;
}

static double most_of(const struct medians *m)
{
	double most = -INFINITY;

	for (size_t i = 0; i < m->n; i++)
		most = fmax(most, m->value[i]);
	return most;
}

/* A count that should not depend on anything: semantics when no session of one side agrees with one of the other. */
static void settle_exact(struct compare_row *row, const struct medians *a, const struct medians *b)
{
	if (!a->n && !b->n)
		compare_set_verdict(row, VERDICT_SKIPPED, "no sample on either side");
	else if (!a->n || !b->n)
		compare_set_verdict(row, VERDICT_SEMANTICS, "only seen in %s", a->n ? "A" : "B");
	else if (least_of(b) > most_of(a) || most_of(b) < least_of(a))
		compare_set_verdict(row, VERDICT_SEMANTICS, "%g became %g %s", row->a, row->b, row->unit);
	else
		compare_set_verdict(row, VERDICT_PASS, "%s", "");
}

/* Ratios of a metric that does not gate: shown, never judged. */
static int settle_shown(struct compare_row *row)
{
	struct judged *one = &row->judged;
	int r = judge_all(&one, 1, 0);

	compare_set_verdict(row, VERDICT_SHOWN, "%s", "");
	return r;
}

int compare_settle(struct compare_row *row, const struct run_point *a, const struct run_point *b,
		   const struct medians *of_a, const struct medians *of_b)
{
	struct judged *one = &row->judged;

	if (settle_by_outcome(row, a, b)) /* numbers are shown where there are some, though nothing is made of them */
		return row->verdict == VERDICT_UNSTABLE && strcmp(row->class, "exact") ? judge_all(&one, 1, 0) : 0;
	if (!strcmp(row->class, "exact") && !path_has_bytes(row->metric))
		settle_exact(row, of_a, of_b);
	else if (!strcmp(row->class, "untimed"))
		compare_set_verdict(row, VERDICT_SKIPPED, "its metric is untimed: this lab keeps no time");
	else if (!row->primary)
		return settle_shown(row);
	else if (!row->judged.pairs)
		compare_set_verdict(row, VERDICT_INCONCLUSIVE, "no pair of sessions with samples on both sides");
	else
		row->tested = true;
	return 0;
}
