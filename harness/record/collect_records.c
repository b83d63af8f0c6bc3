// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include "base/fault.h"
#include "record/collect.h"
#include "record/file.h"
#include "record/fingerprint.h"
#include "record/outcome.h"
#include "record/reclog.h"
#include "record/tables.h"

static void session_text(char text[16], int session)
{
	snprintf(text, 16, "%d", session);
}

json_t *collect_trial(const struct collect *c, int session, const char *key)
{
	char text[16];

	session_text(text, session);
	return json_object_get(json_object_get(c->trials, text), key);
}

static int trial_set(struct collect *c, const char *key, json_t *trial)
{
	char text[16];

	session_text(text, c->now->session);
	if (!json_object_get(c->trials, text))
		json_object_set_new(c->trials, text, json_object());
	if (json_object_set_new(json_object_get(c->trials, text), key, trial) < 0)
		return fault("no memory for an outcome");
	return 0;
}

/* ---- first pass ------------------------------------------------------------- */

static int take_begin(struct collect *c, const json_t *record)
{
	int schema, session;
	json_error_t error;

	if (json_unpack_ex((json_t *)record, &error, 0, "{s:i, s:i}", "schema", &schema, "session", &session) < 0)
		return fault("%s", error.text);
	if (schema != RECORD_SCHEMA)
		return fault("schema %d; this nodehop reads %d", schema, RECORD_SCHEMA);
	if (session < 0)
		return fault("session %d; sessions are counted from 0", session);
	c->now->session = session;
	c->now->begin = json_incref((json_t *)record);
	return 0;
}

static int take_env(struct collect *c, const json_t *record)
{
	json_t *differing;
	char *line;
	int count;

	c->now->env = json_incref((json_t *)record);
	if (!c->hard_env) {
		c->hard_env = json_incref((json_t *)record);
		return 0;
	}
	count = fingerprint_compare(record, c->hard_env, NULL, NULL, &differing);
	if (count > 0) {
		line = fingerprint_describe(differing);
		count = fault("mixed: not the machine of the first session: %s", line ? line : "?");
		free(line);
	}
	json_decref(differing);
	return count;
}

static int take_topology(struct collect *c, const json_t *record)
{
	const char *xml = json_string_value(json_object_get(record, "xml"));

	if (xml && !c->topology)
		c->topology = strdup(xml);
	return xml ? 0 : fault("no \"xml\"");
}

static int take_metric(struct collect *c, const json_t *record)
{
	struct run_metric m = {};
	json_error_t error;
	long known;

	if (json_unpack_ex((json_t *)record, &error, 0, "{s:s, s:s, s:s, s:s, s:s}", "name", &m.name, "unit", &m.unit,
			   "better", &m.better, "class", &m.class, "meaning", &m.meaning) < 0)
		return fault("%s", error.text);
	known = run_find_metric(c->run, m.name);
	if (known >= 0)
		return tables_same_metric(&m, &c->run->metric[known]);
	return tables_add_metric(c->run, &m) < 0 ? -1 : 0;
}

static int take_point(struct collect *c, const json_t *record)
{
	struct run_point p = { .outcome = "broken", .reason = "unfinished" };
	json_error_t error;
	long known;

	if (json_unpack_ex((json_t *)record, &error, 0, "{s:s, s:s, s:i, s:s, s?s, s:o}", "point", &p.key, "benchmark",
			   &p.benchmark, "revision", &p.revision, "primary", &p.primary, "figure", &p.figure, "params",
			   &p.params) < 0)
		return fault("%s", error.text);
	known = run_find_point(c->run, p.key);
	if (known >= 0 ? tables_same_point(&p, &c->run->point[known]) < 0 : tables_add_point(c->run, &p) < 0)
		return -1;
	if (json_object_get(collect_trial(c, c->now->session, p.key), "outcome"))
		return 0;
	return trial_set(c, p.key, json_pack("{s:i}", "log", (int)(c->now - c->log)));
}

static int take_outcome(struct collect *c, const json_t *record)
{
	const char *key, *outcome, *reason = "", *detail = "";
	json_error_t error;
	enum outcome parsed;

	if (json_unpack_ex((json_t *)record, &error, 0, "{s:s, s:s, s?s, s?s}", "point", &key, "outcome", &outcome,
			   "reason", &reason, "detail", &detail) < 0)
		return fault("%s", error.text);
	if (outcome_parse(outcome, &parsed) < 0)
		return -1;
	if ((parsed == OK) != !*reason)
		return fault("outcome %s of %s with reason \"%s\"; every outcome but ok has one", outcome, key, reason);
	if (!collect_trial(c, c->now->session, key))
		return fault("outcome of %s, which was not planned", key);
	return trial_set(c, key,
			 json_pack("{s:i, s:s, s:s, s:s}", "log", (int)(c->now - c->log), "outcome", outcome, "reason",
				   reason, "detail", detail));
}

static int take_end(struct collect *c, const json_t *record)
{
	c->now->ended = json_is_true(json_object_get(record, "complete"));
	return 0;
}

/* ---- second pass ------------------------------------------------------------ */

static bool tried_again(const struct collect *c, const json_t *trial)
{
	return json_integer_value(json_object_get(trial, "log")) != c->now - c->log;
}

static int write_value(struct collect *c, struct run_sample *s, const char *name, const json_t *value)
{
	long metric = run_find_metric(c->run, name);

	if (json_is_null(value))
		return 0;
	if (metric < 0)
		return fault("a value of metric %s, which was not announced", name);
	if (!json_is_number(value))
		return fault("metric %s has a value that is no number", name);
	s->metric = metric;
	s->value = json_number_value(value);
	tables_write_sample(c->samples, c->run, s);
	return 0;
}

static int write_row(struct collect *c, struct run_sample *s, const json_t *metrics, const json_t *row)
{
	const json_t *name, *values;
	json_error_t error;
	int warmup;
	size_t i;

	if (json_unpack_ex((json_t *)row, &error, 0, "[i, b, s, o]", &s->rep, &warmup, &s->status, &values) < 0)
		return fault("%s", error.text);
	if (json_array_size(values) != json_array_size(metrics))
		return fault("%zu values for %zu metrics", json_array_size(values), json_array_size(metrics));
	s->warmup = warmup;
	json_array_foreach ((json_t *)metrics, i, name)
		if (write_value(c, s, json_string_value(name) ?: "", json_array_get(values, i)))
			return -1;
	return 0;
}

static int take_samples(struct collect *c, const json_t *record)
{
	struct run_sample s = { .session = c->now->session };
	const json_t *metrics, *rows, *row, *trial;
	json_error_t error;
	const char *key;
	size_t i;

	if (json_unpack_ex((json_t *)record, &error, 0, "{s:i, s:s, s:o, s:o}", "order", &s.order, "point", &key,
			   "metrics", &metrics, "rows", &rows) < 0)
		return fault("%s", error.text);
	trial = collect_trial(c, s.session, key);
	if (!trial)
		return fault("samples of %s, which was not planned", key);
	if (tried_again(c, trial))
		return 0;
	s.point = run_find_point(c->run, key);
	json_array_foreach ((json_t *)rows, i, row)
		if (write_row(c, &s, metrics, row))
			return -1;
	return 0;
}

static int write_series(struct collect *c, const char *key, int rep, const char *name, const json_t *x, const json_t *y)
{
	const json_t *value;
	size_t i;

	json_array_foreach ((json_t *)x, i, value) {
		if (!json_is_number(value) || !json_is_number(json_array_get(y, i)))
			return fault("series %s of %s has a point that is no two numbers", name, key);
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

static int take_series(struct collect *c, const json_t *record)
{
	const char *key, *name;
	json_error_t error;
	json_t *x, *y, *trial;
	int rep;

	if (json_unpack_ex((json_t *)record, &error, 0, "{s:s, s:i, s:s, s:o, s:o}", "point", &key, "rep", &rep,
			   "series", &name, "x", &x, "y", &y) < 0)
		return fault("%s", error.text);
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

/* ---- reading logs ------------------------------------------------------------ */

static const struct handler {
	const char *kind;
	enum collect_pass pass;
	int (*take)(struct collect *c, const json_t *record);
} handlers[] = {
	{ "begin", PASS_FACTS, take_begin },	   { "env", PASS_FACTS, take_env },
	{ "topology", PASS_FACTS, take_topology }, { "metric", PASS_FACTS, take_metric },
	{ "point", PASS_FACTS, take_point },	   { "outcome", PASS_FACTS, take_outcome },
	{ "end", PASS_FACTS, take_end },	   { "samples", PASS_SAMPLES, take_samples },
	{ "series", PASS_SAMPLES, take_series },
};

struct pass {
	struct collect *collect;
	enum collect_pass which;
};

/* One that nobody here reads may be another version's samples: dropping it would lose them without a word. */
static int hand_over(const struct pass *pass, const char *kind, const json_t *record)
{
	for (size_t i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++)
		if (!strcmp(kind, handlers[i].kind))
			return handlers[i].pass == pass->which ? handlers[i].take(pass->collect, record) : 0;
	return fault("of kind \"%s\", which this nodehop does not read; the version that wrote it does", kind);
}

static int take_record(const json_t *record, void *context)
{
	const struct pass *pass = context;
	struct collect *c = pass->collect;
	const char *kind = json_string_value(json_object_get(record, "kind"));

	c->record++;
	if (!kind || (!c->now->begin && strcmp(kind, "begin")))
		c->failed = fault("%s", kind ? "comes before the session's \"begin\"" : "no \"kind\"");
	else
		c->failed = hand_over(pass, kind, record);
	if (c->failed)
		fault_at("%s: record %ld", c->now->name, c->record);
	return c->failed;
}

int collect_read(struct collect *c, struct log *log, enum collect_pass which)
{
	struct pass pass = { c, which };
	char *path = file_path(c->run->dir, log->name);
	bool torn;

	c->now = log;
	c->record = 0;
	log->records = reclog_read(path, take_record, &pass, &torn);
	free(path);
	return log->records < 0 || c->failed ? -1 : 0;
}
