// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * disturbance - which samples are marked: by each instrument that has a reason, and in counted mode by a departure
 */
#include <math.h>
#include "analysis/stats.h"
#include "engine/disturbance.h"

/*
 * Counted mode has one CPU and nobody else in the guest: what is not the
 * calling thread is the kernel's own helper, and a departure from its usual
 * share is a tick or a worker that came by. That usual share cannot itself be
 * disturbed.
 */
#define DEPARTURE_SHARE_MAX 0.002

static double usual_off_cpu_ns(const struct trial_result *r)
{
	double values[RUNS_MAX];
	size_t n = 0;

	for (unsigned i = 0; i < r->done; i++)
		if (!r->repetition[i].warmup)
			values[n++] = repetition_off_cpu_ns(&r->repetition[i]);
	return stats_median_high(values, n);
}

static bool departs(const struct repetition *r, double usual_ns)
{
	double departure_ns = fabs(repetition_off_cpu_ns(r) - usual_ns);

	return departure_ns > READINGS_NS && departure_ns > DEPARTURE_SHARE_MAX * repetition_wall_ns(r);
}

void disturbance_judge(struct trial_result *r, const struct machine *m, const struct benchmark *b, bool allow_load)
{
	const struct subject subject = { .benchmark = b, .window = &r->window, .allow_load = allow_load };
	unsigned mode = timekeeper_mode(m->timekeeper);
	double usual_ns = usual_off_cpu_ns(r);

	instruments_complete(mode, REPETITION_TIMED, &subject, r->repetition, r->done);
	for (unsigned i = 0; i < r->done; i++) {
		struct repetition *rep = &r->repetition[i];
		const char *mark = instruments_mark(mode, REPETITION_TIMED, &subject, rep);

		if (!mark && m->timekeeper == TIME_COUNTED && departs(rep, usual_ns))
			mark = "disturbed";
		rep->status = mark ?: "ok";
	}
}
