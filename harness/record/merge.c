// SPDX-License-Identifier: GPL-2.0-or-later
/* merge - makes one run of several, if machine, points and metrics agree and no session is in two */
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/outcome.h"
#include "base/text.h"
#include "record/env.h"
#include "record/fingerprint.h"
#include "record/function_table.h"
#include "record/merge.h"
#include "record/run_dir.h"
#include "record/tables.h"

struct merge {
	struct run **from;
	size_t count;
	struct run *to;
	json_t *sessions; /* of env.json, numbered anew */
	struct csv_writer *samples, *series;
	struct function_table *functions;
	const struct run *now; /* the run being copied */
	int first;	       /* number of sessions copied before it */
};

static const json_t *sessions_of(const struct run *run)
{
	return json_object_get(run->env, "sessions");
}

/* ---- may they be merged? ------------------------------------------------------- */

static int check_facts(const struct run *a, const struct run *b)
{
	json_t *differing;
	int count = fingerprint_compare(a->env, b->env, NULL, NULL, &differing);
	char *line;

	if (count > 0) {
		line = fingerprint_describe(differing);
		fault("%s and %s are not of the same machine and settings: %s", a->dir, b->dir, line);
		free(line);
	}
	json_decref(differing);
	return count;
}

static bool same_value(const json_t *a, const json_t *b)
{
	return (!a && !b) || json_equal(a, b);
}

/*
 * The same session twice would count as two. In counted mode a seed decides
 * everything, so that two sessions of one seed are one session too.
 */
static bool same_session(const json_t *a, const json_t *b, const json_t *soft_a, const json_t *soft_b)
{
	const char *mode = json_string_value(json_object_get(a, "mode"));

	if (!same_value(json_object_get(a, "seed"), json_object_get(b, "seed")))
		return false;
	return (mode && !strcmp(mode, "counted")) ||
	       (same_value(json_object_get(a, "argv"), json_object_get(b, "argv")) && same_value(soft_a, soft_b));
}

static int check_twice(const struct run *a, size_t i, const struct run *b, size_t j)
{
	const json_t *entry_a = json_array_get(sessions_of(a), i), *entry_b = json_array_get(sessions_of(b), j);
	json_t *soft_a = env_session_facts(a->env, i), *soft_b = env_session_facts(b->env, j);
	bool same = same_session(entry_a, entry_b, soft_a, soft_b);

	json_decref(soft_a);
	json_decref(soft_b);
	if (!same)
		return 0;
	fault("%s session %lld and %s session %lld are the same session (seed %lld); merged, it would count twice",
	      a->dir, json_integer_value(json_object_get(entry_a, "session")), b->dir,
	      json_integer_value(json_object_get(entry_b, "session")),
	      json_integer_value(json_object_get(entry_b, "seed")));
	return 1;
}

static int check_sessions(const struct run *a, const struct run *b)
{
	for (int i = 0; i < a->sessions; i++)
		for (int j = 0; j < b->sessions; j++)
			if (check_twice(a, i, b, j))
				return 1;
	return 0;
}

static int check_names(const struct run *a, const struct run *b)
{
	long known;

	for (size_t i = 0; i < b->points; i++) {
		known = run_find_point(a, b->point[i].key);
		if (known >= 0 && run_same_point(&a->point[known], &b->point[i]) < 0)
			return fault_at("%s and %s", a->dir, b->dir);
	}
	for (size_t i = 0; i < b->metrics; i++) {
		known = run_find_metric(a, b->metric[i].name);
		if (known >= 0 && run_same_metric(&a->metric[known], &b->metric[i]) < 0)
			return fault_at("%s and %s", a->dir, b->dir);
	}
	return 0;
}

static int check_pairs(const struct merge *m)
{
	for (size_t i = 0; i < m->count; i++)
		for (size_t j = i + 1; j < m->count; j++)
			if (check_facts(m->from[i], m->from[j]) || check_names(m->from[i], m->from[j]) ||
			    check_sessions(m->from[i], m->from[j]))
				return 1;
	return 0;
}

/* ---- points and metrics -------------------------------------------------------- */

static enum outcome outcome_of(const struct run_point *p)
{
	enum outcome outcome = BROKEN;

	outcome_parse(p->outcome, &outcome);
	return outcome;
}

/* The gravest outcome wins; its detail names the run when they do not agree. */
static int merge_point(struct run *to, const struct run *from, const struct run_point *p)
{
	long known = run_find_point(to, p->key);
	struct run_point *have;
	char *detail;

	if (known < 0)
		return run_add_point(to, p) < 0 ? -1 : 0;
	have = &to->point[known];
	if (!*have->settings)
		run_set_settings(have, p->settings);
	if (outcome_of(p) <= outcome_of(have))
		return 0;
	detail = text_append(NULL, "%s: %s", from->dir, p->detail);
	run_set_outcome(have, p->outcome, p->reason, detail);
	free(detail);
	return 0;
}

static int merge_names(struct merge *m)
{
	for (size_t i = 0; i < m->count; i++) {
		const struct run *from = m->from[i];

		for (size_t p = 0; p < from->points; p++)
			if (merge_point(m->to, from, &from->point[p]) < 0)
				return -1;
		for (size_t n = 0; n < from->metrics; n++)
			if (run_find_metric(m->to, from->metric[n].name) < 0 &&
			    run_add_metric(m->to, &from->metric[n]) < 0)
				return -1;
	}
	return 0;
}

/* ---- sessions and samples ------------------------------------------------------ */

/* The new number of a session: its rank in its run, after all runs before. */
static int renumber(const struct merge *m, int session)
{
	size_t i;
	const json_t *entry;

	json_array_foreach ((json_t *)sessions_of(m->now), i, entry)
		if (json_integer_value(json_object_get(entry, "session")) == session)
			break;
	return m->first + i + 1;
}

static void merge_sessions(struct merge *m)
{
	size_t i;
	const json_t *entry;

	json_array_foreach ((json_t *)sessions_of(m->now), i, entry) {
		json_t *copy = json_copy((json_t *)entry);

		json_object_set_new(copy, "merged_from",
				    json_sprintf("%s session %lld", basename(m->now->dir),
						 json_integer_value(json_object_get(entry, "session"))));
		json_object_set_new(copy, "session", json_integer(m->first + i + 1));
		json_object_set_new(copy, "soft", env_session_facts(m->now->env, i));
		json_array_append_new(m->sessions, copy);
	}
}

static int copy_sample(const struct run_sample *sample, void *context)
{
	struct merge *m = context;
	struct run_sample s = *sample;

	s.session = renumber(m, sample->session);
	s.point = run_find_point(m->to, m->now->point[sample->point].key);
	s.metric = run_find_metric(m->to, m->now->metric[sample->metric].name);
	tables_write_sample(m->samples, m->to, &s);
	return 0;
}

static int copy_series(const struct csv_row *row, void *context)
{
	uint64_t session, rep;
	struct merge *m = context;
	double x, y;

	if (csv_parse_count(row->field[0], INT_MAX, &session) < 0 ||
	    csv_parse_count(row->field[2], INT_MAX, &rep) < 0 || csv_parse_number(row->field[4], &x) < 0 ||
	    csv_parse_number(row->field[5], &y) < 0)
		return -1;
	csv_integer(m->series, renumber(m, session));
	csv_text(m->series, row->field[1]);
	csv_integer(m->series, rep);
	csv_text(m->series, row->field[3]);
	csv_number(m->series, x);
	csv_number(m->series, y);
	csv_row_end(m->series);
	return 0;
}

/* Few runs have curves; the file is there only when one does. */
static int merge_series(struct merge *m)
{
	char *path = file_path(m->now->dir, "series.csv");
	int failed = 0;

	if (run_has_file(m->now, "series.csv")) {
		if (!m->series)
			m->series = tables_create_series(m->to);
		failed = !m->series || csv_read(path, series_columns, copy_series, m) < 0;
	}
	free(path);
	return failed ? -1 : 0;
}

static int merge_samples(struct merge *m)
{
	m->samples = tables_create_samples(m->to);
	if (!m->samples)
		return -1;
	for (size_t i = 0; i < m->count; i++) {
		m->now = m->from[i];
		merge_sessions(m);
		if (run_samples(m->now, copy_sample, m) < 0 || merge_series(m) < 0 ||
		    function_table_add_run(m->functions, m->now) < 0)
			return -1;
		m->first += m->now->sessions;
	}
	return 0;
}

static int close_table(struct csv_writer *w, int failed)
{
	if (w && failed)
		csv_abandon(w);
	return w && !failed && csv_close(w) < 0 ? -1 : failed;
}

/* ---- the whole ------------------------------------------------------------------ */

static int copy_topology(const struct merge *m)
{
	char *from = file_path(m->from[0]->dir, "topology.xml"), *to = file_path(m->to->dir, "topology.xml");
	int failed = run_has_file(m->from[0], "topology.xml") ? file_copy(from, to) : 0;

	free(from);
	free(to);
	return failed;
}

static int write_env(struct merge *m)
{
	json_t *env = env_of_sessions(true, json_object_get(m->from[0]->env, "hard"), json_incref(m->sessions));
	int failed = tables_write_json(m->to->dir, "env.json", env);

	json_decref(env);
	return failed;
}

static int write_all(struct merge *m)
{
	int failed = merge_names(m) || merge_samples(m) ? -1 : 0;

	failed = close_table(m->samples, failed);
	failed = close_table(m->series, failed);
	if (failed)
		return -1;
	return function_table_write(m->functions, m->to, 0) || tables_write_points(m->to) ||
			       tables_write_metrics(m->to) || copy_topology(m) || write_env(m)
		       ? -1
		       : 0;
}

static int load(struct merge *m, char *const *dirs)
{
	for (size_t i = 0; i < m->count; i++) {
		m->from[i] = run_load(dirs[i]);
		if (!m->from[i])
			return -1;
		if (!m->from[i]->complete)
			return fault("%s: incomplete; resume it, or leave it out", dirs[i]);
	}
	return 0;
}

static int merge(struct merge *m, const char *out, char *const *dirs)
{
	char *part = run_part_path(out);
	int failed = load(m, dirs);

	if (!failed)
		failed = check_pairs(m);
	if (!failed)
		failed = run_part_create(out);
	if (!failed) {
		m->to = run_new(part);
		failed = write_all(m);
		if (failed)
			run_part_remove(out);
	}
	free(part);
	return failed;
}

int run_merge(const char *out, char *const *dirs, size_t count)
{
	struct merge m = { .from = xcalloc(count, sizeof(*m.from)),
			   .count = count,
			   .sessions = json_array(),
			   .functions = function_table_new() };
	int failed = merge(&m, out, dirs);

	for (size_t i = 0; i < count; i++)
		run_free(m.from[i]);
	free(m.from);
	run_free(m.to);
	json_decref(m.sessions);
	function_table_free(m.functions);
	return failed;
}
