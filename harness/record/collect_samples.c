// SPDX-License-Identifier: GPL-2.0-or-later
/* collect, second pass: samples and curves, each record checked before anything of it is written */
#include <limits.h>
#include "base/fault.h"
#include "record/check.h"
#include "record/collect.h"
#include "record/tables.h"

static bool tried_again(const struct collect *c, const json_t *trial)
{
	return json_integer_value(json_object_get(trial, "log")) != c->now - c->log;
}

/* What to do with each value of a record. */
typedef int (*sample_step)(struct collect *c, const struct run_sample *s);

static int check_value(struct collect *c, const struct run_sample *s)
{
	return check_sample(s, &c->run->metric[s->metric]) < 0 ? -1 : check_order_fits(c->order, s);
}

static int write_value(struct collect *c, const struct run_sample *s)
{
	if (check_order_take(c->order, s) < 0)
		return -1;
	tables_write_sample(c->samples, c->run, s);
	json_object_set_new(collect_trial(c, s->session, c->run->point[s->point].key), "measured", json_true());
	return 0;
}

static int step_value(struct collect *c, struct run_sample *s, const char *name, const json_t *value, sample_step step)
{
	long metric = run_find_metric(c->run, name);

	if (json_is_null(value))
		return 0;
	if (metric < 0)
		return fault("a value of metric %s, which was not announced", name);
	if (!json_is_number(value))
		return fault("metric %s has a value that is not a number", name);
	s->metric = metric;
	s->value = json_number_value(value);
	return step(c, s);
}

static int step_row(struct collect *c, struct run_sample *s, const json_t *metrics, const json_t *row, sample_step step)
{
	const json_t *name, *values;
	json_error_t error;
	json_int_t rep;
	int warmup;
	size_t i;

	if (json_unpack_ex((json_t *)row, &error, 0, "[I, b, s, o]", &rep, &warmup, &s->status, &values) < 0)
		return fault("%s", error.text);
	if (json_array_size(values) != json_array_size(metrics))
		return fault("%zu values for %zu metrics", json_array_size(values), json_array_size(metrics));
	if (rep <= s->rep)
		return fault("repetition %" JSON_INTEGER_FORMAT " after %d", rep, s->rep);
	if (check_number(NUMBER_REP, rep, &s->rep) < 0)
		return -1;
	s->warmup = warmup;
	json_array_foreach ((json_t *)metrics, i, name)
		if (step_value(c, s, json_string_value(name) ?: "", json_array_get(values, i), step))
			return -1;
	return 0;
}

/* A record is kept whole or not at all: it is looked at before anything of it is written. */
static int step_rows(struct collect *c, struct run_sample s, const json_t *metrics, const json_t *rows,
		     sample_step step)
{
	const json_t *row;
	size_t i;

	s.rep = -1;
	json_array_foreach ((json_t *)rows, i, row)
		if (step_row(c, &s, metrics, row, step))
			return -1;
	return 0;
}

/* The second of two would be refused when the first is written already. */
static int check_metric_names(const json_t *metrics)
{
	json_t *seen = json_object();
	const json_t *name;
	int failed = 0;
	size_t i;

	json_array_foreach ((json_t *)metrics, i, name) {
		const char *text = json_string_value(name) ?: "";

		failed |= json_object_get(seen, text) ? fault("metric %s twice", text) : 0;
		json_object_set_new(seen, text, json_true());
	}
	json_decref(seen);
	return failed;
}

int collect_take_samples(struct collect *c, const json_t *record)
{
	struct run_sample s = { .session = c->now->session };
	const json_t *metrics, *rows;
	json_error_t error;
	const char *key;
	json_int_t order;
	json_t *trial;

	if (json_unpack_ex((json_t *)record, &error, 0, "{s:I, s:s, s:o, s:o}", "order", &order, "point", &key,
			   "metrics", &metrics, "rows", &rows) < 0)
		return fault("%s", error.text);
	trial = collect_trial(c, s.session, key);
	if (!trial)
		return fault("samples of %s, which was not planned", key);
	if (tried_again(c, trial))
		return 0;
	if (check_number(NUMBER_ORDER, order, &s.order) < 0)
		return -1;
	if (check_metric_names(metrics) < 0)
		return -1;
	s.point = run_find_point(c->run, key);
	return step_rows(c, s, metrics, rows, check_value) || step_rows(c, s, metrics, rows, write_value) ? -1 : 0;
}

static int write_series(struct collect *c, const char *key, int rep, const char *name, const json_t *x, const json_t *y)
{
	const json_t *value;
	size_t i;

	json_array_foreach ((json_t *)x, i, value)
		if (!json_is_number(value) || !json_is_number(json_array_get(y, i)))
			return fault("series %s of %s has a point that is not two numbers", name, key);
	json_array_foreach ((json_t *)x, i, value) {
		csv_integer(c->series, c->now->session);
		csv_text(c->series, key);
		csv_integer(c->series, rep);
		csv_text(c->series, name);
		csv_number(c->series, json_number_value(value));
		csv_number(c->series, json_number_value(json_array_get(y, i)));
		csv_row_end(c->series);
	}
	return 0;
}

int collect_take_series(struct collect *c, const json_t *record)
{
	const char *key, *name;
	json_error_t error;
	json_t *x, *y, *trial;
	json_int_t given;
	int rep;

	if (json_unpack_ex((json_t *)record, &error, 0, "{s:s, s:I, s:s, s:o, s:o}", "point", &key, "rep", &given,
			   "series", &name, "x", &x, "y", &y) < 0)
		return fault("%s", error.text);
	if (check_number(NUMBER_REP, given, &rep) < 0)
		return -1;
	trial = collect_trial(c, c->now->session, key);
	if (!trial)
		return fault("a series of %s, which was not planned", key);
	if (json_array_size(x) != json_array_size(y))
		return fault("series %s of %s has %zu x and %zu y", name, key, json_array_size(x), json_array_size(y));
	if (tried_again(c, trial))
		return 0;
	if (!c->series)
		c->series = tables_create_series(c->run);
	return c->series ? write_series(c, key, rep, name, x, y) : -1;
}

int collect_take_functions(struct collect *c, const json_t *record)
{
	const char *key = json_string_value(json_object_get(record, "point"));
	json_t *trial = key ? collect_trial(c, c->now->session, key) : NULL;

	if (!trial)
		return fault("functions of %s, which was not planned", key ?: "no point");
	return tried_again(c, trial) ? 0 : function_table_add(c->functions, record);
}
