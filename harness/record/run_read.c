// SPDX-License-Identifier: GPL-2.0-or-later
/* run_read - opens a run folder, checks it against its manifest, and hands out its rows */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/json.h"
#include "record/check.h"
#include "record/manifest.h"
#include "record/reclog.h"
#include "record/run_dir.h"
#include "record/tables.h"

/* ---- loading ---------------------------------------------------------------- */

static int check_sessions(const json_t *sessions)
{
	int session, before = -1;
	const json_t *entry;
	size_t i;

	json_array_foreach ((json_t *)sessions, i, entry) {
		if (check_session(entry, &session) < 0)
			return fault_at("entry %zu of sessions", i + 1);
		if (session <= before)
			return fault("session %d after session %d; sessions doubled or out of order", session, before);
		before = session;
	}
	return 0;
}

static int read_env(struct run *run)
{
	char *path = file_path(run->dir, "env.json");
	const json_t *schema;
	int failed = 0;

	run->env = json_file_read(path);
	schema = json_object_get(run->env, "schema");
	if (!run->env)
		failed = -1;
	else if (!json_is_object(json_object_get(run->env, "hard")) ||
		 !json_is_object(json_object_get(run->env, "soft")) ||
		 !json_is_array(json_object_get(run->env, "sessions")))
		failed = fault("%s: lacks \"hard\", \"soft\" or \"sessions\"", path);
	else if (json_integer_value(schema) != RECORD_SCHEMA)
		failed = fault("%s: schema %lld; this nodehop reads %d", path, json_integer_value(schema),
			       RECORD_SCHEMA);
	else if (check_sessions(json_object_get(run->env, "sessions")) < 0)
		failed = fault_at("%s", path);
	run->sessions = json_array_size(json_object_get(run->env, "sessions"));
	run->complete = json_is_true(json_object_get(run->env, "complete"));
	free(path);
	return failed;
}

static struct run *read_tables(struct run *run)
{
	if (read_env(run) == 0 && tables_read_points(run) == 0 && tables_read_metrics(run) == 0)
		return run;
	run_free(run);
	return NULL;
}

struct run *run_load(const char *dir)
{
	json_t *manifest = manifest_load(dir);
	struct run *run;

	if (!manifest)
		return NULL;
	run = run_new(dir);
	run->manifest = manifest;
	run = read_tables(run);
	if (run)
		run->complete &= json_is_true(json_object_get(manifest, "complete"));
	return run;
}

struct run *run_load_part(const char *dir)
{
	char *part = run_part_path(dir);
	struct run *run = run_new(part);

	free(part);
	return read_tables(run);
}

bool run_has_file(const struct run *run, const char *name)
{
	char *path;
	bool there;

	if (run->manifest)
		return json_object_get(json_object_get(run->manifest, "files"), name);
	path = file_path(run->dir, name);
	there = !access(path, F_OK);
	free(path);
	return there;
}

/* ---- samples ----------------------------------------------------------------- */

struct stream {
	const struct run *run;
	int (*each)(const struct run_sample *sample, void *context);
	void *context;
	int session;  /* of the row before */
	size_t point; /* of the row before: rows come in runs of the same point */
	struct check_order *order;
	bool *measured; /* by point: it has a sample */
	bool stopped;	/* by `each` */
};

/* A session begins: it must be one that env.json lists. */
static int enter_session(struct stream *s, int session)
{
	const json_t *entry;
	size_t i;

	json_array_foreach (json_object_get(s->run->env, "sessions"), i, entry)
		if (json_integer_value(json_object_get(entry, "session")) == session)
			break;
	if (i == (size_t)s->run->sessions)
		return fault("session %d is not in env.json", session);
	s->session = session;
	return 0;
}

static int find_names(struct stream *s, const char *key, const char *name, struct run_sample *sample)
{
	long metric = run_find_metric(s->run, name), point = s->point;

	if (point >= (long)s->run->points || strcmp(s->run->point[point].key, key))
		point = run_find_point(s->run, key);
	if (point < 0)
		return fault("point \"%.200s\" is not in points.csv", key);
	if (metric < 0)
		return fault("metric \"%.100s\" is not in metrics.csv", name);
	s->point = sample->point = point;
	sample->metric = metric;
	return 0;
}

static int read_sample(const struct csv_row *row, void *context)
{
	const char *const *field = row->field;
	struct run_sample sample = { .status = field[7] };
	struct stream *s = context;

	if (check_number_text(NUMBER_SESSION, field[0], &sample.session) < 0 ||
	    check_number_text(NUMBER_ORDER, field[1], &sample.order) < 0 ||
	    check_number_text(NUMBER_REP, field[3], &sample.rep) < 0 || find_names(s, field[2], field[5], &sample) < 0)
		return -1;
	if (strcmp(field[4], "0") && strcmp(field[4], "1"))
		return fault("warmup \"%s\"; it is 0 or 1", field[4]);
	sample.warmup = *field[4] == '1';
	if (csv_parse_number(field[6], &sample.value) < 0)
		return fault_at("value");
	if (check_sample(&sample, &s->run->metric[sample.metric]) < 0 || check_order_take(s->order, &sample) < 0)
		return -1;
	if (sample.session > s->session && enter_session(s, sample.session) < 0)
		return -1;
	s->measured[sample.point] = true;
	s->stopped = s->each(&sample, s->context) != 0;
	return s->stopped;
}

/* What was measured has samples: without them an ok would be believed for nothing. */
static int check_measured(const struct stream *s, const char *path)
{
	for (size_t i = 0; i < s->run->points && !s->stopped; i++) {
		const struct run_point *p = &s->run->point[i];

		if (!s->measured[i] && (!strcmp(p->outcome, "ok") || !strcmp(p->outcome, "unstable")))
			return fault("%s: no sample of \"%s\", which points.csv calls %s", path, p->key, p->outcome);
	}
	return 0;
}

int run_samples(const struct run *run, int (*each)(const struct run_sample *sample, void *context), void *context)
{
	struct stream s = {
		.run = run,
		.each = each,
		.context = context,
		.session = -1,
		.order = check_order_new(run),
		.measured = xcalloc(run->points + 1, sizeof(*s.measured)),
	};
	char *path = file_path(run->dir, "samples.csv");
	long rows = csv_read(path, samples_columns, read_sample, &s);
	int failed = rows < 0 ? -1 : check_measured(&s, path);

	check_order_free(s.order);
	free(s.measured);
	free(path);
	return failed;
}
