// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/clock_steps.h"
#include "analysis/env_text.h"
#include "analysis/margin.h"
#include "analysis/summary.h"
#include "base/fault.h"
#include "compare/compare_internal.h"
#include "judging/aa.h"
#include "judging/gate_file.h"

struct side {
	const struct run *run;
	struct values *values;
	size_t skip, take; /* sessions, by their place in the run; 0, 0: all */
};

struct build {
	struct comparison *c;
	const struct compare_options *options;
	struct side a, b;
	double step_ns; /* of the coarser clock */
};

/* ---- one row ------------------------------------------------------------- */

/* The session medians of one point and metric on one side, and the places of those sessions among the side's. */
struct medians {
	double *value;
	size_t *place;
	size_t n;
};

/* Drops the sessions that this side is not to use; of an exact metric any session speaks for all. */
static size_t select_sessions(const struct side *side, struct medians *m, const int *session, bool all)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->n; i++) {
		size_t place = env_session_place(side->run->env, session[i]);

		if (!all && side->take && (place < side->skip || place >= side->skip + side->take))
			continue;
		m->value[kept] = m->value[i];
		m->place[kept++] = place - (place < side->skip ? 0 : side->skip);
	}
	return kept;
}

static struct medians get_medians(const struct side *side, long point, long metric)
{
	struct medians m = { NULL, NULL, 0 };
	size_t samples;
	int *session;

	if (point < 0 || metric < 0)
		return m;
	samples = values_of(side->values, (size_t)point, (size_t)metric)->n;
	m.value = malloc((samples + 1) * sizeof(double));
	m.place = malloc((samples + 1) * sizeof(*m.place));
	session = malloc((samples + 1) * sizeof(*session));
	if (m.value && m.place && session) {
		m.n = values_medians(side->values, (size_t)point, (size_t)metric, m.value, session);
		m.n = select_sessions(side, &m, session, !strcmp(side->run->metric[metric].class, "exact"));
	}
	free(session);
	return m;
}

static void medians_free(struct medians *m)
{
	free(m->value);
	free(m->place);
}

/* NAN of none: of a metric that neither side has, too. */
static double median_over(const struct run_metric *metric, const double *value, size_t n)
{
	return n ? values_median(metric, value, n) : NAN;
}

/* Scatter within a session, over all sessions of the side. */
static double mad_of(const struct side *side, long point, long metric)
{
	struct summary s = { .mad = NAN };

	if (point >= 0 && metric >= 0)
		summary_of(side->values, (size_t)point, (size_t)metric, &s);
	return s.mad;
}

static bool is_counted(const struct compare_row *row)
{
	return !strcmp(row->class, "counted");
}

static void copy_null(struct compare_row *row, const struct aa_point *aa)
{
	row->null = malloc((aa->null_n + 1) * sizeof(double));
	if (!row->null)
		return;
	row->null_n = aa->null_n;
	memcpy(row->null, aa->null, aa->null_n * sizeof(double));
}

/* The measured margin where there is a record, else the least of its class; no less than what lies between A's sessions. */
static void set_limits(struct compare_row *row, const struct compare_options *o, const struct medians *a)
{
	struct limits *limits = &row->judged.limits;
	struct aa_point aa;
	double bound = o->gate_file ? gate_file_bound(o->gate_file, row->point) : 0;

	row->gating = row->primary && gate_file_is_gating(o->gate_file, row->point);
	*limits = (struct limits){ NAN, NAN };
	if (!strcmp(row->class, "exact"))
		return;
	row->margin_measured = o->aa && aa_lookup(o->aa, row->point, row->metric, &aa);
	if (row->margin_measured)
		copy_null(row, &aa);
	limits->margin = row->margin_measured ? aa.margin : margin_least(is_counted(row));
	limits->bound = bound > 0 ? bound : margin_default_bound(is_counted(row));
	if (is_counted(row) && limits->margin > MARGIN_ADVISORY_COUNTED)
		row->gating = false;
	limits->margin = margin_widen(is_counted(row), limits->margin, a->value, a->n);
}

/* Sessions of the same place are a pair; one whose fellow has no value of this point is left out. */
static void pair_up(struct compare_row *row, const struct medians *a, const struct medians *b)
{
	struct judged *judged = &row->judged;
	bool higher = !strcmp(row->better, "higher");

	for (size_t i = 0, j = 0; i < a->n && j < b->n;) {
		if (a->place[i] == b->place[j]) {
			row->place[judged->pairs] = a->place[i];
			judged->pairs +=
				margin_ratios(&a->value[i++], &b->value[j++], 1, higher, &judged->ratio[judged->pairs]);
		} else if (a->place[i] < b->place[j]) {
			i++;
		} else {
			j++;
		}
	}
}

static int set_pairs(struct compare_row *row, const struct medians *a, const struct medians *b)
{
	size_t most = a->n < b->n ? a->n : b->n;

	row->a_sessions = a->n;
	row->b_sessions = b->n;
	row->judged.ratio = malloc((most + 1) * sizeof(double));
	row->place = malloc((most + 1) * sizeof(*row->place));
	if (!row->judged.ratio || !row->place)
		return fault("out of memory");
	pair_up(row, a, b);
	return 0;
}

static void __attribute__((format(printf, 3, 4)))
settle(struct compare_row *row, enum verdict verdict, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	row->verdict = verdict;
	free(row->why);
	if (vasprintf(&row->why, format, args) < 0)
		row->why = NULL;
	va_end(args);
}

static bool is_outcome(const struct run_point *p, const char *one, const char *other)
{
	return !strcmp(p->outcome, one) || !strcmp(p->outcome, other);
}

static void settle_by(struct compare_row *row, enum verdict verdict, const char *side, const struct run_point *p)
{
	settle(row, verdict, "%s is %s: %s: %s", side, p->outcome, p->reason, p->detail);
}

/* A verdict that follows from the outcomes alone. True when there is one. */
static bool settle_by_outcome(struct compare_row *row, const struct run_point *a, const struct run_point *b)
{
	if (!a || !b)
		settle(row, VERDICT_SKIPPED, "only in %s", a ? "A" : "B");
	else if (is_outcome(b, "wrong", "broken"))
		settle_by(row, VERDICT_ERROR, "B", b);
	else if (is_outcome(a, "wrong", "broken"))
		settle_by(row, VERDICT_ERROR, "A", a);
	else if (is_outcome(a, "skipped", "blocked"))
		settle_by(row, VERDICT_SKIPPED, is_outcome(b, "skipped", "blocked") ? "A, as B," : "A", a);
	else if (is_outcome(b, "skipped", "blocked"))
		settle_by(row, VERDICT_SKIPPED, "B", b);
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
		settle(row, VERDICT_SKIPPED, "no sample on either side");
	else if (!a->n || !b->n)
		settle(row, VERDICT_SEMANTICS, "only seen in %s", a->n ? "A" : "B");
	else if (least_of(b) > most_of(a) || most_of(b) < least_of(a))
		settle(row, VERDICT_SEMANTICS, "%g became %g %s", row->a, row->b, row->unit);
	else
		settle(row, VERDICT_PASS, "%s", "");
}

/* Ratios of a metric that does not gate: shown, never judged. */
static int settle_shown(struct compare_row *row)
{
	struct judged *one = &row->judged;
	int r = judge_all(&one, 1, 0);

	settle(row, VERDICT_SHOWN, "%s", "");
	return r;
}

static int settle_row(struct compare_row *row, const struct run_point *a, const struct run_point *b,
		      const struct medians *of_a, const struct medians *of_b)
{
	struct judged *one = &row->judged;

	if (settle_by_outcome(row, a, b)) /* numbers are shown where there are some, though nothing is made of them */
		return row->verdict == VERDICT_UNSTABLE && strcmp(row->class, "exact") ? judge_all(&one, 1, 0) : 0;
	if (!strcmp(row->class, "exact"))
		settle_exact(row, of_a, of_b);
	else if (!strcmp(row->class, "untimed"))
		settle(row, VERDICT_SKIPPED, "its metric is untimed: this lab keeps no time");
	else if (!row->primary)
		return settle_shown(row);
	else if (!row->judged.pairs)
		settle(row, VERDICT_INCONCLUSIVE, "no pair of sessions with samples on both sides");
	else
		row->tested = true;
	return 0;
}

struct compare_row *compare_new_row(struct comparison *c)
{
	struct compare_row *grown = realloc(c->row, (c->rows + 1) * sizeof(*grown));

	if (!grown)
		return NULL;
	c->row = grown;
	grown[c->rows] = (struct compare_row){
		.a = NAN,
		.b = NAN,
		.a_mad = NAN,
		.b_mad = NAN,
		.catches = NAN,
		.verdict = VERDICT_INCONCLUSIVE,
		.why = strdup(""),
		.judged.j = { .estimate = NAN, .p = NAN, .p_adjusted = NAN },
	};
	return &c->row[c->rows++];
}

static int name_row(struct compare_row *row, const struct run_point *p, const struct run_metric *m)
{
	row->point = strdup(p->key);
	row->benchmark = strdup(p->benchmark);
	row->metric = strdup(m ? m->name : p->primary);
	row->unit = strdup(m ? m->unit : "");
	row->better = strdup(m ? m->better : "neither");
	row->class = strdup(m ? m->class : "");
	return row->point && row->benchmark && row->metric && row->unit && row->better && row->class && row->why
		       ? 0
		       : fault("out of memory");
}

/* A cost of a few steps of the clock says nothing of a change. */
static void set_advisory_if_short(struct compare_row *row, const struct build *build, size_t point)
{
	double steps = clock_steps(build->a.values, point, build->step_ns);

	if (!row->tested || strcmp(row->class, "noisy") || !(steps < CLOCK_STEPS_LEAST))
		return;
	row->gating = false;
	settle(row, row->verdict, "only %.0f steps of the clock", steps);
}

static const struct run_point *point_at(const struct run *run, long at)
{
	return at < 0 ? NULL : &run->point[at];
}

/* metric_a or metric_b may be -1: that side does not have it. */
static int add_row(struct build *build, struct match m, long metric_a, long metric_b, bool primary)
{
	const struct run *run_a = build->a.run, *run_b = build->b.run;
	const struct run_point *a = point_at(run_a, m.a), *b = point_at(run_b, m.b);
	const struct run_metric *metric = metric_a >= 0	  ? &run_a->metric[metric_a]
					  : metric_b >= 0 ? &run_b->metric[metric_b]
							  : NULL;
	struct medians of_a = get_medians(&build->a, m.a, metric_a), of_b = get_medians(&build->b, m.b, metric_b);
	struct compare_row *row = compare_new_row(build->c);
	int r = row ? name_row(row, a ? a : b, metric) : fault("out of memory");

	if (r == 0) {
		row->primary = primary;
		row->a = median_over(metric, of_a.value, of_a.n);
		row->b = median_over(metric, of_b.value, of_b.n);
		row->a_mad = mad_of(&build->a, m.a, metric_a);
		row->b_mad = mad_of(&build->b, m.b, metric_b);
		set_limits(row, build->options, &of_a);
		r = set_pairs(row, &of_a, &of_b);
	}
	if (r == 0)
		r = settle_row(row, a, b, &of_a, &of_b);
	if (r == 0)
		set_advisory_if_short(row, build, (size_t)m.a);
	medians_free(&of_a);
	medians_free(&of_b);
	return r;
}

/* ---- one point ------------------------------------------------------------- */

static bool has_samples(const struct side *side, long point, long metric)
{
	return point >= 0 && metric >= 0 && values_of(side->values, (size_t)point, (size_t)metric)->n;
}

static int add_other_metrics(struct build *build, struct match m, const char *primary)
{
	const struct run *a = build->a.run, *b = build->b.run;

	for (size_t i = 0; i < a->metrics; i++) {
		long other = run_find_metric(b, a->metric[i].name);

		if (!strcmp(a->metric[i].name, primary))
			continue;
		if (has_samples(&build->a, m.a, (long)i) || has_samples(&build->b, m.b, other))
			if (add_row(build, m, (long)i, other, false) < 0)
				return -1;
	}
	for (size_t i = 0; i < b->metrics; i++)
		if (run_find_metric(a, b->metric[i].name) < 0 && has_samples(&build->b, m.b, (long)i))
			if (add_row(build, m, -1, (long)i, false) < 0)
				return -1;
	return 0;
}

static int add_point(struct build *build, struct match m)
{
	long metric_a = m.a < 0 ? -1 : run_primary_metric(build->a.run, (size_t)m.a);
	long metric_b = m.b < 0 ? -1 : run_primary_metric(build->b.run, (size_t)m.b);
	const char *primary;

	if (add_row(build, m, metric_a, metric_b, true) < 0)
		return -1;
	primary = build->c->row[build->c->rows - 1].metric;
	if (m.a < 0 || m.b < 0)
		return 0;
	primary = strdupa(primary);
	return add_other_metrics(build, m, primary);
}

static int add_points(struct build *build)
{
	size_t matches = 0;
	struct match *match = compare_match(build->a.run, build->b.run, build->options->variant, &matches);
	int r = match ? 0 : -1;

	for (size_t i = 0; i < matches && r == 0; i++)
		r = add_point(build, match[i]);
	free(match);
	return r;
}

/* ---- the whole --------------------------------------------------------------- */

static int describe_side(struct compare_side *side, const struct run *run)
{
	side->dir = strdup(run->dir);
	side->kernel = strdup(env_kernel(run->env));
	side->build = strdup(env_build(run->env));
	side->machine = strdup(env_machine(run->env));
	side->mode = strdup(env_mode(run->env));
	side->sessions = (size_t)run->sessions;
	return side->dir && side->kernel && side->build && side->machine && side->mode ? 0 : fault("out of memory");
}

static int describe(struct comparison *c, const struct run *a, const struct run *b, const struct compare_options *o)
{
	c->variant = strdup(o->variant ? o->variant : "");
	c->alpha = o->alpha;
	c->strict = o->strict;
	c->power = COMPARE_POWER;
	c->notes = json_array();
	c->undecided = strdup("");
	if (o->aa && aa_records(o->aa))
		c->margin_from = strdup(aa_names(o->aa));
	else
		c->margin_from = strdup("");
	if (!c->variant || !c->margin_from || !c->notes || !c->undecided)
		return fault("out of memory");
	if (describe_side(&c->a, a) < 0 || describe_side(&c->b, b) < 0)
		return -1;
	if (o->a_take && o->a_take < c->a.sessions)
		c->a.sessions = o->a_take;
	return compare_fingerprints(c, a, b, o);
}

static int check_complete(const struct run *run)
{
	return run->complete
		       ? 0
		       : fault("%s: is incomplete; `nodehop run --resume` completes it, and only complete runs compare",
			       run->dir);
}

static int load_and_add(struct build *build)
{
	int r = -1;

	build->a.values = values_load(build->a.run);
	build->b.values = build->a.values ? values_load(build->b.run) : NULL;
	if (build->b.values) {
		build->step_ns = fmax(clock_step_ns(build->a.values), clock_step_ns(build->b.values));
		r = add_points(build);
	}
	values_free(build->a.values);
	values_free(build->b.values);
	return r;
}

struct comparison *compare_runs(const struct run *a, const struct run *b, const struct compare_options *options)
{
	struct comparison *c = calloc(1, sizeof(*c));
	struct build build = {
		.c = c,
		.options = options,
		.a = { .run = a, .skip = options->a_skip, .take = options->a_take },
		.b.run = b,
	};
	int r = c ? 0 : fault("out of memory");

	if (r < 0 || check_complete(a) < 0 || check_complete(b) < 0 || describe(c, a, b, options) < 0)
		r = -1;
	else if (!json_array_size(c->differing))
		r = load_and_add(&build);
	if (r == 0)
		return c;
	compare_free(c);
	return NULL;
}

static void side_free(struct compare_side *side)
{
	free(side->dir);
	free(side->kernel);
	free(side->build);
	free(side->machine);
	free(side->mode);
}

static void row_free(struct compare_row *row)
{
	free(row->point);
	free(row->metric);
	free(row->unit);
	free(row->better);
	free(row->class);
	free(row->benchmark);
	free(row->why);
	free(row->judged.ratio);
	free(row->place);
	free(row->null);
}

static void rows_free(struct comparison *c)
{
	for (size_t i = 0; i < c->rows; i++)
		row_free(&c->row[i]);
	free(c->row);
	c->row = NULL;
	c->rows = 0;
}

void compare_refuse(struct comparison *c, json_t *differing)
{
	json_array_extend(c->differing, differing);
	rows_free(c);
}

void compare_free(struct comparison *c)
{
	if (!c)
		return;
	rows_free(c);
	side_free(&c->a);
	side_free(&c->b);
	free(c->variant);
	free(c->margin_from);
	free(c->undecided);
	json_decref(c->notes);
	json_decref(c->ignored);
	json_decref(c->differing);
	free(c);
}
