// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nodehop check - what the kernel promises about migration, a KTAP line per rule
 */
#include <argp.h>
#include "campaign/check.h"
#include "cli/command.h"
#include "cli/request_options.h"

static const char doc[] =
	"Runs the rules of the semantics folder: no times, only whether the kernel does what it promises.\v"
	"Output is KTAP, a line per rule: its key, the promise, and what was seen where kernels differ; a broken promise\n"
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

static int check(int argc, char **argv)
{
	static const struct argp_child children[] = { { &request_argp, 0, NULL, 0 }, {} };
	static const struct argp argp = { NULL, parse_check, "[BENCHMARK [AXIS=VALUES...]]...", doc, children,
					  NULL, NULL };
	struct request request = {};
	int code;

	argp_parse(&argp, argc, argv, 0, NULL, &request);
	code = check_promises(&request);
	request_free(&request);
	return code;
}

COMMAND(check) = { "check", "what the kernel promises about migration, a KTAP line per rule", check };
