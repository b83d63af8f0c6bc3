// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nodehop check - what the kernel promises about migration, a KTAP line a rule
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/fault.h"
#include "base/interrupt.h"
#include "campaign/announce.h"
#include "campaign/environment.h"
#include "campaign/exit_code.h"
#include "campaign/measure.h"
#include "cli/command.h"
#include "cli/request_options.h"
#include "plan/rules.h"
#include "plan/settings.h"
#include "settings/knobs.h"

static const char doc[] =
	"Runs the rules of the semantics folder: no times, only whether the kernel does what it promises.\v"
	"Output is KTAP, a line a rule: its key, the promise, and what was seen where kernels differ; a broken promise\n"
	"has what was seen instead on the next line. `nodehop list THEME` prints the promises of a theme.\n"
	"Exit codes: 0 all kept (or lacking, with the reason), 1 a promise is broken, 4 none could be tried,\n"
	"128 + the signal when interrupted (SIGINT: 130).\n\n"
	"Examples:\n"
	"  nodehop check\n"
	"  nodehop check statuses\n"
	"  nodehop check statuses rule=untouched_move,zero_page_move\n"
	"  nodehop lab 2s --kernel 6.1 -- check";

static error_t parse_check(int key, char *arg, struct argp_state *state)
{
	(void)arg;
	if (key != ARGP_KEY_INIT)
		return ARGP_ERR_UNKNOWN;
	state->child_inputs[0] = state->input;
	return 0;
}

struct tally {
	size_t kept, failed, skipped;
};

/* After the "#" of a KTAP line any text may stand but a directive: no promise begins with one. */
static void print_kept(size_t number, const struct point *p, const char *saw)
{
	const struct rule *rule = rules_of_point(p);

	printf("ok %zu %s", number, p->key);
	if (rule)
		printf(" # %s", rule->promise);
	if (*saw)
		printf("; saw %s", saw);
	printf("\n");
}

static void print_failed(size_t number, const struct point *p, enum outcome o, const char *reason, const char *detail)
{
	const struct rule *rule = rules_of_point(p);

	printf("not ok %zu %s", number, p->key);
	if (rule)
		printf(" # %s", rule->promise);
	printf("\n# %s %s: %s\n", outcome_name(o), reason, detail);
}

static void print_line(size_t number, const struct point *p, enum outcome o, const char *reason, const char *detail,
		       struct tally *tally)
{
	if (o == OK) {
		print_kept(number, p, detail);
		tally->kept++;
	} else if (o == SKIPPED || o == BLOCKED) {
		printf("ok %zu %s # SKIP %s: %s\n", number, p->key, reason, detail);
		tally->skipped++;
	} else {
		print_failed(number, p, o, reason, detail);
		tally->failed++;
	}
	fflush(stdout);
}

static int check_point(size_t number, const struct point *p, const struct machine *m, struct tally *tally)
{
	unsigned long mark = knobs_mark();
	const char *code = "";
	enum outcome o = p->outcome == OK ? settings_apply(p, m, true, &code) : p->outcome;
	struct trial_result *r;
	int left;

	if (p->outcome != OK) {
		print_line(number, p, o, p->reason, p->detail, tally);
		return 0;
	}
	if (o != OK) {
		print_line(number, p, o, code, fault_text(), tally);
		return 0;
	}
	r = trial_run(p, m, 1, 0, interrupt_flag());
	left = knobs_restore(mark);
	if (!r)
		return -1;
	if (strcmp(r->reason, "interrupted"))
		print_line(number, p, r->outcome, r->reason, r->detail, tally);
	trial_result_free(r);
	return left ? fault_at("after %s", p->key) : 0;
}

static int check(int argc, char **argv)
{
	static const struct argp_child children[] = { { &request_argp, 0, NULL, 0 }, {} };
	static const struct argp argp = { NULL, parse_check, "[BENCHMARK [AXIS=VALUES...]]...", doc, children,
					  NULL, NULL };
	struct machine m = {};
	struct request request = {};
	struct tally tally = {};
	struct plan plan;
	int result = 0;

	argp_parse(&argp, argc, argv, 0, NULL, &request);
	if (environment_machine(&m) || request_select(&request, 1 << SEMANTICS) ||
	    plan_make(&request.plan, &m, &plan) || measure_prepare())
		return exit_trouble();
	settings_quiet(tell_unquiet);
	printf("KTAP version 1\n1..%zu\n", plan.points);
	for (size_t i = 0; !result && !*interrupt_flag() && i < plan.points; i++)
		result = check_point(i + 1, &plan.point[i], &m, &tally);
	if (knobs_restore(0))
		result = -1;
	printf("# %zu kept, %zu broken, %zu skipped\n", tally.kept, tally.failed, tally.skipped);
	plan_free(&plan);
	machine_free(&m);
	if (result)
		return exit_trouble();
	if (*interrupt_flag())
		fprintf(stderr, "nodehop: interrupted by %s; the rules above were tried\n", interrupt_name());
	return tally.failed ? EXIT_REGRESSED : tally.kept ? EXIT_FINE : EXIT_NOTHING;
}

COMMAND(check) = { "check", "what the kernel promises about migration, a KTAP line a rule", check };
