// SPDX-License-Identifier: GPL-2.0-or-later
/* condense - a run folder with session medians in place of samples, for baselines */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "analysis/condense.h"
#include "analysis/summary_table.h"
#include "analysis/values.h"
#include "base/alloc.h"
#include "base/csv.h"
#include "base/fault.h"
#include "base/file.h"
#include "record/function_table.h"
#include "record/path.h"
#include "record/run_dir.h"
#include "record/tables.h"

struct condense {
	const struct run *from;
	struct values *values;
	struct run to; /* the same points and metrics, in the new folder */
};

static bool is_exact(const struct condense *c, size_t metric)
{
	return !strcmp(c->from->metric[metric].class, "exact");
}

/* What stands beside a path, and is not exact. */
static bool is_beside(const struct condense *c, size_t point, size_t metric)
{
	const char *name = c->from->metric[metric].name;

	return path_is_primary(&c->from->point[point]) && (!strcmp(name, PATH_WHOLE) || !strcmp(name, PATH_WAIT));
}

static bool is_kept(const struct condense *c, size_t point, size_t metric)
{
	return run_primary_metric(c->from, point) == (long)metric || is_beside(c, point, metric) || is_exact(c, metric);
}

/* ---- samples.csv ---------------------------------------------------------------- */

/* Medians of every series, so that samples can be written session by session, as a reader expects them. */
struct medians {
	double *value;
	int *session;
	size_t n, next;
};

/* An exact metric is stored where it changes: most never do, and each would be as long as a gating one. */
static void keep_changes(struct medians *m)
{
	size_t retained = 0;

	for (size_t i = 0; i < m->n; i++) {
		if (retained && m->value[retained - 1] == m->value[i])
			continue;
		m->value[retained] = m->value[i];
		m->session[retained++] = m->session[i];
	}
	m->n = retained;
}

static void get_medians(const struct condense *c, size_t point, size_t metric, struct medians *m)
{
	size_t samples = values_of(c->values, point, metric)->n;

	if (!is_kept(c, point, metric) || !samples)
		return;
	m->value = xmalloc(samples * sizeof(*m->value));
	m->session = xmalloc(samples * sizeof(*m->session));
	m->n = values_medians(c->values, point, metric, m->value, m->session);
	if (is_exact(c, metric))
		keep_changes(m);
}

static void write_session(struct csv_writer *w, const struct condense *c, struct medians *all, int session)
{
	for (size_t p = 0; p < c->from->points; p++)
		for (size_t m = 0; m < c->from->metrics; m++) {
			struct medians *one = &all[p * c->from->metrics + m];
			struct run_sample sample = {
				.session = session,
				.order = (int)p,
				.point = p,
				.metric = m,
				.status = "ok",
			};

			if (one->next == one->n || one->session[one->next] != session)
				continue;
			sample.value = one->value[one->next++];
			tables_write_sample(w, &c->to, &sample);
		}
}

static int write_sessions(struct condense *c, struct medians *all)
{
	const json_t *sessions = json_object_get(c->from->env, "sessions"), *entry;
	struct csv_writer *w = tables_create_samples(&c->to);
	size_t i;

	if (!w)
		return -1;
	json_array_foreach ((json_t *)sessions, i, entry)
		write_session(w, c, all, (int)json_integer_value(json_object_get(entry, "session")));
	return csv_close(w) < 0 ? -1 : 0;
}

static int write_samples(struct condense *c)
{
	size_t cells = c->from->points * c->from->metrics;
	struct medians *all = xcalloc(cells + 1, sizeof(*all));
	int r;

	for (size_t i = 0; i < cells; i++)
		get_medians(c, i / c->from->metrics, i % c->from->metrics, &all[i]);
	r = write_sessions(c, all);
	for (size_t i = 0; i < cells; i++) {
		free(all[i].value);
		free(all[i].session);
	}
	free(all);
	return r;
}

/* ---- the other files --------------------------------------------------------------- */

/* What the whole run said, scatter within sessions included; of what is kept. */
static int write_summary(struct condense *c)
{
	char *path = file_path(c->to.dir, "summary.csv");
	struct csv_writer *w = summary_create(path);
	struct summary s;

	free(path);
	if (!w)
		return -1;
	for (size_t p = 0; p < c->from->points; p++)
		for (size_t m = 0; m < c->from->metrics; m++)
			if (is_kept(c, p, m) && summary_of(c->values, p, m, &s))
				summary_write_row(w, c->from, p, m, &s);
	return csv_close(w) < 0 ? -1 : 0;
}

static int write_env(const struct condense *c, bool pinned)
{
	json_t *env = json_deep_copy(c->from->env);
	const char *slash = strrchr(c->from->dir, '/'), *created;
	char now[32];
	time_t seconds = time(NULL);
	struct tm utc;
	int r;

	strftime(now, sizeof(now), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &utc));
	created = json_string_value(json_object_get(c->from->manifest, "created_utc"));
	json_object_set_new(
		env, "baseline",
		json_pack("{s:s, s:s, s:s, s:s?, s:s}", "kind", pinned ? "pinned" : "rolling", "promoted_utc", now,
			  "from", slash && slash[1] ? slash + 1 : c->from->dir, "measured_utc", created, "samples",
			  "session medians of primary and exact metrics, and of what stands beside a path"));
	r = tables_write_json(c->to.dir, "env.json", env);
	json_decref(env);
	return r;
}

static int copy_topology(const struct condense *c)
{
	char *from = file_path(c->from->dir, "topology.xml"), *to = file_path(c->to.dir, "topology.xml");
	int r = run_has_file(c->from, "topology.xml") ? file_copy(from, to) : 0;

	free(from);
	free(to);
	return r;
}

/* Medians over all sessions, of what later runs are held against. */
static int write_functions(const struct condense *c)
{
	struct function_table *t = function_table_new();
	int r = function_table_add_run(t, c->from) < 0 ? -1 : function_table_write(t, &c->to, FUNCTION_COMPARED);

	function_table_free(t);
	return r;
}

static int write_files(struct condense *c, bool pinned)
{
	if (write_samples(c) < 0 || tables_write_points(&c->to) < 0 || tables_write_metrics(&c->to) < 0)
		return -1;
	return write_summary(c) < 0 || write_functions(c) < 0 || write_env(c, pinned) < 0 ? -1 : copy_topology(c);
}

/* Whatever is left of a folder that could not be finished goes: nobody could resume it. */
static int abandon(const char *part)
{
	char why[900];

	snprintf(why, sizeof(why), "%s", fault_text());
	file_remove_folder(part);
	return fault("%s", why);
}

int condense_run(const struct run *run, const char *dir, bool pinned)
{
	struct condense c = { .from = run, .to = *run };
	int r;

	if (run_part_create(dir) < 0)
		return -1;
	c.to.dir = run_part_path(dir);
	c.values = values_load(run);
	r = c.values && write_files(&c, pinned) == 0 && run_seal(dir) == 0 ? 0 : abandon(c.to.dir);
	values_free(c.values);
	free(c.to.dir);
	return r;
}
