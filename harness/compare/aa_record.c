// SPDX-License-Identifier: GPL-2.0-or-later
/* aa_record - makes, writes and prints an A/A record out of two runs; what a record then says is judging/aa's */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "analysis/clock_steps.h"
#include "analysis/env_text.h"
#include "analysis/margin.h"
#include "analysis/values.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "compare/aa_functions.h"
#include "compare/aa_record.h"
#include "compare/compare.h"
#include "compare/compare_side.h"
#include "judging/aa.h"
#include "judging/aa_parts.h"
#include "judging/baseline.h"
#include "record/env.h"

/* One per session of the run, null where it has none. */
static json_t *numbers(const struct measured_side *s, const struct medians *m)
{
	size_t sessions = json_array_size(json_object_get(s->run->env, "sessions"));
	json_t *array = json_array();

	for (size_t i = 0; i < sessions; i++)
		json_array_append_new(array, json_null());
	for (size_t i = 0; i < m->n; i++)
		json_array_set_new(array, m->place[i], json_real(m->value[i]));
	return array;
}

/* Scatter of sessions: (largest - smallest) / median would depend on two of them alone; the MAD does not. */
static double spread(const double *value, size_t n)
{
	double *copy = xmalloc((2 * n + 1) * sizeof(*copy)), mad;

	memcpy(copy, value, n * sizeof(*copy));
	mad = stats_mad(copy, n, copy + n) / stats_median(copy, n);
	free(copy);
	return mad;
}

static json_t *point_json(const struct compare_row *row, const struct measured_side *side_a, const struct medians *a,
			  const struct measured_side *side_b, const struct medians *b)
{
	bool counted = !strcmp(row->class, "counted");
	double floor = margin_floor(counted, a->value, a->n, b->value, b->n);
	double steps = clock_steps(side_a->values, (size_t)run_find_point(side_a->run, row->point), side_a->step_ns);

	return json_pack("{s:s, s:s, s:s, s:s, s:f, s:f, s:f, s:f, s:o*, s:s, s:o, s:o}", "point", row->point, "metric",
			 row->metric, "class", row->class, "better", row->better, "floor", floor, "margin",
			 margin_from_floor(counted, floor), "within", row->a_mad / row->a, "between",
			 spread(a->value, a->n), "clock_steps", isnan(steps) ? NULL : json_real(steps), "verdict",
			 verdict_name(row->verdict), "a", numbers(side_a, a), "b", numbers(side_b, b));
}

static struct medians medians_of_row(const struct measured_side *s, const struct compare_row *row)
{
	return side_medians(s, run_find_point(s->run, row->point), run_find_metric(s->run, row->metric));
}

static int add_point(json_t *points, const struct compare_row *row, const struct measured_side *a,
		     const struct measured_side *b)
{
	struct medians of_a = medians_of_row(a, row), of_b = medians_of_row(b, row);
	int r = json_array_append_new(points, point_json(row, a, &of_a, b, &of_b));

	if (r)
		fault("%s: has no ratio of %s that can be recorded", row->point, row->metric);

	medians_free(&of_a);
	medians_free(&of_b);
	return r;
}

static int add_points(json_t *points, const struct comparison *c, const struct run *run_a, const struct run *run_b)
{
	struct measured_side a = { .run = run_a, .values = values_load(run_a) },
			     b = { .run = run_b, .values = values_load(run_b) };
	int r = a.values && b.values ? 0 : -1;

	if (r == 0)
		a.step_ns = clock_step_ns(a.values);
	for (size_t i = 0; i < c->rows && r == 0; i++)
		if (c->row[i].tested)
			r = add_point(points, &c->row[i], &a, &b);
	values_free(a.values);
	values_free(b.values);
	return r;
}

static json_t *record_of(const struct comparison *c, const struct run *a, const struct run *b, double session_seconds)
{
	json_t *points = json_array();

	if (add_points(points, c, a, b) < 0 || aa_functions_add(points, a, b) < 0) {
		json_decref(points);
		return NULL;
	}
	return json_pack("{s:i, s:s, s:s, s:s, s:s, s:O?, s:{s:b}, s:f, s:I, s:{s:I, s:I, s:I}, s:o}", "aa_schema",
			 AA_SCHEMA, "machine", c->a.machine, "mode", c->a.mode, "kernel", c->a.kernel, "build",
			 c->a.build, "hard", json_object_get(a->env, "hard"), "soft", ENV_FUNCTIONS,
			 env_has(a->env, ENV_FUNCTIONS), "session_seconds", session_seconds, "sessions",
			 (json_int_t)c->a.sessions, "false_alarms", "points", (json_int_t)c->tested, "regressed",
			 (json_int_t)compare_count(c, VERDICT_REGRESSED, false), "improved",
			 (json_int_t)compare_count(c, VERDICT_IMPROVED, false), "points", points);
}

/* A baseline keeps the median of each session, and a run of one repetition has no more. */
static int check_scatter(const struct comparison *c, const struct compare_row *row)
{
	return isfinite(row->a_mad) ? 0
				    : fault("%s: has one value a session of %s, and an A/A record needs the scatter "
					    "within sessions; make it from two whole runs, not from baselines",
					    c->a.dir, row->point);
}

static int check(const struct comparison *c)
{
	if (json_array_size(c->differing))
		return fault("%s and %s are not alike: their fingerprints differ", c->a.dir, c->b.dir);
	for (size_t i = 0; i < c->rows; i++)
		if (c->row[i].tested && check_scatter(c, &c->row[i]) < 0)
			return -1;
	return c->tested ? 0 : fault("%s: no point was measured on both sides", c->a.dir);
}

json_t *aa_record(const struct run *a, const struct run *b, double alpha, double session_seconds, const bool *b_first)
{
	struct compare_options options = { .alpha = alpha };
	struct comparison *c = compare_runs(a, b, &options);
	json_t *record = NULL;

	if (c && compare_judge(c) == 0 && check(c) == 0)
		record = record_of(c, a, b, session_seconds);
	compare_free(c);
	if (record && b_first)
		aa_parts_begin(record, a, b, b_first);
	return record;
}

static int join_and_write(json_t **record, const char *path)
{
	json_t *whole = aa_parts_join(path, *record);

	if (!whole)
		return -1;
	*record = whole;
	return file_make_parents(path) < 0 ? -1
					   : json_file_write(path, whole, JSON_INDENT(1) | JSON_REAL_PRECISION(12));
}

char *aa_record_write(json_t **record, const json_t *env, const char *root, const char *name)
{
	char *machine = baseline_machine(env), *path = NULL;

	if (!*name || strchr(name, '/') || *name == '.') {
		fault("\"%s\" cannot be an A/A record's name", name);
	} else {
		path = text_append(NULL, "%s/%s/aa/%s.json", root, machine, name);
		if (join_and_write(record, path) < 0) {
			free(path);
			path = NULL;
		}
	}
	free(machine);
	return path;
}

void aa_record_print(FILE *out, const json_t *record)
{
	const json_t *points = json_object_get(record, "points"), *alarms = json_object_get(record, "false_alarms"),
		     *point;
	size_t i, tight = 0, loose = 0;

	json_array_foreach ((json_t *)points, i, point) {
		double margin = json_number_value(json_object_get(point, "margin"));

		tight += margin <= 0.005;
		loose += margin > MARGIN_ADVISORY_COUNTED;
		fprintf(out, "%6.2f %%  %s\n", 100 * margin, json_string_value(json_object_get(point, "point")));
	}
	fprintf(out, "margins of %zu points", json_array_size(points));
	if (!strcmp(json_string_value(json_object_get(record, "mode")), "counted"))
		fprintf(out, ": %zu at most 0.5 %%, %zu above 1 %%, and so advisory", tight, loose);
	putc('\n', out);
	fprintf(out, "judged as if they were A and B: %lld regressed, %lld improved\n",
		json_integer_value(json_object_get(alarms, "regressed")),
		json_integer_value(json_object_get(alarms, "improved")));
}
