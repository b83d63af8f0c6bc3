// SPDX-License-Identifier: GPL-2.0-or-later
/* idle_share - which counted trials idle time spoils; the share itself is measured in instruments/idle.c */
#include <gsl/gsl_sort.h>
#include <stdio.h>
#include "engine/idle_share.h"

#define IDLE_SHARE_MAX 0.001

static double median_idle_share(const struct trial_result *r)
{
	double share[RUNS_MAX];
	size_t n = 0;

	for (unsigned i = 0; i < r->done; i++)
		if (!r->repetition[i].warmup)
			share[n++] = r->repetition[i].seen[instruments_at(&idle_instrument)];
	gsl_sort(share, 1, n);
	return n ? share[n / 2] : 0;
}

void idle_share_judge(struct trial_result *r, const struct machine *m)
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
