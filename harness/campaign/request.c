// SPDX-License-Identifier: GPL-2.0-or-later
/* request - the plan that a request asks for, and announcing it; the command line is read by the commands */
#include <stdlib.h>
#include "campaign/progress.h"
#include "campaign/request.h"

int request_select(struct request *r, unsigned kinds)
{
	return plan_select(&r->plan, r->words, r->word_count, kinds);
}

void request_free(struct request *r)
{
	plan_unselect(&r->plan);
	free(r->plan.set);
	free(r->words);
}

void run_request_free(struct run_request *r)
{
	request_free(&r->request);
	free(r->knob);
}

int run_request_plan(struct run_request *r, const struct machine *m, struct plan *plan)
{
	if (request_select(&r->request, 1 << MICRO | 1 << MACRO))
		return -1;
	return plan_make(&r->request.plan, m, plan);
}

void run_request_announce(const struct run_request *r, const struct plan *plan, const char *session, uint64_t sessions,
			  double expected_s)
{
	struct progress_plan announced = {
		.points = plan->points,
		.profile = profile_name(r->request.plan.profile),
		.warmups = WARMUPS,
		.repetitions = profile_repetitions(r->request.plan.profile),
		.sessions = sessions,
		.session = session,
		.expected_s = expected_s,
	};

	for (size_t i = 0; i < plan->points; i++)
		announced.to_measure += plan->point[i].outcome == OK;
	progress_plan(&announced);
}
