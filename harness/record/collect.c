// SPDX-License-Identifier: GPL-2.0-or-later
/* collect - reads the logs of all sessions, and hands each record to collect_records.c; closing is run_write.c's */
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/outcome.h"
#include "base/text.h"
#include "record/check.h"
#include "record/collect.h"
#include "record/env.h"
#include "record/run_dir.h"
#include "record/tables.h"

/* Names the logs, in the order of their names, which is that of their sessions. */
static int find_logs(struct collect *c)
{
	char **names;
	long count = run_logs(c->run->dir, &names);

	if (count < 0)
		return -1;
	c->log = xcalloc(count + 1, sizeof(*c->log));
	for (; c->logs < (size_t)count; c->logs++)
		c->log[c->logs].name = names[c->logs];
	free(names); /* each is a log's now */
	return 0;
}

static int nothing_intact(const struct collect *c)
{
	const char *why = json_string_value(json_array_get(c->left_out, 0));

	if (!c->logs)
		return fault(
			"%s: no session's record is in it, as a merge that was killed leaves it; there is nothing to "
			"keep, delete it",
			c->run->dir);
	return fault("%s: no session has an intact record; nothing can be kept%s%s%s", c->run->dir, why ? " (" : "",
		     why ?: "", why ? ")" : "");
}

/* Also counts the run's sessions. */
static int read_logs(struct collect *c)
{
	const struct log *before = NULL;

	for (struct log *log = c->log; log < c->log + c->logs; log++) {
		if (collect_read(c, log, PASS_FACTS) < 0)
			return -1;
		if (!log->begin)
			continue;
		c->run->sessions += !before || log->session != before->session;
		before = log;
	}
	return before ? 0 : nothing_intact(c);
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

	c->order = check_order_new(c->run);
	c->samples = tables_create_samples(c->run);
	if (!c->samples)
		return -1;
	for (struct log *log = c->log; log < c->log + c->logs && !failed; log++)
		failed = log->begin ? collect_read(c, log, PASS_SAMPLES) : 0;
	return end_table(c->samples, failed) | end_table(c->series, failed);
}

/* ---- outcomes ---------------------------------------------------------------- */

/* What a point without outcome becomes. */
struct ending {
	const char *reason, *detail;
};

struct verdict {
	enum outcome outcome;
	const char *reason, *detail, *settings;
	int session;
};

/* What is called measured has a sample: when its record was left out or lost, it is unfinished. */
static bool is_proven(const char *outcome, const json_t *trial)
{
	return (strcmp(outcome, "ok") && strcmp(outcome, "unstable")) || json_object_get(trial, "measured");
}

/* The point's end in that session; false when it was not planned there. */
static bool verdict_in(const struct collect *c, int session, const char *key, const struct ending *unfinished,
		       struct verdict *v)
{
	json_t *trial = collect_trial(c, session, key);
	const char *word = json_string_value(json_object_get(trial, "outcome"));

	if (!trial)
		return false;
	*v = (struct verdict){ BROKEN, unfinished->reason, unfinished->detail, "", session };
	if (word && is_proven(word, trial)) {
		outcome_parse(word, &v->outcome);
		v->reason = json_string_value(json_object_get(trial, "reason"));
		v->detail = json_string_value(json_object_get(trial, "detail"));
		v->settings = json_string_value(json_object_get(trial, "settings"));
	}
	return true;
}

/*
 * The gravest of all sessions; its detail names the session when they do not agree. The settings are the first session's
 * that set any.
 */
static void settle(struct collect *c, struct run_point *p, const struct ending *unfinished)
{
	struct verdict worst = { BROKEN, unfinished->reason, unfinished->detail, "", 0 }, v; /* when no log is left */
	bool any = false, differ = false;
	char *detail;

	for (const struct log *log = c->log; log < c->log + c->logs; log++) {
		if (!log->begin || !verdict_in(c, log->session, p->key, unfinished, &v))
			continue;
		differ |= any && (v.outcome != worst.outcome || strcmp(v.reason, worst.reason));
		if (!any || v.outcome > worst.outcome)
			worst = v;
		if (!*p->settings)
			run_set_settings(p, v.settings);
		c->unfinished |= v.reason == unfinished->reason;
		any = true;
	}
	detail = text_append(NULL, "session %d: %s", worst.session, worst.detail);
	run_set_outcome(p, outcome_name(worst.outcome), worst.reason, differ ? detail : worst.detail);
	free(detail);
}

/* ---- env.json ------------------------------------------------------------------ */

/* What the session was asked to do (its "begin"), how it ended, and its soft facts. */
static json_t *session_entry(const struct log *log)
{
	static const char *const given[] = { "session", "seed", "argv", "mode" };
	json_t *entry = json_object(), *soft = json_object_get(log->env, "soft");

	for (size_t i = 0; i < sizeof(given) / sizeof(*given); i++)
		if (json_object_get(log->begin, given[i]))
			json_object_set(entry, given[i], json_object_get(log->begin, given[i]));
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

	json_array_foreach ((json_t *)sessions, i, entry)
		complete &= json_is_true(json_object_get(entry, "complete"));
	for (i = 0; i < c->logs; i++)
		complete &= c->log[i].begin != NULL;
	return complete;
}

static int write_env(const struct collect *c, bool complete)
{
	json_t *sessions = sessions_list(c);
	bool intact = !json_array_size(c->left_out);
	json_t *env = env_of_sessions(complete && intact && all_complete(c, sessions),
				      json_object_get(c->hard_env, "hard"), sessions);
	int failed;

	if (!intact)
		json_object_set(env, "left_out", c->left_out);
	failed = tables_write_json(c->run->dir, "env.json", env);

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
	if (function_table_write(c->functions, c->run, 0) < 0)
		return -1;
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
	json_decref(c->left_out);
	check_order_free(c->order);
	function_table_free(c->functions);
	run_free(c->run);
}

int run_collect(const char *dir, bool complete, const char *cause, const char *detail)
{
	const struct ending unfinished = {
		cause ? cause : "unfinished",
		cause ? detail : "the session's record ends before this point was finished",
	};
	char *part = run_part_path(dir);
	struct collect c = { .run = run_new(part),
			     .trials = json_object(),
			     .left_out = json_array(),
			     .functions = function_table_new() };
	int failed = collect(&c, complete, &unfinished);

	collect_free(&c);
	free(part);
	return failed;
}
