// SPDX-License-Identifier: GPL-2.0-or-later
/* counting - the repetitions that count events, and their records */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/fault.h"
#include "engine/counting.h"
#include "engine/session_log.h"
#include "engine/trial_run.h"
#include "instruments/events.h"
#include "plan/settings.h"
#include "settings/knobs.h"

/* ---- records ---- */

static int append_metric(const struct session *s, const struct instrument_metric *m)
{
	bool untimed = m->kind == METRIC_KIND_SHARE && s->machine->timekeeper == TIME_UNTIMED;

	return reclog_append(s->log, json_pack("{ss ss ss ss ss ss}", "kind", "metric", "name", m->name, "unit",
					       m->unit, "better", m->better, "class", untimed ? "untimed" : "noisy",
					       "meaning", m->meaning));
}

static int append_event(const struct session *s, const struct counter *e)
{
	char meaning[300];

	if (!e->counted)
		snprintf(meaning, sizeof(meaning), "not counted: %s", e->why);
	else
		snprintf(meaning, sizeof(meaning),
			 "event, in user mode and the kernel, of the calling thread and what it starts%s",
			 e->scaled ? "; estimated: counted for part of the time, and scaled up" : "");
	return append_metric(s, &(struct instrument_metric){ e->name, METRIC_KIND_COUNT, "count", "neither", meaning });
}

static int append_row(const struct instrument_metric *metric, size_t at, void *session)
{
	(void)at;
	return append_metric(session, metric);
}

static unsigned mode_of(const struct session *s)
{
	return timekeeper_mode(s->machine->timekeeper);
}

static int describe(const struct session *s)
{
	int result = 0;

	for (size_t i = 0; !result && i < s->events->n; i++)
		result = append_event(s, &s->events->event[i]);
	return result ?: instruments_each(mode_of(s), REPETITION_EVENTS, append_row, (void *)s);
}

enum kind { PLAIN, SCALED, DOUBTED, KINDS };

static enum kind kind_of(const struct counter *e, double value)
{
	return counter_is_doubtful(e, value) ? DOUBTED : e->scaled ? SCALED : PLAIN;
}

struct named_values {
	json_t *names, *values;
	const struct repetition *repetition;
};

static void put(struct named_values *v, const char *name, double value)
{
	if (isnan(value))
		return;
	json_array_append_new(v->names, json_string(name));
	json_array_append_new(v->values, json_real(value));
}

static int put_row(const struct instrument_metric *metric, size_t at, void *values)
{
	struct named_values *v = values;

	put(v, metric->name, v->repetition->seen[at]);
	return 0;
}

static struct named_values values_of_kind(const struct session *s, const struct repetition *r, enum kind kind)
{
	struct named_values of_kind = { json_array(), json_array(), r };
	const double *event = &r->seen[instruments_at(&events_instrument)];

	for (size_t i = 0; i < s->events->n; i++)
		if (kind_of(&s->events->event[i], event[i]) == kind)
			put(&of_kind, s->events->event[i].name, event[i]);
	if (kind == PLAIN)
		instruments_each(mode_of(s), REPETITION_EVENTS, put_row, &of_kind);
	return of_kind;
}

static int append_samples(const struct session *s, size_t order, const struct point *p, int rep,
			  const struct repetition *r)
{
	static const char *const statuses[KINDS] = { "counters", "counters-scaled", "counters-doubted" };

	for (int k = PLAIN; k < KINDS; k++) {
		struct named_values values = values_of_kind(s, r, k);

		if (!json_array_size(values.names)) {
			json_decref(values.names);
			json_decref(values.values);
		} else if (reclog_append(s->log, json_pack("{ss si ss so s[[ibso]]}", "kind", "samples", "order",
							   (int)order, "point", p->key, "metrics", values.names, "rows",
							   rep, false, statuses[k], values.values)))
			return -1;
	}
	return 0;
}

/* ---- the points ---- */

/* Wrong and broken hold however the repetition was watched; a child that was stopped only lacks its counters. */
static int take_outcome(const struct session *s, const struct point *p, const struct trial_result *r)
{
	bool interrupted = !strcmp(r->reason, "interrupted");

	return (r->outcome == WRONG || r->outcome == BROKEN) && !interrupted
		       ? session_append_outcome(s, p, r->outcome, r->reason, r->detail)
		       : 0;
}

static int count_point(const struct session *s, size_t order, const struct point *p, double floor,
		       const volatile sig_atomic_t *stop)
{
	const struct trial_request request = {
		.point = p,
		.machine = s->machine,
		.instruments = s->instruments,
		.kind = REPETITION_EVENTS,
		.repetitions = COUNTING_REPETITIONS,
		.floor = p->benchmark->is_floor ? 0 : floor,
		.stop = stop,
	};
	int rep = point_warmups(p) + point_repetitions(p, s->profile), result = 0;
	unsigned long mark = knobs_mark();
	const char *code = "";
	struct trial_result *r;
	int left;

	/* what could be set before and now cannot leaves the point as it was, without counters */
	if (settings_apply(p, s->machine, s->tune, &code) != OK)
		return 0;
	r = trial_run(&request);
	left = knobs_restore(mark);
	if (!r)
		return -1;
	for (unsigned i = 0; !result && i < r->done; i++)
		if (!r->repetition[i].warmup)
			result = append_samples(s, order, p, rep++, &r->repetition[i]);
	if (!result)
		result = take_outcome(s, p, r);
	trial_result_free(r);
	return result ?: left ? fault("a setting could not be put back after %s", p->key) : 0;
}

static int count_all(const struct session *s, const enum outcome *outcome, double floor,
		     const volatile sig_atomic_t *stop)
{
	int result = 0;

	for (size_t i = 0; !result && !*stop && i < s->plan->points; i++)
		if (outcome[i] == OK || outcome[i] == UNSTABLE)
			result = count_point(s, s->plan->points + i, &s->plan->point[i], floor, stop);
	return result;
}

int counting_run(const struct session *s, const enum outcome *outcome, double floor, const volatile sig_atomic_t *stop)
{
	struct events *events = instruments_state(s->instruments, &events_instrument);

	counters_probe(s->events);
	events->counters = s->events;
	return describe(s) || count_all(s, outcome, floor, stop) ? -1 : 0;
}
