// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * events - the events that the user asked for, counted around a repetition by PAPI (counters.h)
 */
#include "instruments/events.h"

static int open_events(void *state, const struct subject *subject)
{
	struct events *e = state;

	(void)subject;
	if (!e->counters)
		return 0;
	if (counters_open(&e->open, e->counters))
		return -1;
	counters_start(&e->open); /* the first time takes page faults of PAPI's own */
	return counters_stop(&e->open, e->counters, e->value);
}

static int begin_events(void *state)
{
	struct events *e = state;

	counters_start(&e->open);
	return 0;
}

static int end_events(void *state)
{
	struct events *e = state;

	return e->counters ? counters_stop(&e->open, e->counters, e->value) : 0;
}

static void record_events(void *state, const struct measured *m, struct repetition *r, double *seen)
{
	const struct events *e = state;

	(void)m;
	for (size_t i = 0; e->counters && i < e->counters->n; i++)
		seen[i] = e->value[i] / r->standard[M_TRAIN];
}

const struct instrument events_instrument = {
	.name = "events",
	.repetitions = REPETITION_EVENTS,
	.modes = MODE_ANY,
	.state_size = sizeof(struct events),
	.metric_count = COUNTERS_MAX,
	.reason = "watch",
	.open = open_events,
	.begin = begin_events,
	.end = end_events,
	.record = record_events,
};
