// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nodehop merge - the sessions of several runs as one run
 */
#include <argp.h>
#include <stdio.h>
#include "base/fault.h"
#include "campaign/exit_code.h"
#include "campaign/finish.h"
#include "cli/command.h"
#include "record/merge.h"
#include "record/run.h"
#include "record/run_dir.h"

static const char doc[] =
	"Makes one run of the sessions of several, if they were measured on the same machine with the same settings.\v"
	"Examples:\n"
	"  nodehop merge week results/runs/monday results/runs/tuesday\n"
	"  nodehop merge fleet node-*/run\n"
	"Exit codes: 0 fine, 2 a run is damaged or incomplete, or OUT is there, 5 the runs cannot be "
	"merged (the facts,\n"
	"revisions or sessions that stand against it are named)" EXIT_INTERRUPTED ".";

struct options {
	char *out;
	char **run;
	size_t runs;
};

static error_t parse_merge(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		if (o->out)
			return ARGP_ERR_UNKNOWN; /* and all that follow, as ARGP_KEY_ARGS */
		o->out = run_dir_new(arg);
		if (!o->out)
			argp_error(state, "%s", fault_text());
		return 0;
	case ARGP_KEY_ARGS:
		o->run = state->argv + state->next;
		o->runs = state->argc - state->next;
		return 0;
	case ARGP_KEY_END:
		if (o->runs < 2)
			argp_error(state, "a folder to make and at least two runs are needed");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static int close_merged(const struct options *o)
{
	if (finish_seal(o->out) < 0) {
		run_part_remove(o->out);
		return exit_trouble();
	}
	printf("%zu runs merged into %s\n", o->runs, o->out);
	return EXIT_FINE;
}

static int merge(int argc, char **argv)
{
	static const struct argp argp = { NULL, parse_merge, "OUT RUN RUN...", doc, NULL, NULL, NULL };
	struct options o = {};
	int result;

	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &o);
	result = run_merge(o.out, o.run, o.runs);
	if (result) {
		exit_trouble();
		return result > 0 ? EXIT_INCOMPARABLE : EXIT_TROUBLE;
	}
	return close_merged(&o);
}

COMMAND(merge) = { "merge", "the sessions of several runs as one run", merge };
