// SPDX-License-Identifier: GPL-2.0-or-later
/* compare_json - a comparison as JSON, and read back from it */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "compare/compare_internal.h"

#define COMPARISON_SCHEMA 1

/* ---- writing ------------------------------------------------------------- */

/* JSON has no NAN and no infinity: null. */
static json_t *number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *side_to_json(const struct compare_side *s)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:I}", "run", s->dir, "kernel", s->kernel, "build", s->build,
			 "machine", s->machine, "mode", s->mode, "sessions", (json_int_t)s->sessions);
}

static json_t *row_names(const struct compare_row *row)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:s, s:s}", "point", row->point, "benchmark",
			 row->benchmark, "metric", row->metric, "unit", row->unit, "better", row->better, "class",
			 row->class, "primary", row->primary, "gating", row->gating, "verdict",
			 verdict_name(row->verdict), "why", row->why);
}

static json_t *row_measured(const struct compare_row *row)
{
	return json_pack("{s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:b, s:b, s:b, s:b}", "a_sessions",
			 (json_int_t)row->a_sessions, "b_sessions", (json_int_t)row->b_sessions, "pairs",
			 (json_int_t)row->judged.pairs, "a", number(row->a), "b", number(row->b), "a_mad",
			 number(row->a_mad), "b_mad", number(row->b_mad), "tested", row->tested, "confirmed",
			 row->confirmed, "one_sided", row->one_sided, "margin_measured", row->margin_measured);
}

/* "change" and its interval are for readers; the log ratios are what reading back takes. */
static json_t *row_judged(const struct compare_row *row)
{
	const struct judgement *j = &row->judged.j;
	struct change change = compare_change(row);

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "change",
			 number(change.change), "change_lo", number(change.lo), "change_hi", number(change.hi),
			 "coverage", number(change.coverage), "p", number(j->p), "p_holm", number(j->p_adjusted),
			 "estimate", number(j->estimate), "lo", number(j->has_interval ? j->interval.lo : NAN), "hi",
			 number(j->has_interval ? j->interval.hi : NAN), "margin", number(row->judged.limits.margin),
			 "bound", number(row->judged.limits.bound), "catches", number(row->catches));
}

static json_t *row_to_json(const struct compare_row *row)
{
	json_t *json = row_names(row), *measured = row_measured(row), *judged = row_judged(row);

	if (json_object_update(json, measured) < 0 || json_object_update(json, judged) < 0) {
		json_decref(json);
		json = NULL;
	}
	json_decref(measured);
	json_decref(judged);
	return json;
}

static json_t *functions_to_json(const struct comparison *c)
{
	json_t *functions = json_deep_copy(c->functions), *f;
	size_t i;

	json_array_foreach (functions, i, f)
		json_object_set_new(f, "verdict", json_string(compare_function_verdict(c, f)));
	return functions;
}

json_t *compare_to_json(const struct comparison *c)
{
	json_t *rows = json_array(), *json;
	int failed = 0;

	for (size_t i = 0; i < c->rows; i++)
		failed |= json_array_append_new(rows, row_to_json(&c->row[i]));
	json = json_pack(
		"{s:i, s:o, s:o, s:s, s:O, s:O, s:f, s:b, s:b, s:b, s:I, s:I, s:s, s:f, s:O, s:s, s:i, s:o, s:O*, s:o}",
		"comparison_schema", COMPARISON_SCHEMA, "a", side_to_json(&c->a), "b", side_to_json(&c->b), "variant",
		c->variant, "ignored", c->ignored, "differing", c->differing, "alpha", c->alpha, "strict", c->strict,
		"strict_functions", c->strict_functions, "gate", c->gate, "tested", (json_int_t)c->tested,
		"needs_sessions", (json_int_t)c->needs_sessions, "margin_from", c->margin_from, "power", c->power,
		"notes", c->notes, "undecided", c->undecided, "exit", compare_exit(c), "functions",
		functions_to_json(c), "explained", c->explained, "rows", rows);
	if (!failed && json)
		return json;
	json_decref(json);
	fault("%s, %s: JSON cannot hold this comparison: a path or a name in it is not UTF-8", c->a.dir, c->b.dir);
	return NULL;
}

/* ---- reading ------------------------------------------------------------- */

static double get_number(const json_t *json, const char *key)
{
	const json_t *value = json_object_get(json, key);

	return json_is_number(value) ? json_number_value(value) : NAN;
}

static char *get_text(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text ? xstrdup(text) : NULL;
}

static size_t get_count(const json_t *json, const char *key)
{
	json_int_t count = json_integer_value(json_object_get(json, key));

	return count > 0 ? (size_t)count : 0;
}

static bool get_bool(const json_t *json, const char *key)
{
	return json_is_true(json_object_get(json, key));
}

static int side_from_json(struct compare_side *s, const json_t *json)
{
	*s = (struct compare_side){ get_text(json, "run"),     get_text(json, "kernel"), get_text(json, "build"),
				    get_text(json, "machine"), get_text(json, "mode"),	 get_count(json, "sessions") };
	return s->dir && s->kernel && s->build && s->machine && s->mode
		       ? 0
		       : fault("side lacks run, kernel, build, machine or mode");
}

static int verdict_from(const char *name, enum verdict *v)
{
	for (*v = 0; name && *v < VERDICTS; (*v)++)
		if (!strcmp(verdict_name(*v), name))
			return 0;
	return fault("no verdict \"%s\"", name ? name : "");
}

static void judged_from_json(struct judged *judged, const json_t *json)
{
	judged->pairs = get_count(json, "pairs");
	judged->limits = (struct limits){ get_number(json, "margin"), get_number(json, "bound") };
	judged->j = (struct judgement){
		.pairs = judged->pairs,
		.estimate = get_number(json, "estimate"),
		.interval = { get_number(json, "lo"), get_number(json, "hi"), get_number(json, "coverage") },
		.p = get_number(json, "p"),
		.p_adjusted = get_number(json, "p_holm"),
	};
	judged->j.has_interval = !isnan(judged->j.interval.lo);
}

static int row_from_json(struct compare_row *row, const json_t *json)
{
	*row = (struct compare_row){
		.point = get_text(json, "point"),
		.benchmark = get_text(json, "benchmark"),
		.metric = get_text(json, "metric"),
		.unit = get_text(json, "unit"),
		.better = get_text(json, "better"),
		.class = get_text(json, "class"),
		.why = get_text(json, "why"),
		.primary = get_bool(json, "primary"),
		.gating = get_bool(json, "gating"),
		.a_sessions = get_count(json, "a_sessions"),
		.b_sessions = get_count(json, "b_sessions"),
		.a = get_number(json, "a"),
		.b = get_number(json, "b"),
		.a_mad = get_number(json, "a_mad"),
		.b_mad = get_number(json, "b_mad"),
		.catches = get_number(json, "catches"),
		.tested = get_bool(json, "tested"),
		.confirmed = get_bool(json, "confirmed"),
		.one_sided = get_bool(json, "one_sided"),
		.margin_measured = get_bool(json, "margin_measured"),
	};
	judged_from_json(&row->judged, json);
	if (verdict_from(json_string_value(json_object_get(json, "verdict")), &row->verdict) < 0)
		return -1;
	return row->point && row->benchmark && row->metric && row->unit && row->better && row->class && row->why
		       ? 0
		       : fault("a row lacks point, benchmark, metric, unit, better, class or why");
}

static int rows_from_json(struct comparison *c, const json_t *rows)
{
	const json_t *row;
	size_t i;

	c->row = xcalloc(json_array_size(rows) + 1, sizeof(*c->row));
	json_array_foreach ((json_t *)rows, i, row) {
		c->rows++;
		if (row_from_json(&c->row[i], row) < 0)
			return -1;
	}
	return 0;
}

/* Facts of the fingerprint in which the sides differ. */
static int check_facts(const json_t *list)
{
	const json_t *fact;
	size_t i;

	json_array_foreach ((json_t *)list, i, fact)
		if (!json_is_string(json_object_get(fact, "key")))
			return fault("an entry of ignored or differing lacks its key");
	return 0;
}

static int fill_from_json(struct comparison *c, const json_t *json)
{
	const json_t *schema = json_object_get(json, "comparison_schema"), *rows = json_object_get(json, "rows");

	if (!json_is_integer(schema) || !json_is_array(rows))
		return fault("is not a comparison; `nodehop compare --format=json` and `gate` write one");
	if (json_integer_value(schema) != COMPARISON_SCHEMA)
		return fault("comparison of schema %lld; this nodehop reads %d", json_integer_value(schema),
			     COMPARISON_SCHEMA);
	c->variant = get_text(json, "variant");
	c->margin_from = get_text(json, "margin_from");
	c->power = json_is_number(json_object_get(json, "power")) ? get_number(json, "power") : COMPARE_POWER;
	c->notes = json_is_array(json_object_get(json, "notes")) ? json_incref(json_object_get(json, "notes"))
								 : json_array();
	c->functions = json_is_array(json_object_get(json, "functions"))
			       ? json_incref(json_object_get(json, "functions"))
			       : json_array();
	c->explained = json_is_array(json_object_get(json, "explained"))
			       ? json_incref(json_object_get(json, "explained"))
			       : NULL;
	c->strict_functions = get_bool(json, "strict_functions");
	c->undecided = get_text(json, "undecided") ?: xstrdup("");
	c->ignored = json_incref(json_object_get(json, "ignored"));
	c->differing = json_incref(json_object_get(json, "differing"));
	c->alpha = get_number(json, "alpha");
	c->strict = get_bool(json, "strict");
	c->gate = get_bool(json, "gate");
	c->tested = get_count(json, "tested");
	c->needs_sessions = get_count(json, "needs_sessions");
	if (!c->variant || !c->margin_from || !json_is_array(c->ignored) || !json_is_array(c->differing))
		return fault("lacks variant, margin_from, ignored or differing");
	if (check_facts(c->ignored) < 0 || check_facts(c->differing) < 0)
		return -1;
	if (!(c->alpha > 0 && c->alpha < 1))
		return fault("alpha is not a number between 0 and 1");
	if (side_from_json(&c->a, json_object_get(json, "a")) < 0 ||
	    side_from_json(&c->b, json_object_get(json, "b")) < 0)
		return -1;
	return rows_from_json(c, rows);
}

struct comparison *compare_from_json(const json_t *json)
{
	struct comparison *c = xcalloc(1, sizeof(*c));

	if (fill_from_json(c, json) == 0)
		return c;
	compare_free(c);
	return NULL;
}
