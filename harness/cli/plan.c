// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nodehop plan - which points a run would measure, and why not the others
 */
#include <argp.h>
#include <stdio.h>
#include <string.h>
#include "base/fault.h"
#include "campaign/environment.h"
#include "campaign/exit_code.h"
#include "cli/command.h"
#include "cli/request_options.h"
#include "cli/target.h"

static const char doc[] =
	"Prints the points of a run with what this machine lacks for them, and measures nothing.\v"
	"Examples:\n"
	"  nodehop plan --profile gate\n"
	"  nodehop plan --topology 4s --mode counted\n"
	"  nodehop plan --topology server.xml move_pages pair=each\n\n"
	"The XML of another machine comes from `lstopo --of xml`; such a machine can be planned for, never measured.";

struct options {
	struct request request;
	struct target target;
};

static error_t parse_plan(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	(void)arg;
	if (key != ARGP_KEY_INIT)
		return ARGP_ERR_UNKNOWN;
	state->child_inputs[0] = &o->request;
	state->child_inputs[1] = &o->target;
	return 0;
}

static void print_plan(const struct plan *plan, const struct machine *m, enum profile profile)
{
	double expected_s = plan_expected_s(plan, m, profile);
	size_t to_run = 0;

	for (size_t i = 0; i < plan->points; i++) {
		const struct point *p = &plan->point[i];

		to_run += p->outcome == OK;
		if (p->outcome == OK)
			printf("%s\n", p->key);
		else
			printf("%s  # %s: %s (%s)\n", p->key, outcome_name(p->outcome), p->reason, p->detail);
	}
	printf("%zu point%s, %zu to measure, about ", plan->points, plan->points == 1 ? "" : "s", to_run);
	if (m->timekeeper == TIME_COUNTED)
		printf("%.0f million instructions, ", expected_s * PLAN_INSNS_A_S / 1e6);
	printf("%.0f s a session in the %s profile\n", 1 + expected_s, profile_name(profile));
}

static int plan(int argc, char **argv)
{
	static const struct argp_child children[] = { { &request_argp, 0, NULL, 0 }, { &target_argp, 0, NULL, 1 }, {} };
	static const struct argp argp = {
		NULL, parse_plan, "[BENCHMARK [AXIS=VALUES...]]...", doc, children, NULL, NULL
	};
	struct machine m = {};
	struct options o = {};
	struct plan plan = {};
	int code = EXIT_FINE;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	if (target_load(&o.target, &m) || request_select(&o.request, 1 << MICRO | 1 << MACRO) ||
	    plan_make(&o.request.plan, &m, &plan))
		code = exit_trouble();
	else
		print_plan(&plan, &m, o.request.plan.profile);
	plan_free(&plan);
	request_free(&o.request);
	machine_free(&m);
	return code;
}

COMMAND(plan) = { "plan", "which points a run would measure, and why not the others", plan };
