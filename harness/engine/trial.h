/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trial - one point, measured in a forked child with a deadline: what is asked for, and what it leaves
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
#include "base/outcome.h"
#include "bench.h"
#include "engine/metrics.h"
#include "instruments/instruments.h"
#include "instruments/load.h"
#include "plan/point.h"

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

#endif
