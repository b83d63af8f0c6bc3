// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nodehop explain - where the kernel spends the time of a point
 */
#include <argp.h>
#include <stdio.h>
#include <string.h>
#include "base/fault.h"
#include "campaign/announce.h"
#include "campaign/environment.h"
#include "campaign/exit_code.h"
#include "campaign/measure.h"
#include "cli/command.h"
#include "cli/request_options.h"
#include "engine/page_lists.h"
#include "explain/explain.h"
#include "output/explanation_text.h"
#include "plan/settings.h"
#include "settings/knobs.h"

static const char doc[] =
	"Repeats one point while observing the kernel: a table of its functions with their share of the time, and a "
	"sentence "
	"on what dominates.\v"
	"Uses the best source there is: samples where the CPU has a cycle counter, else the function_graph tracer, "
	"else samples "
	"by a timer, else tracepoints, else counters alone. Tracing needs root; what it changes is put back, after "
	"kill -9 by the "
	"next start.\n\n"
	"Examples:\n"
	"  nodehop explain move_pages size=1m batch=1\n"
	"  nodehop explain mbind size=4m --source graph\n"
	"  nodehop lab 2s --mode fast -- explain move_pages size=1m batch=1\n"
	"  nodehop lab 2s -- explain move_pages size=1m batch=1 --tree\n"
	"  nodehop lab 2s -- explain move_pages size=1m batch=1 --annotate migrate_folio_move\n"
	"  nodehop explain move_pages size=1m batch=1 --json >why.json\n\n"
	"Exit codes: 0 fine, 1 the point is wrong or broken, 2 usage or no such source, 4 it cannot be measured here" EXIT_INTERRUPTED
	".";

enum { KEY_SOURCE = 0x500, KEY_JSON, KEY_TREE, KEY_FOLDED, KEY_ANNOTATE };

static const struct argp_option option_table[] = {
	{ "source", KEY_SOURCE, "NAME", 0, "samples, graph, tracepoints or counters, instead of the best one", 1 },
	{ "json", KEY_JSON, NULL, 0, "print the explanation as JSON, which `report --explanation FILE` draws", 1 },
	{ "tree", KEY_TREE, NULL, 0, "lab, counted mode: by caller, each function with all that it calls", 2 },
	{ "folded", KEY_FOLDED, "FILE", 0, "lab, counted mode: write stacks for speedscope and flame graph tools", 2 },
	{ "annotate", KEY_ANNOTATE, "FUNCTION", 0,
	  "lab, counted mode: the instructions of it that are executed, and how often", 2 },
	{},
};

struct options {
	struct request request;
	const char *source;
	bool json;
};

static error_t parse_explain(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->request;
		return 0;
	case KEY_SOURCE:
		o->source = arg;
		return 0;
	case KEY_JSON:
		o->json = true;
		return 0;
	case KEY_TREE:
	case KEY_FOLDED:
	case KEY_ANNOTATE:
		argp_error(state, "--tree, --folded and --annotate look into the lab's counted mode, like: "
				  "nodehop lab 2s -- explain move_pages size=1m batch=1 --tree");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static int exit_code(const char *outcome)
{
	if (!strcmp(outcome, outcome_name(OK)))
		return EXIT_FINE;
	return !strcmp(outcome, outcome_name(WRONG)) || !strcmp(outcome, outcome_name(BROKEN)) ? EXIT_REGRESSED
											       : EXIT_NOTHING;
}

static int print_record(const json_t *record, bool as_json)
{
	if (as_json)
		json_dumpf(record, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
	else
		explanation_print(stdout, record);
	if (as_json)
		putchar('\n');
	return exit_code(json_string_value(json_object_get(record, "outcome")));
}

static int plan_explained(const struct machine *m, struct request *r, struct plan *plan)
{
	if (!r->word_count)
		return fault("explain what? Give a point, like: nodehop explain move_pages size=1m batch=1");
	return request_select(r, 1 << MICRO | 1 << MACRO) || plan_make(&r->plan, m, plan) ? -1 : 0;
}

static int explain_on(const struct machine *m, const struct plan *plan, const struct options *o)
{
	const struct explain_source *source;
	json_t *record;
	int code;

	if (measure_prepare())
		return exit_trouble();
	settings_quiet(report_unquiet);
	page_lists_lengthen(m);
	source = o->source ? explain_named_source(o->source) : explain_best_source();
	record = source ? explain_plan(plan, m, source) : NULL;
	code = record ? print_record(record, o->json) : exit_trouble();
	json_decref(record);
	if (knobs_restore(0))
		code = exit_trouble();
	return code;
}

static int explain(int argc, char **argv)
{
	static const struct argp_child children[] = { { &request_argp, 0, NULL, 0 }, {} };
	static const struct argp argp = { option_table, parse_explain, "BENCHMARK [AXIS=VALUE...]", doc, children,
					  NULL,		NULL };
	struct machine m = {};
	struct options o = {};
	struct plan plan = {};
	int code;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	if (environment_machine(&m) || plan_explained(&m, &o.request, &plan))
		code = exit_trouble();
	else
		code = explain_on(&m, &plan, &o);
	plan_free(&plan);
	request_free(&o.request);
	machine_free(&m);
	return code;
}

COMMAND(explain) = { "explain", "where the kernel spends the time of a point", explain };
