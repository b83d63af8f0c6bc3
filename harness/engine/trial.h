/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trial - one point, measured in a forked child with a deadline
 *
 *   parent          child
 *   fork ---------> own process group, pinned, dies with its parent
 *   wait            setup
 *                   each repetition: prepare, run (timed), verify
 *   read shared <-- leaves each repetition in shared memory as it ends
 *
 * What a child measured before it died is kept; how it died becomes the
 * outcome.
 */
#ifndef NODEHOP_TRIAL_H
#define NODEHOP_TRIAL_H

#include <signal.h>
#include "bench.h"
#include "engine/metrics.h"
#include "instruments/instruments.h"
#include "instruments/load.h"
#include "plan/point.h"
#include "base/outcome.h"

#define RUNS_MAX (WARMUPS + REPETITIONS_MAX)

struct trial_result {
	enum outcome outcome;
	char reason[48], detail[400];
	unsigned done;		   /* repetitions that are verified, warm-ups included */
	struct load_window window; /* around all of them, on hardware */
	struct repetition repetition[RUNS_MAX];
};

struct trial_request {
	const struct point *point;
	const struct machine *machine;
	struct instruments *instruments;
	enum repetition_kind kind;
	unsigned repetitions; /* after the warm-ups: as many as the point's, or one where repetitions are not timed */
	double floor; /* the clock's own cost in clock units (0: unknown): a run below 200 of it is timed as a train */
	const volatile sig_atomic_t *stop; /* ends the child when it becomes true */
};

/* Measures the point. Free the result with trial_result_free. NULL with a fault when there is no memory or no process. */
struct trial_result *trial_run(const struct trial_request *request);

void trial_result_free(struct trial_result *result);

/* When a trial of the point is ended, in seconds: longer for more memory, and in a guest that keeps no time. */
unsigned trial_deadline_s(const struct point *point, const struct machine *m);

/* The smallest of many differences between two neighbouring clock readings, in clock units. */
double trial_clock_floor(void);

#endif
