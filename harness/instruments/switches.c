// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * switches - how often the calling thread left its CPU in the timed region
 */
#include <sys/resource.h>
#include "instruments/instruments.h"

struct switches {
	struct rusage before, after;
};

static int begin_switches(void *state)
{
	struct switches *s = state;

	return getrusage(RUSAGE_THREAD, &s->before);
}

static int end_switches(void *state)
{
	struct switches *s = state;

	return getrusage(RUSAGE_THREAD, &s->after);
}

static void record_switches(void *state, const struct measured *m, struct repetition *r, double *seen)
{
	const struct switches *s = state;

	(void)m;
	r->sleeps = s->after.ru_nvcsw - s->before.ru_nvcsw;
	*seen = r->sleeps + s->after.ru_nivcsw - s->before.ru_nivcsw;
}

static const struct instrument_metric metrics[] = {
	{ "ctx_switches", METRIC_KIND_COUNT, "count", "lower",
	  "context switches of the calling thread in the timed region" },
};

const struct instrument switches_instrument = {
	.name = "switches",
	.repetitions = REPETITION_TIMED,
	.modes = MODE_ANY,
	.state_size = sizeof(struct switches),
	.metrics = metrics,
	.metric_count = 1,
	.begin = begin_switches,
	.end = end_switches,
	.record = record_switches,
};
