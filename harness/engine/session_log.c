// SPDX-License-Identifier: GPL-2.0-or-later
/* session_log - what a session writes to its log: records in, no judgement */
#include <stdlib.h>
#include "plan/axis.h"
#include "engine/session_log.h"
#include "plan/settings.h"
#include "machine/caches.h"
#include "record/path.h"

static int append_metric(json_t *record, void *context)
{
	const struct session *s = context;

	return reclog_append(s->log, record);
}

/* Beside the size of what moves, how much of it caches could hold. Emulated caches hold nothing. */
static void set_caches(json_t *params, const struct point *p, const struct machine *m)
{
	const struct axis *pair = benchmark_axis(p->benchmark, AXIS_TYPE_PAIR);
	struct pair nodes;
	uint64_t bytes;

	if (!pair || !point_size_bytes(p) || m->timekeeper != TIME_HARDWARE)
		return;
	nodes = axis_pair(pair, p->params);
	bytes = caches_of_pair(m, nodes.from, nodes.to);
	if (bytes)
		json_object_set_new(params, "caches", json_integer(bytes));
}

static json_t *point_params(const struct point *p, const struct machine *m)
{
	json_t *params = json_object();

	set_caches(params, p, m);
	for (const struct axis *a = p->benchmark->axes; a && a->name; a++) {
		char text[64];

		if (a->type == AXIS_TYPE_PAIR) {
			json_object_set_new(params, "from", json_integer(axis_pair(a, p->params).from));
			json_object_set_new(params, "to", json_integer(axis_pair(a, p->params).to));
		} else if (a->type == AXIS_TYPE_SIZE || a->type == AXIS_TYPE_BYTES) {
			json_object_set_new(params, a->name, json_integer(axis_number(a, p->params)));
		} else {
			json_object_set_new(params, a->name,
					    json_string(axis_print(a, m, p->params, text, sizeof(text))));
		}
	}
	return params;
}

static int append_point(const struct session *s, const struct point *p)
{
	const struct benchmark *b = p->benchmark;
	char name[64], *primary = metrics_primary(b, s->machine, name, sizeof(name));

	return reclog_append(s->log, json_pack("{ss ss ss si ss ss so}", "kind", "point", "point", p->key, "benchmark",
					       b->name, "revision", b->revision, "primary",
					       s->has_functions && b->migrates ? PATH_INSNS : primary, "figure",
					       b->figure ?: "", "params", point_params(p, s->machine)));
}

/* What the point set; NULL where it came to set nothing. */
static char *settings_measured(const struct session *s, const struct point *p, enum outcome o)
{
	struct settings list;
	char *text;

	if (o == SKIPPED || o == BLOCKED || settings_of(p, s->machine, &list))
		return NULL;
	text = settings_print(&list);
	settings_free(&list);
	return text;
}

int session_append_outcome(const struct session *s, const struct point *p, enum outcome o, const char *reason,
			   const char *detail)
{
	/* a detail may hold bytes of a file that are no UTF-8; then it goes without */
	json_t *text = json_string(o == OK ? "" : detail ?: "");
	char *settings = settings_measured(s, p, o);
	int result = reclog_append(s->log, json_pack("{ss ss ss ss so ss*}", "kind", "outcome", "point", p->key, "outcome",
						     outcome_name(o), "reason", o == OK ? "" : reason ?: "", "detail",
						     text ?: json_string(""), "settings", settings));

	free(settings);
	return result;
}

static int append_series(const struct session *s, const struct point *p, const struct repetition *r, int rep)
{
	const char *const *name = p->benchmark->series;

	for (unsigned i = 0; name && name[i]; i++) {
		json_t *y, *x = metrics_series(r, i, &y);

		if (x && reclog_append(s->log, json_pack("{ss ss si ss so so}", "kind", "series", "point", p->key,
							 "rep", rep, "series", name[i], "x", x, "y", y)))
			return -1;
	}
	return 0;
}

int session_append_samples(const struct session *s, size_t order, const struct point *p, const struct trial_result *r)
{
	struct columns columns = metrics_columns_of(p->benchmark, s->machine, r->repetition, r->done);
	json_t *rows = json_array();

	for (unsigned i = 0; i < r->done; i++) {
		const struct repetition *rep = &r->repetition[i];

		if (metrics_describe_left(rep, append_metric, (void *)s) || append_series(s, p, rep, i)) {
			json_decref(rows);
			return -1;
		}
		json_array_append_new(
			rows, json_pack("[ibso]", (int)i, rep->warmup, rep->status, metrics_values(&columns, rep)));
	}
	return reclog_append(s->log, json_pack("{ss si ss so so}", "kind", "samples", "order", (int)order, "point",
					       p->key, "metrics", metrics_names(&columns), "rows", rows));
}

int session_describe(const struct session *s)
{
	const struct benchmark *last = NULL;
	char *xml = s->machine->topology ? machine_to_xml(s->machine) : NULL;
	int result = reclog_append(s->log, json_pack("{ss si si si sO ss}", "kind", "begin", "session", s->number,
						     "seed", (int)s->seed, "schema", RECORD_SCHEMA, "argv", s->argv,
						     "mode", timekeeper_name(s->machine->timekeeper)));

	if (!result)
		result = reclog_append(s->log,
				       json_pack("{ss sO sO}", "kind", "env", "hard", json_object_get(s->env, "hard"),
						 "soft", json_object_get(s->env, "soft")));
	if (!result && xml)
		result = reclog_append(s->log, json_pack("{ss ss}", "kind", "topology", "xml", xml));
	free(xml);
	for (size_t i = 0; !result && i < s->plan->points; i++) {
		const struct point *p = &s->plan->point[i];

		if (p->benchmark != last)
			result = metrics_describe(p->benchmark, s->machine, append_metric, (void *)s);
		last = p->benchmark;
		if (!result)
			result = append_point(s, p);
	}
	return result;
}
