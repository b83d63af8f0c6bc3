// SPDX-License-Identifier: GPL-2.0-or-later
/* session - measures the points of a plan, one after the other */
#include <stdlib.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/interrupt.h"
#include "engine/churn.h"
#include "engine/counting.h"
#include "engine/disturbance.h"
#include "engine/idle_share.h"
#include "engine/session.h"
#include "engine/session_log.h"
#include "engine/session_order.h"
#include "engine/trial_run.h"
#include "plan/settings.h"
#include "settings/knobs.h"

static void report_progress(const struct session *s, size_t done, const struct point *p, enum outcome o,
			    const char *reason)
{
	if (s->progress)
		s->progress(s, done, p, o, o == OK ? "" : reason);
}

/* With its settings in force. */
static int measure_set_up(const struct session *s, size_t order, const struct point *p, double floor,
			  enum outcome *outcome)
{
	const struct trial_request request = {
		.point = p,
		.machine = s->machine,
		.instruments = s->instruments,
		.kind = REPETITION_TIMED,
		.repetitions = point_repetitions(p, s->profile),
		.floor = p->benchmark->is_floor ? 0 : floor,
		.stop = interrupt_flag(),
	};
	struct trial_result *r = trial_run(&request);
	int result;

	if (!r)
		return -1;
	disturbance_judge(r, s->machine, p->benchmark, s->allow_load);
	if (p->benchmark->kind != SEMANTICS)
		idle_share_judge(r, s->machine);
	*outcome = r->outcome;
	result = session_append_samples(s, order, p, r);
	if (!result)
		result = session_append_outcome(s, p, r->outcome, r->reason, r->detail);
	report_progress(s, order + 1, p, r->outcome, r->reason);
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
		report_progress(s, order + 1, p, *outcome, code);
		return result;
	}
	result = measure_set_up(s, order, p, floor, outcome);
	return knobs_restore(mark) && !result ? fault_at("after %s", p->key) : result;
}

static int measure_all(const struct session *s, double floor, enum outcome *outcome)
{
	size_t *order = session_order(s->plan->points, s->seed);
	int result = 0;

	for (size_t i = 0; !result && !*interrupt_flag() && i < s->plan->points; i++) {
		const struct point *p = &s->plan->point[order[i]];

		outcome[order[i]] = p->outcome;
		if (p->outcome != OK) {
			result = session_append_outcome(s, p, p->outcome, p->reason, p->detail);
			report_progress(s, i + 1, p, p->outcome, p->reason);
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
	enum outcome *outcome = xcalloc(s->plan->points + 1, sizeof(*outcome));
	double floor = trial_clock_floor();
	int result = measure_all(s, floor, outcome);

	if (!result && s->events && !*interrupt_flag())
		result = counting_run(s, outcome, floor, interrupt_flag());
	free(outcome);
	return result;
}

static int run_with_instruments(const struct session *s)
{
	int result = session_describe(s);

	if (!result && s->machine->timekeeper != TIME_HARDWARE)
		result = churn_memory(s->machine, s->seed);
	if (!result)
		result = measure_and_count(s);
	if (!result)
		result = reclog_append(s->log, json_pack("{ss sb}", "kind", "end", "complete", !*interrupt_flag()));
	return result;
}

int session_run(const struct session *session)
{
	struct session s = *session;
	int result;

	if (!s.machine->is_this_system)
		return fault("%s: this topology is not this system and can be planned for, never measured",
			     s.machine->name);
	s.instruments = instruments_new(timekeeper_mode(s.machine->timekeeper));
	result = run_with_instruments(&s);
	instruments_free(s.instruments);
	return result;
}
