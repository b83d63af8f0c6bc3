// SPDX-License-Identifier: GPL-2.0-or-later
/* compare_rows - the rows of a comparison, point by point: both sides' numbers, their pairs and limits */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "analysis/clock_steps.h"
#include "analysis/margin.h"
#include "compare/compare_internal.h"
#include "compare/compare_side.h"
#include "judging/aa.h"
#include "judging/gate_file.h"
#include "record/path.h"

struct build {
	struct comparison *c;
	const struct compare_options *options;
	struct measured_side a, b;
};

/* NAN of none: of a metric that neither side has, too. */
static double median_over(const struct run_metric *metric, const double *value, size_t n)
{
	return n ? values_median(metric, value, n) : NAN;
}

static bool is_counted(const struct compare_row *row)
{
	return !strcmp(row->class, "counted");
}

static void copy_null(struct compare_row *row, const struct aa_point *aa)
{
	row->null = xmalloc((aa->null_n + 1) * sizeof(double));
	row->null_n = aa->null_n;
	memcpy(row->null, aa->null, aa->null_n * sizeof(double));
}

/* The measured margin where there is a record, else the least of its class; no less than what lies between A's sessions. */
static void set_limits(struct compare_row *row, const struct compare_options *o, const struct medians *a,
		       const struct medians *b)
{
	struct limits *limits = &row->judged.limits;
	struct aa_point aa;
	double bound = o->gate_file ? gate_file_bound(o->gate_file, row->point) : 0;

	row->gating = row->primary && gate_file_is_gating(o->gate_file, row->point);
	*limits = (struct limits){ NAN, NAN };
	if (!strcmp(row->class, "exact"))
		return;
	row->margin_measured = o->aa && aa_lookup(o->aa, row->point, row->metric, &aa);
	if (row->margin_measured) {
		copy_null(row, &aa);
		row->seen = aa_has_seen(&aa, a->value, a->n) && aa_has_seen(&aa, b->value, b->n);
	}
	limits->margin = row->margin_measured ? aa.margin : margin_least(is_counted(row));
	limits->bound = bound > 0 ? bound : margin_default_bound(is_counted(row));
	if (is_counted(row) && limits->margin > MARGIN_ADVISORY_COUNTED)
		row->gating = false;
	limits->margin = margin_widen(is_counted(row), limits->margin, a->value, a->n);
}

/* Sessions of the same place are a pair; one whose counterpart has no value of this point is left out. */
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

static void set_pairs(struct compare_row *row, const struct medians *a, const struct medians *b)
{
	size_t most = a->n < b->n ? a->n : b->n;

	row->a_sessions = a->n;
	row->b_sessions = b->n;
	row->judged.ratio = xmalloc((most + 1) * sizeof(double));
	row->place = xmalloc((most + 1) * sizeof(*row->place));
	pair_up(row, a, b);
}

struct compare_row *compare_new_row(struct comparison *c)
{
	c->row = xgrow(c->row, c->rows, sizeof(*c->row));
	c->row[c->rows] = (struct compare_row){
		.a = NAN,
		.b = NAN,
		.a_mad = NAN,
		.b_mad = NAN,
		.catches = NAN,
		.verdict = VERDICT_INCONCLUSIVE,
		.why = xstrdup(""),
		.judged.j = { .estimate = NAN, .p = NAN, .p_adjusted = NAN },
	};
	return &c->row[c->rows++];
}

static void name_row(struct compare_row *row, const struct run_point *p, const struct run_metric *m)
{
	row->point = xstrdup(p->key);
	row->benchmark = xstrdup(p->benchmark);
	row->metric = xstrdup(m ? m->name : p->primary);
	row->unit = xstrdup(m ? m->unit : "");
	row->better = xstrdup(m ? m->better : "neither");
	row->class = xstrdup(m ? m->class : "");
}

/* A cost of a few steps of the clock says nothing of a change. */
static void set_advisory_if_short(struct compare_row *row, const struct build *build, size_t point)
{
	double steps = clock_steps(build->a.values, point, fmax(build->a.step_ns, build->b.step_ns));

	if (!row->tested || strcmp(row->class, "noisy") || !(steps < CLOCK_STEPS_LEAST))
		return;
	row->gating = false;
	compare_set_verdict(row, row->verdict, "only %.0f steps of the clock", steps);
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
	struct medians of_a = side_medians(&build->a, m.a, metric_a), of_b = side_medians(&build->b, m.b, metric_b);
	struct compare_row *row = compare_new_row(build->c);
	int r;

	name_row(row, a ? a : b, metric);
	row->primary = primary;
	row->a = median_over(metric, of_a.value, of_a.n);
	row->b = median_over(metric, of_b.value, of_b.n);
	row->a_mad = side_mad(&build->a, m.a, metric_a);
	row->b_mad = side_mad(&build->b, m.b, metric_b);
	set_limits(row, build->options, &of_a, &of_b);
	set_pairs(row, &of_a, &of_b);
	r = compare_settle(row, a, b, &of_a, &of_b);
	if (r == 0 && row->tested && path_is_primary(a))
		r = compare_settle_path(build->c, row, &build->a, (size_t)m.a, &build->b, (size_t)m.b);
	if (r == 0)
		set_advisory_if_short(row, build, (size_t)m.a);
	medians_free(&of_a);
	medians_free(&of_b);
	return r;
}

static int add_other_metrics(struct build *build, struct match m, const char *primary)
{
	const struct run *a = build->a.run, *b = build->b.run;

	for (size_t i = 0; i < a->metrics; i++) {
		long other = run_find_metric(b, a->metric[i].name);

		if (!strcmp(a->metric[i].name, primary))
			continue;
		if (side_has_samples(&build->a, m.a, (long)i) || side_has_samples(&build->b, m.b, other))
			if (add_row(build, m, (long)i, other, false) < 0)
				return -1;
	}
	for (size_t i = 0; i < b->metrics; i++)
		if (run_find_metric(a, b->metric[i].name) < 0 && side_has_samples(&build->b, m.b, (long)i))
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

static int load_and_add(struct build *build)
{
	int r = -1;

	build->a.values = values_load(build->a.run);
	build->b.values = build->a.values ? values_load(build->b.run) : NULL;
	if (build->b.values) {
		build->a.step_ns = clock_step_ns(build->a.values);
		build->b.step_ns = clock_step_ns(build->b.values);
		r = add_points(build);
	}
	values_free(build->a.values);
	values_free(build->b.values);
	return r;
}

int compare_add_rows(struct comparison *c, const struct run *a, const struct run *b,
		     const struct compare_options *options)
{
	struct build build = {
		.c = c,
		.options = options,
		.a = { .run = a, .skip = options->a_skip, .take = options->a_take },
		.b.run = b,
	};

	return load_and_add(&build);
}
