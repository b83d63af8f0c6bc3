// SPDX-License-Identifier: GPL-2.0-or-later
/* explain - repeats a point while a source looks into the kernel, and records what it saw; the sources are explain_*.c */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "base/alloc.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/interrupt.h"
#include "engine/trial_run.h"
#include "explain/explain.h"
#include "plan/settings.h"
#include "settings/knobs.h"

/* ---- the trial, watched ---- */

struct view {
	const struct explain_source *source;
	struct instruments *instruments;
	struct explained seen;
};

static int open_source(void *state, const struct subject *subject)
{
	struct view *v = state;

	(void)subject;
	return v->source->open(&v->seen);
}

static int begin_repetition(void *state)
{
	struct view *v = state;

	v->seen.wall_ns -= clock_wall_ns();
	v->seen.cpu_ns -= clock_thread_cpu_ns();
	v->source->begin();
	return 0;
}

static int end_repetition(void *state)
{
	struct view *v = state;
	int result = v->source->end();

	v->seen.cpu_ns += clock_thread_cpu_ns();
	v->seen.wall_ns += clock_wall_ns();
	return result;
}

static void add_repetition(void *state, const struct measured *m, struct repetition *r, double *own)
{
	struct view *v = state;
	struct explained *seen = &v->seen;

	(void)r;
	(void)own;
	seen->repetitions++;
	seen->m.calls += m->calls;
	seen->m.folios += m->folios;
	seen->m.pages_asked += m->pages_asked;
	seen->m.pages_moved += m->pages_moved;
}

static const struct instrument view_instrument = {
	.name = "explain",
	.repetitions = REPETITION_EXPLAINED,
	.modes = MODE_ANY,
	.reason = "watch",
	.open = open_source,
	.begin = begin_repetition,
	.end = end_repetition,
	.record = add_repetition,
};

/* ---- the record ---- */

/* What an emulator's clock is worth. */
static const char *stamp(const struct machine *m)
{
	if (m->timekeeper == TIME_COUNTED)
		return "one emulated CPU, no waiting for others: shares of instructions";
	if (m->timekeeper == TIME_UNTIMED)
		return "an emulated machine: what is done and waited for is the kernel's, how long it takes the "
		       "emulator's";
	return "";
}

static int record_outcome(json_t *record, enum outcome o, const char *reason, const char *detail)
{
	explanation_say(record, "outcome", "%s", outcome_name(o));
	explanation_say(record, "reason", "%s", reason);
	explanation_say(record, "detail", "%s", detail);
	return 0;
}

static json_t *measured_json(const struct explained *seen)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "repetitions", (json_int_t)seen->repetitions, "calls",
			 (json_int_t)seen->m.calls, "folios", (json_int_t)seen->m.folios, "pages_asked",
			 (json_int_t)seen->m.pages_asked, "pages_moved", (json_int_t)seen->m.pages_moved, "wall_ns",
			 (json_int_t)seen->wall_ns, "cpu_ns", (json_int_t)seen->cpu_ns);
}

/* A folio's cost where folios moved; else a call's, else a repetition's. */
static void record_breakdown(json_t *record, struct breakdown *b, const struct view *v)
{
	const struct explained *seen = &v->seen;
	double scale = v->source->unit_ns;

	if (seen->m.folios)
		explanation_set(record, b, "ns", scale, "folio", seen->m.folios);
	else if (seen->m.calls)
		explanation_set(record, b, "ns", scale, "call", seen->m.calls);
	else
		explanation_set(record, b, "ns", scale, "repetition", seen->repetitions);
}

static int record_seen(json_t *record, const struct view *v)
{
	const struct explained *seen = &v->seen;
	struct breakdown *b = xcalloc(1, sizeof(*b));
	int failed;

	explanation_say(record, "outcome", "%s", outcome_name(OK));
	explanation_say(record, "source", "%s", v->source->name);
	json_object_set_new(record, "measured", measured_json(seen));
	if (seen->m.pages_moved < seen->m.pages_asked)
		explanation_note(record,
				 "%zu of %zu pages did not move: what is seen is not what it costs to move them",
				 seen->m.pages_asked - seen->m.pages_moved, seen->m.pages_asked);
	failed = v->source->collect(seen, b, record);
	if (!failed)
		record_breakdown(record, b, v);
	breakdown_free(b);
	free(b);
	return failed;
}

/* ---- the point ---- */

/* With the settings of the point and of the source in force. */
static int watch_point(const struct point *p, const struct machine *m, struct view *v, json_t *record)
{
	const struct trial_request request = {
		.point = p,
		.machine = m,
		.instruments = v->instruments,
		.kind = REPETITION_EXPLAINED,
		.repetitions = v->source->repetitions,
		.stop = interrupt_flag(),
	};
	const char *reason = "";
	enum outcome o = settings_apply(p, m, true, &reason);
	struct trial_result *r;
	int failed;

	if (o != OK)
		return record_outcome(record, o, reason, fault_text());
	if (v->source->prepare())
		return -1;
	r = trial_run(&request);
	if (!r)
		return -1;
	failed = r->outcome == OK ? record_seen(record, v) : record_outcome(record, r->outcome, r->reason, r->detail);
	trial_result_free(r);
	return failed;
}

static int look_at(const struct point *p, const struct machine *m, const struct explain_source *source, json_t *record)
{
	struct view *v = mmap(NULL, sizeof(*v), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned long mark = knobs_mark();
	int failed;

	if (v == MAP_FAILED)
		return fault("no shared memory to explain in: %m");
	v->source = source;
	v->instruments = instruments_new(timekeeper_mode(m->timekeeper));
	instruments_add(v->instruments, &view_instrument, v);
	failed = watch_point(p, m, v, record);
	if (knobs_restore(mark))
		failed = -1;
	instruments_free(v->instruments);
	munmap(v, sizeof(*v));
	return failed;
}

/* The first point that can be measured; what cannot says why. */
static const struct point *choose_point(const struct plan *plan)
{
	size_t i = 0;

	while (i < plan->points - 1 && plan->point[i].outcome != OK)
		i++;
	return &plan->point[i];
}

json_t *explain_plan(const struct plan *plan, const struct machine *m, const struct explain_source *source)
{
	const struct point *p = choose_point(plan);
	json_t *record = explanation_new(p->key);
	int failed;

	json_object_set_new(record, "matched", json_integer(plan->points));
	explanation_say(record, "machine", "%s", m->name);
	explanation_say(record, "time", "%s", timekeeper_name(m->timekeeper));
	explanation_say(record, "stamp", "%s", stamp(m));
	if (p->outcome == OK)
		failed = look_at(p, m, source, record);
	else
		failed = record_outcome(record, p->outcome, p->reason, p->detail);
	if (!failed)
		return record;
	json_decref(record);
	return NULL;
}
