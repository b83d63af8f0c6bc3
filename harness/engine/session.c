// SPDX-License-Identifier: GPL-2.0-or-later
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/fault.h"
#include "base/interrupt.h"
#include "engine/axis.h"
#include "engine/churn.h"
#include "engine/counting.h"
#include "engine/disturbance.h"
#include "engine/session.h"
#include "engine/settings.h"
#include "machine/caches.h"
#include "settings/knobs.h"

#define IDLE_SHARE_MAX 0.001

/* ---- order ---- */

static size_t *make_order(const struct session *s)
{
	size_t n = s->plan->points, *order = malloc(n * sizeof(*order));
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	for (size_t i = 0; i < n; i++)
		order[i] = i;
	gsl_rng_set(rng, s->seed / 2);
	gsl_ran_shuffle(rng, order, n, sizeof(*order));
	gsl_rng_free(rng);
	for (size_t i = 0; s->seed % 2 && i < n / 2; i++) {
		size_t swap = order[i];

		order[i] = order[n - 1 - i];
		order[n - 1 - i] = swap;
	}
	return order;
}

/* ---- records ---- */

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
	char primary[64];

	return reclog_append(s->log, json_pack("{ss ss ss si ss ss so}", "kind", "point", "point", p->key, "benchmark",
					       b->name, "revision", b->revision, "primary",
					       metrics_primary(b, s->machine, primary, sizeof(primary)), "figure",
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

static int append_samples(const struct session *s, size_t order, const struct point *p, const struct trial_result *r)
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

/* ---- idle time, which cannot be counted ---- */

static double median_idle_share(const struct trial_result *r)
{
	double share[RUNS_MAX];
	size_t n = 0;

	for (unsigned i = 0; i < r->done; i++)
		if (!r->repetition[i].warmup)
			share[n++] = r->repetition[i].standard[M_IDLE];
	gsl_sort(share, 1, n);
	return n ? share[n / 2] : 0;
}

static void judge_idle(const struct machine *m, struct trial_result *r)
{
	double share = m->timekeeper == TIME_COUNTED ? median_idle_share(r) : 0;

	if (r->outcome != OK || share <= IDLE_SHARE_MAX)
		return;
	r->outcome = BLOCKED;
	snprintf(r->reason, sizeof(r->reason), "counted-idle");
	snprintf(r->detail, sizeof(r->detail),
		 "the CPU was idle for %.2f %% of the timed region, where the clock jumps; "
		 "at most %.1f %% can be counted",
		 100 * share, 100 * IDLE_SHARE_MAX);
}

/* ---- the points ---- */

static void tell(const struct session *s, size_t done, const struct point *p, enum outcome o, const char *reason)
{
	if (s->progress)
		s->progress(s, done, p, o, o == OK ? "" : reason);
}

/* With its settings in force. */
static int measure_set_up(const struct session *s, size_t order, const struct point *p, double floor,
			  enum outcome *outcome)
{
	struct trial_result *r = trial_run(p, s->machine, point_repetitions(p, s->profile),
					   p->benchmark->is_floor ? 0 : floor, interrupt_flag());
	int result;

	if (!r)
		return -1;
	disturbance_judge(r, s->machine, p->benchmark, s->allow_load);
	if (p->benchmark->kind != SEMANTICS)
		judge_idle(s->machine, r);
	*outcome = r->outcome;
	result = append_samples(s, order, p, r);
	if (!result)
		result = session_append_outcome(s, p, r->outcome, r->reason, r->detail);
	tell(s, order + 1, p, r->outcome, r->reason);
	trial_result_free(r);
	return result;
}

/* Under a setting that cannot be put back nothing else is measured. */
static int measure_point(const struct session *s, size_t order, const struct point *p, double floor,
			 enum outcome *outcome)
{
	unsigned long mark = knobs_mark();
	const char *code = "";
	int result;

	*outcome = settings_apply(p, s->machine, s->tune, &code);
	if (*outcome != OK) {
		result = session_append_outcome(s, p, *outcome, code, fault_text());
		tell(s, order + 1, p, *outcome, code);
		return result;
	}
	result = measure_set_up(s, order, p, floor, outcome);
	return knobs_restore(mark) && !result ? fault_at("after %s", p->key) : result;
}

static int measure_all(const struct session *s, double floor, enum outcome *outcome)
{
	size_t *order = make_order(s);
	int result = 0;

	for (size_t i = 0; !result && !*interrupt_flag() && i < s->plan->points; i++) {
		const struct point *p = &s->plan->point[order[i]];

		outcome[order[i]] = p->outcome;
		if (p->outcome != OK) {
			result = session_append_outcome(s, p, p->outcome, p->reason, p->detail);
			tell(s, i + 1, p, p->outcome, p->reason);
		} else {
			result = measure_point(s, i, p, floor, &outcome[order[i]]);
		}
	}
	free(order);
	return result;
}

/* Times all, and only then counts: nothing that counting brings with it comes before a time is taken. */
static int measure_and_count(const struct session *s)
{
	enum outcome *outcome = calloc(s->plan->points + 1, sizeof(*outcome));
	double floor = trial_clock_floor();
	int result = outcome ? measure_all(s, floor, outcome) : fault("no memory for outcomes");

	if (!result && s->events && !*interrupt_flag())
		result = counting_run(s, outcome, floor, interrupt_flag());
	free(outcome);
	return result;
}

int session_run(const struct session *s)
{
	int result;

	if (!s->machine->is_this_system)
		return fault("%s: this topology is not this system and can be planned for, never measured",
			     s->machine->name);
	result = session_describe(s);
	if (!result && s->machine->timekeeper != TIME_HARDWARE)
		result = churn_memory(s->machine, s->seed);
	if (!result)
		result = measure_and_count(s);
	if (!result)
		result = reclog_append(s->log, json_pack("{ss sb}", "kind", "end", "complete", !*interrupt_flag()));
	return result;
}
