// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nodehop report - draw a run folder as one HTML page, figures and Markdown
 */
#include <argp.h>
#include "campaign/exit_code.h"
#include "campaign/report.h"
#include "cli/command.h"

enum { KEY_VARIANT = 0x300, KEY_COMPARISON, KEY_AA, KEY_EXPLANATION };

static const struct argp_option options[] = {
	{ "out", 'o', "DIR|FILE.html", 0,
	  "where to write (default: into RUN); into a file: the page alone, without figures/", 1 },
	{ "variant", KEY_VARIANT, "WHAT", 0,
	  "what may differ between BASE and RUN: kernel, append, possible_cpus, build, knob:NAME or set:AXIS", 1 },
	{ "comparison", KEY_COMPARISON, "FILE", 0, "a comparison judged before: the JSON of compare or gate", 1 },
	{ "aa", KEY_AA, "FILE", 0, "the machine's A/A record, to show its noise floor", 1 },
	{ "explanation", KEY_EXPLANATION, "FILE", 0, "what `explain --json` printed of a point of this run", 1 },
	{},
};

static error_t parse_report(int key, char *arg, struct argp_state *state)
{
	struct report_request *a = state->input;

	switch (key) {
	case 'o':
		a->out = arg;
		return 0;
	case KEY_VARIANT:
		a->variant = arg;
		return 0;
	case KEY_COMPARISON:
		a->comparison = arg;
		return 0;
	case KEY_AA:
		a->aa = arg;
		return 0;
	case KEY_EXPLANATION:
		a->explanation = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num > 1)
			argp_error(state, "too many folders; give RUN, or RUN and BASE");
		*(state->arg_num ? &a->base : &a->run) = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "say which run, like results/runs/latest");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
	.options = options,
	.parser = parse_report,
	.args_doc = "RUN [BASE]",
	.doc = "Draw a run folder: report.html (one self-contained page), report.md and figures/.\v"
	       "Examples:\n"
	       "  nodehop report results/runs/latest\n"
	       "  nodehop report new-run old-run --variant kernel --out page.html\n"
	       "  nodehop report new-run --comparison gate.json --aa results/baselines/MACHINE/aa/NAME.json\n",
};

static int run(int argc, char **argv)
{
	struct report_request a = {};

	argp_parse(&argp, argc, argv, 0, NULL, &a);
	report_exec(&a);
	return exit_trouble();
}

COMMAND(report) = { .name = "report", .about = "draw a run folder: HTML page, figures, Markdown", .run = run };
