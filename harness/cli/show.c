// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nodehop show - the table of a stored run again, or every sample of one point
 */
#include <argp.h>
#include "campaign/exit_code.h"
#include "campaign/finish.h"
#include "cli/command.h"
#include "output/samples.h"

static const char doc[] = "Prints the table of a stored run, as `run` printed it.\v"
			  "Examples:\n"
			  "  nodehop show results/runs/20260101-120000-host\n"
			  "  nodehop show RUN --point \"move_pages size=16m batch=512 pair=0:1 page=base\"\n"
			  "Exit codes: 0 fine, 2 no such point, no such run, or a damaged one (with the file that is).";

struct options {
	const char *dir, *point;
};

static const struct argp_option option_table[] = {
	{ "point", 'p', "KEY", 0, "every sample of this point (a key as the table has it)", 0 },
	{},
};

static error_t parse_show(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'p':
		o->point = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (o->dir)
			argp_error(state, "one run at a time; \"%s\" is a second (quote a key that has blanks)", arg);
		o->dir = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "say which run folder");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static int show(int argc, char **argv)
{
	static const struct argp argp = { option_table, parse_show, "RUN", doc, NULL, NULL, NULL };
	struct options o = {};
	struct run *run;
	int failed;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	run = run_load(o.dir);
	if (!run)
		return exit_trouble();
	failed = o.point ? samples_print(run, o.point) : finish_print(run);
	run_free(run);
	return failed ? exit_trouble() : EXIT_FINE;
}

COMMAND(show) = { "show", "the table of a stored run, or every sample of a point", show };
