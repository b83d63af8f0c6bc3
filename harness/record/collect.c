// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * collect - the logs of a run's sessions become its tables
 *
 * Two passes: the first learns points, metrics, facts and outcomes, the second
 * writes the samples as they come. A session that was resumed has more than
 * one log; a point counts where it was finished, or else where it was tried last.
 */
#include <dirent.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include "base/fault.h"
#include "record/env.h"
#include "record/file.h"
#include "record/fingerprint.h"
#include "record/outcome.h"
#include "record/reclog.h"
#include "record/tables.h"

struct log {
	char *name;
	int session;
	long records;
	bool ended;		/* its "end" record says complete */
	json_t *begin, *env;
};

struct collect {
	struct run *run;
	struct log *log;	/* by session; one without any intact record has no begin */
	size_t logs;
	struct log *now;	/* the one being read */
	long record;		/* its record being read, from 1 */
	bool failed;
	json_t *hard_env;	/* the first session's facts; all others must agree */
	json_t *trials;		/* session number: { point: {log, outcome, reason, detail} } */
	char *topology;
	struct csv_writer *samples;
	struct csv_writer *series;	/* NULL until a record of that kind comes */
	bool unfinished;	/* some point has no outcome in a session that planned it */
};

static void session_text(char text[16], int session)
{
	snprintf(text, 16, "%d", session);
}

/* What is known of a point in the session being read; NULL when it was not planned there. */
static json_t *trial_of(const struct collect *c, int session, const char *key)
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

	if (json_unpack_ex((json_t *)record, &error, 0, "{s:s, s:s, s:i, s:s, s?s, s:o}", "point", &p.key,
			   "benchmark", &p.benchmark, "revision", &p.revision, "primary", &p.primary,
			   "figure", &p.figure, "params", &p.params) < 0)
		return fault("%s", error.text);
	known = run_find_point(c->run, p.key);
	if (known >= 0 ? tables_same_point(&p, &c->run->point[known]) < 0 : tables_add_point(c->run, &p) < 0)
		return -1;
	if (json_object_get(trial_of(c, c->now->session, p.key), "outcome"))
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
	if (!trial_of(c, c->now->session, key))
		return fault("outcome of %s, which was not planned", key);
	return trial_set(c, key, json_pack("{s:i, s:s, s:s, s:s}", "log", (int)(c->now - c->log), "outcome", outcome,
					   "reason", reason, "detail", detail));
}

static int take_end(struct collect *c, const json_t *record)
{
	c->now->ended = json_is_true(json_object_get(record, "complete"));
	return 0;
}

/* ---- second pass ------------------------------------------------------------ */

static int write_values(struct collect *c, struct run_sample *s, const json_t *values)
{
	const json_t *value;
	const char *name;
	long metric;

	json_object_foreach((json_t *)values, name, value) {
		if (json_is_null(value))
			continue;
		metric = run_find_metric(c->run, name);
		if (metric < 0)
			return fault("a value of metric %s, which was not announced", name);
		if (!json_is_number(value))
			return fault("metric %s has a value that is no number", name);
		s->metric = metric;
		s->value = json_number_value(value);
		tables_write_sample(c->samples, c->run, s);
	}
	return 0;
}

static bool tried_again(const struct collect *c, const json_t *trial)
{
	return json_integer_value(json_object_get(trial, "log")) != c->now - c->log;
}

static int take_sample(struct collect *c, const json_t *record)
{
	struct run_sample s = { .session = c->now->session, .status = "ok" };
	json_t *values, *trial;
	json_error_t error;
	const char *key;
	int warmup;

	if (json_unpack_ex((json_t *)record, &error, 0, "{s:i, s:s, s:i, s:b, s?s, s:o}", "order", &s.order, "point", &key,
			   "rep", &s.rep, "warmup", &warmup, "status", &s.status, "values", &values) < 0)
		return fault("%s", error.text);
	trial = trial_of(c, s.session, key);
	if (!trial)
		return fault("a sample of %s, which was not planned", key);
	if (tried_again(c, trial))
		return 0;
	s.point = run_find_point(c->run, key);
	s.warmup = warmup;
	return write_values(c, &s, values);
}

static int write_series(struct collect *c, const char *key, int rep, const char *name, const json_t *x, const json_t *y)
{
	const json_t *value;
	size_t i;

	json_array_foreach((json_t *)x, i, value) {
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

	if (json_unpack_ex((json_t *)record, &error, 0, "{s:s, s:i, s:s, s:o, s:o}", "point", &key, "rep", &rep, "series", &name,
			   "x", &x, "y", &y) < 0)
		return fault("%s", error.text);
	trial = trial_of(c, c->now->session, key);
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

struct handler {
	const char *kind;
	int (*take)(struct collect *c, const json_t *record);
};

static const struct handler first_pass[] = {
	{ "begin", take_begin }, { "env", take_env }, { "topology", take_topology }, { "metric", take_metric },
	{ "point", take_point }, { "outcome", take_outcome }, { "end", take_end }, {}
};
static const struct handler second_pass[] = { { "sample", take_sample }, { "series", take_series }, {} };

struct pass {
	struct collect *collect;
	const struct handler *handler;
};

static int take_record(const json_t *record, void *context)
{
	const struct pass *pass = context;
	struct collect *c = pass->collect;
	const char *kind = json_string_value(json_object_get(record, "kind"));

	c->record++;
	if (!kind || (!c->now->begin && strcmp(kind, "begin")))
		c->failed = fault("%s", kind ? "comes before the session's \"begin\"" : "no \"kind\"");
	for (const struct handler *h = pass->handler; !c->failed && h->kind; h++)
		if (!strcmp(kind, h->kind))
			c->failed = h->take(c, record);
	if (c->failed)
		fault_at("%s: record %ld", c->now->name, c->record);
	return c->failed;
}

static int read_log(struct collect *c, struct log *log, const struct handler *handler)
{
	struct pass pass = { c, handler };
	char *path = file_path(c->run->dir, log->name);
	bool torn;

	c->now = log;
	c->record = 0;
	log->records = reclog_read(path, take_record, &pass, &torn);
	free(path);
	return log->records < 0 || c->failed ? -1 : 0;
}

static int is_log(const struct dirent *entry)
{
	return !fnmatch("session-*.log", entry->d_name, 0);
}

/* Names the logs, in the order of their names, which is that of their sessions. */
static int find_logs(struct collect *c)
{
	struct dirent **entry;
	int count = scandir(c->run->dir, &entry, is_log, versionsort);

	if (count < 0)
		return fault("%s: cannot read: %m", c->run->dir);
	c->log = calloc(count + 1, sizeof(*c->log));
	for (int i = 0; i < count; i++) {
		if (c->log)
			c->log[c->logs++].name = strdup(entry[i]->d_name);
		free(entry[i]);
	}
	free(entry);
	return c->log ? 0 : fault("%s: no memory", c->run->dir);
}

/* Also counts the run's sessions. */
static int read_logs(struct collect *c)
{
	const struct log *before = NULL;

	for (struct log *log = c->log; log < c->log + c->logs; log++) {
		if (read_log(c, log, first_pass) < 0)
			return -1;
		if (!log->begin)
			continue;
		if (before && log->session < before->session)
			return fault("%s/%s holds session %d, but comes after session %d", c->run->dir, log->name,
				     log->session, before->session);
		c->run->sessions += !before || log->session != before->session;
		before = log;
	}
	return before ? 0 : fault("%s: no session has an intact record; nothing can be kept", c->run->dir);
}

static int end_table(struct csv_writer *w, int failed)
{
	if (w && !failed)
		return csv_close(w) < 0 ? -1 : 0;
	if (w)
		csv_abandon(w);
	return failed ? -1 : 0;
}

static int write_samples(struct collect *c)
{
	int failed = 0;

	c->samples = tables_create_samples(c->run);
	if (!c->samples)
		return -1;
	for (struct log *log = c->log; log < c->log + c->logs && !failed; log++)
		failed = log->begin ? read_log(c, log, second_pass) : 0;
	return end_table(c->samples, failed) | end_table(c->series, failed);
}

/* ---- outcomes ---------------------------------------------------------------- */

/* What a point without outcome becomes. */
struct ending {
	const char *reason, *detail;
};

struct verdict {
	enum outcome outcome;
	const char *reason, *detail;
	int session;
};

/* The point's end in that session; false when it was not planned there. */
static bool verdict_in(const struct collect *c, int session, const char *key, const struct ending *unfinished,
		       struct verdict *v)
{
	json_t *trial = trial_of(c, session, key);
	const char *word = json_string_value(json_object_get(trial, "outcome"));

	if (!trial)
		return false;
	*v = (struct verdict){ BROKEN, unfinished->reason, unfinished->detail, session };
	if (word) {
		outcome_parse(word, &v->outcome);
		v->reason = json_string_value(json_object_get(trial, "reason"));
		v->detail = json_string_value(json_object_get(trial, "detail"));
	}
	return true;
}

/* The gravest of all sessions; its detail names the session when they do not agree. */
static void settle(struct collect *c, struct run_point *p, const struct ending *unfinished)
{
	struct verdict worst = { OK, "", "", 0 }, v;
	bool any = false, differ = false;
	char *detail;

	for (const struct log *log = c->log; log < c->log + c->logs; log++) {
		if (!log->begin || !verdict_in(c, log->session, p->key, unfinished, &v))
			continue;
		differ |= any && (v.outcome != worst.outcome || strcmp(v.reason, worst.reason));
		if (!any || v.outcome > worst.outcome)
			worst = v;
		c->unfinished |= v.reason == unfinished->reason;
		any = true;
	}
	if (asprintf(&detail, "session %d: %s", worst.session, worst.detail) < 0)
		abort();	/* no memory for a sentence */
	tables_set_outcome(p, outcome_name(worst.outcome), worst.reason, differ ? detail : worst.detail);
	free(detail);
}

/* ---- env.json ------------------------------------------------------------------ */

/* What the session was told (its "begin"), how it ended, and its soft facts. */
static json_t *session_entry(const struct log *log)
{
	json_t *entry = json_copy(log->begin), *soft = json_object_get(log->env, "soft");

	json_object_del(entry, "kind");
	json_object_del(entry, "schema");
	if (soft)
		json_object_set_new(entry, "soft", json_copy(soft));
	json_object_set_new(entry, "records", json_integer(log->records));
	json_object_set_new(entry, "complete", json_boolean(log->ended));
	return entry;
}

/* One entry a session; of a resumed one the last log says how it ended. */
static json_t *sessions_list(const struct collect *c)
{
	json_t *list = json_array(), *last = NULL;
	int session = -1;

	for (const struct log *log = c->log; log < c->log + c->logs; log++) {
		if (log->begin && log->session == session) {
			json_object_set_new(last, "complete", json_boolean(log->ended));
		} else if (log->begin) {
			last = session_entry(log);
			session = log->session;
			json_array_append_new(list, last);
		}
	}
	return list;
}

static bool all_complete(const struct collect *c, const json_t *sessions)
{
	bool complete = !c->unfinished;
	const json_t *entry;
	size_t i;

	json_array_foreach((json_t *)sessions, i, entry)
		complete &= json_is_true(json_object_get(entry, "complete"));
	for (i = 0; i < c->logs; i++)
		complete &= c->log[i].begin != NULL;
	return complete;
}

static int write_env(const struct collect *c, bool complete)
{
	json_t *sessions = sessions_list(c);
	json_t *env = env_of_sessions(complete && all_complete(c, sessions), json_object_get(c->hard_env, "hard"), sessions);
	int failed = tables_write_json(c->run->dir, "env.json", env);

	json_decref(env);
	return failed;
}

/* ---- the whole ------------------------------------------------------------------ */

static int write_topology(const struct collect *c)
{
	char *path = file_path(c->run->dir, "topology.xml");
	int failed = c->topology ? file_write_text(path, c->topology) : 0;

	free(path);
	return failed;
}

static int collect(struct collect *c, bool complete, const struct ending *unfinished)
{
	if (find_logs(c) < 0 || read_logs(c) < 0 || write_samples(c) < 0)
		return -1;
	for (size_t i = 0; i < c->run->points; i++)
		settle(c, &c->run->point[i], unfinished);
	if (tables_write_points(c->run) < 0 || tables_write_metrics(c->run) < 0 || write_topology(c) < 0)
		return -1;
	return write_env(c, complete);
}

static void collect_free(struct collect *c)
{
	for (size_t i = 0; i < c->logs; i++) {
		free(c->log[i].name);
		json_decref(c->log[i].begin);
		json_decref(c->log[i].env);
	}
	free(c->log);
	free(c->topology);
	json_decref(c->hard_env);
	json_decref(c->trials);
	run_free(c->run);
}

int run_collect(const char *dir, bool complete, const char *cause, const char *detail)
{
	const struct ending unfinished = {
		cause ? cause : "unfinished",
		cause ? detail : "the session's record ends before this point was finished",
	};
	char *part = run_part_path(dir);
	struct collect c = { .run = tables_new(part), .trials = json_object() };
	int failed = c.run && c.trials ? collect(&c, complete, &unfinished) : -1;

	collect_free(&c);
	free(part);
	return failed;
}
