// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nodehop recover - put back the settings of a run that was killed, and close its folder with what is intact
 */
#include <argp.h>
#include <stdlib.h>
#include "base/fault.h"
#include "campaign/exit_code.h"
#include "campaign/recover.h"
#include "cli/command.h"
#include "record/run_dir.h"

static const char doc[] =
	"Puts back the settings that a run which was killed had left changed, and closes its DIR.part, "
	"if given, as the\n"
	"incomplete run DIR: every intact record is kept, a torn one is left out, unfinished points become\n"
	"broken: unfinished.\v"
	"Settings are put back by root; every run does so too when it starts. What cannot be put back "
	"stays in the\n"
	"journal and is named at each start.\n\n"
	"Examples:\n"
	"  nodehop recover                          settings alone\n"
	"  nodehop recover results/runs/20260101-120000-host.part\n"
	"Exit codes: 0 closed (now or before) and put back, 2 a setting is not back, nothing is intact, or it is still "
	"being measured" EXIT_INTERRUPTED ".";

struct options {
	char *dir; /* without .part */
};

static error_t parse_recover(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		if (!*arg)
			argp_error(state, "\"\": the run folder has no name");
		if (o->dir)
			argp_error(state, "one folder at a time");
		o->dir = run_dir_of(arg);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static int recover(int argc, char **argv)
{
	static const struct argp argp = { NULL, parse_recover, "[DIR.part]", doc, NULL, NULL, NULL };
	struct options o = {};
	int code;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	code = recover_after_kill(o.dir);
	free(o.dir);
	return code;
}

COMMAND(recover) = { "recover", "put settings back after a run that was killed, and close its folder", recover };
