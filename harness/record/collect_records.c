// SPDX-License-Identifier: GPL-2.0-or-later
/* collect_records - one function for each kind of record: what it must hold, and where it goes */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/json.h"
#include "base/outcome.h"
#include "record/check.h"
#include "record/collect.h"
#include "record/fingerprint.h"
#include "record/reclog.h"
#include "record/run.h"

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
		return fault("an outcome that JSON cannot hold");
	return 0;
}

/* ---- first pass ------------------------------------------------------------- */

/* Of the logs before that have one; -1 when there is none. */
static int last_session(const struct collect *c)
{
	for (const struct log *log = c->now; log-- > c->log;)
		if (log->begin)
			return log->session;
	return -1;
}

static int take_begin(struct collect *c, const json_t *record)
{
	json_int_t schema;
	json_error_t error;
	int session;

	if (json_unpack_ex((json_t *)record, &error, 0, "{s:I}", "schema", &schema) < 0)
		return fault("%s", error.text);
	if (json_check_keys(record) < 0) /* it becomes part of env.json, whose keys are held to this */
		return -1;
	if (c->now->begin)
		return fault("a second \"begin\"");
	if (schema != RECORD_SCHEMA)
		return fault("schema %" JSON_INTEGER_FORMAT "; this nodehop reads %d", schema, RECORD_SCHEMA);
	if (check_session(record, &session) < 0)
		return -1;
	if (c->now > c->log && session < last_session(c))
		return fault("session %d, but comes after session %d", session, last_session(c));
	c->now->session = session;
	c->now->begin = json_incref((json_t *)record);
	return 0;
}

static int take_env(struct collect *c, const json_t *record)
{
	json_t *differing;
	char *line;
	int count;

	if (!json_is_object(json_object_get(record, "hard")) || !json_is_object(json_object_get(record, "soft")))
		return fault("\"hard\" and \"soft\" must be objects");
	if (json_check_keys(record) < 0)
		return -1;
	if (!c->now->env)
		c->now->env = json_incref((json_t *)record);
	if (!c->hard_env) {
		c->hard_env = json_incref((json_t *)record);
		return 0;
	}
	count = fingerprint_compare(record, c->hard_env, NULL, NULL, &differing);
	if (count > 0) {
		line = fingerprint_describe(differing);
		count = fault("mixed: not the machine of the first session: %s", line);
		free(line);
	}
	json_decref(differing);
	return count;
}

static int take_topology(struct collect *c, const json_t *record)
{
	const char *xml = json_string_value(json_object_get(record, "xml"));

	if (xml && !c->topology)
		c->topology = xstrdup(xml);
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
	if (check_metric(&m) < 0)
		return -1;
	known = run_find_metric(c->run, m.name);
	if (known >= 0)
		return run_same_metric(&m, &c->run->metric[known]);
	return run_add_metric(c->run, &m) < 0 ? -1 : 0;
}

static int take_point(struct collect *c, const json_t *record)
{
	struct run_point p = { .outcome = "broken", .reason = "unfinished" };
	json_int_t revision;
	json_error_t error;
	long known;

	if (json_unpack_ex((json_t *)record, &error, 0, "{s:s, s:s, s:I, s:s, s?s, s:o}", "point", &p.key, "benchmark",
			   &p.benchmark, "revision", &revision, "primary", &p.primary, "figure", &p.figure, "params",
			   &p.params) < 0)
		return fault("%s", error.text);
	if (check_number(NUMBER_REVISION, revision, &p.revision) < 0 || check_point(&p) < 0)
		return -1;
	known = run_find_point(c->run, p.key);
	if (known >= 0 ? run_same_point(&p, &c->run->point[known]) < 0 : run_add_point(c->run, &p) < 0)
		return -1;
	if (json_object_get(collect_trial(c, c->now->session, p.key), "outcome"))
		return 0;
	return trial_set(c, p.key, json_pack("{s:i}", "log", (int)(c->now - c->log)));
}

/* In a session's later log a point was tried again; within one, what was wrong stays wrong. */
static bool is_graver(const struct collect *c, const json_t *trial, enum outcome now)
{
	const char *word = json_string_value(json_object_get(trial, "outcome"));
	enum outcome before;

	return word && json_integer_value(json_object_get(trial, "log")) == c->now - c->log &&
	       !outcome_parse(word, &before) && before > now;
}

static int take_outcome(struct collect *c, const json_t *record)
{
	const char *key, *outcome, *reason = "", *detail = "", *settings = "";
	json_error_t error;
	enum outcome parsed;

	if (json_unpack_ex((json_t *)record, &error, 0, "{s:s, s:s, s?s, s?s, s?s}", "point", &key, "outcome", &outcome,
			   "reason", &reason, "detail", &detail, "settings", &settings) < 0)
		return fault("%s", error.text);
	if (outcome_parse(outcome, &parsed) < 0)
		return -1;
	if ((parsed == OK) != !*reason)
		return fault("outcome %s of %s with reason \"%s\"; every outcome but ok has one", outcome, key, reason);
	if (!collect_trial(c, c->now->session, key))
		return fault("outcome of %s, which was not planned", key);
	if (is_graver(c, collect_trial(c, c->now->session, key), parsed))
		return 0;
	return trial_set(c, key,
			 json_pack("{s:i, s:s, s:s, s:s, s:s}", "log", (int)(c->now - c->log), "outcome", outcome,
				   "reason", reason, "detail", detail, "settings", settings));
}

static int take_end(struct collect *c, const json_t *record)
{
	c->now->ended = json_is_true(json_object_get(record, "complete"));
	return 0;
}

/* ---- reading logs ------------------------------------------------------------ */

static const struct handler {
	const char *kind;
	enum collect_pass pass;
	int (*take)(struct collect *c, const json_t *record);
} handlers[] = {
	{ "begin", PASS_FACTS, take_begin },
	{ "env", PASS_FACTS, take_env },
	{ "topology", PASS_FACTS, take_topology },
	{ "metric", PASS_FACTS, take_metric },
	{ "point", PASS_FACTS, take_point },
	{ "outcome", PASS_FACTS, take_outcome },
	{ "end", PASS_FACTS, take_end },
	{ "samples", PASS_SAMPLES, collect_take_samples },
	{ "series", PASS_SAMPLES, collect_take_series },
	{ "functions", PASS_SAMPLES, collect_take_functions },
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

static void leave_out(struct collect *c, const char *what)
{
	fault_at("%s: %s", c->now->name, what);
	json_array_append_new(c->left_out, json_string(fault_text()) ?: json_string("a record that is not UTF-8"));
}

/* Not of this run: none of its records may be kept. */
static int leave_log_out(struct collect *c)
{
	leave_out(c, "left out entirely");
	json_decref(c->now->begin);
	c->now->begin = NULL;
	return 1;
}

static int take_record(const json_t *record, void *context)
{
	const struct pass *pass = context;
	struct collect *c = pass->collect;
	const char *kind = json_string_value(json_object_get(record, "kind"));
	bool begins = kind && !strcmp(kind, "begin"), is_env = kind && !strcmp(kind, "env");
	char number[32];
	int failed;

	c->record++;
	if (!kind || (!c->now->begin && !begins))
		failed = fault("%s", kind ? "comes before the session's \"begin\"" : "no \"kind\"");
	else
		failed = hand_over(pass, kind, record);
	if (!failed)
		return 0;
	if (!c->now->begin || (is_env && c->now->env))
		return leave_log_out(c);
	snprintf(number, sizeof(number), "record %ld left out", c->record);
	leave_out(c, number);
	return 0;
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
	return log->records < 0 ? -1 : 0;
}
