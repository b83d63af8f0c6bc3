// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nodehop gate - has it become slower? An exit code that can be trusted, in two stages
 */
#include <argp.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/units.h"
#include "campaign/exit_code.h"
#include "campaign/lab_run.h"
#include "cli/command.h"
#include "gate/gate_run.h"
#include "judging/baseline.h"

#define SEED_DEFAULT 10001 /* far from those of baselines */

enum {
	KEY_A = 0x300,
	KEY_B,
	KEY_PLAN,
	KEY_DETECT,
	KEY_SCREEN,
	KEY_CONFIRM,
	KEY_SEED,
	KEY_ALPHA,
	KEY_STRICT,
	KEY_STRICT_FUNCTIONS,
	KEY_INCONCLUSIVE,
	KEY_ROOT,
	KEY_BUILDER,
	KEY_DEADLINE,
};

static const char doc[] =
	"Checks whether the points of a gate file have become slower than their baseline. Every point is screened; "
	"those that look "
	"changed are measured again on fresh sessions, and only what these show is called regressed. Needs the "
	"machine's A/A record "
	"(`nodehop ab --aa`).\v"
	"FILE is a gate file (default: the one that is shipped). One without a topology is for this machine: it "
	"takes "
	"--a and the "
	"A/A record of three boots (ci/record-boot), and only advises until there is one. In the lab side A is the "
	"stored "
	"baseline, which is not "
	"measured again "
	"as long as its lab (kernel, QEMU, topology) has not changed; --a replaces it. Side B is this build "
	"and the baseline's kernel "
	"unless "
	"--b says otherwise. `nodehop ab --help` lists what may vary.\n\n"
	"Examples:\n"
	"  nodehop gate                          this build against the baseline\n"
	"  nodehop gate --plan --detect 1%       how long it would take, and what it would detect\n"
	"  nodehop gate --b kernel=./bzImage     another kernel\n"
	"  nodehop gate --a build=../old/build   against another build, measured now\n"
	"  nodehop gate --a build=../old/build mine.ini   the same on this machine, if mine.ini names no topology\n\n"
	"Exit codes: 0 fine, 1 regressed, 2 usage, files or a plan that cannot work, 3 undecided, 4 nothing measured, "
	"5 incomparable" EXIT_INTERRUPTED ".";

static const struct argp_option option_table[] = {
	{ "plan", KEY_PLAN, NULL, 0, "print what would be done, and do nothing", 1 },
	{ "detect", KEY_DETECT, "SHARE", 0,
	  "take as many sessions as are needed to detect this change; on this machine: what a gating point must detect (10%)",
	  1 },
	{ "a", KEY_A, "KEY=VALUE", 0, "what side A is, in place of the stored baseline", 1 },
	{ "b", KEY_B, "KEY=VALUE", 0, "what side B is, in place of this build", 1 },
	{ "screen", KEY_SCREEN, "N", 0, "sessions per side in the first stage", 1 },
	{ "confirm", KEY_CONFIRM, "N", 0, "fresh sessions per side in the second", 1 },
	{ "seed", KEY_SEED, "N", 0, "first seed of side B; the same seeds repeat a gate to the digit (default 10001)",
	  1 },
	{ "out", 'o', "DIR", 0, "where run folders and gate.json go (default results/runs/TIME-gate)", 1 },
	{ "deadline", KEY_DEADLINE, "TIME", 0, "in the lab: " DEADLINE_HELP, 1 },
	{ "alpha", KEY_ALPHA, "SHARE", 0, "accepted chance of any false alarm (default 5%)", 2 },
	{ "strict", KEY_STRICT, NULL, 0, "counts or statuses that differ fail like a regression", 2 },
	{ "strict-functions", KEY_STRICT_FUNCTIONS, NULL, 0,
	  "a function that became more than its noise in the A/A record fails like a regression", 2 },
	{ "inconclusive", KEY_INCONCLUSIVE, "pass|fail", 0, "exit 0 or 1 in place of 3", 2 },
	{ "format", 'f', "FORMAT", 0, "as for compare", 2 },
	{ "root", KEY_ROOT, "DIR", 0, "where baselines and records are (default " BASELINE_ROOT ")", 2 },
	{ "builder", KEY_BUILDER, "PROGRAM", 0,
	  "program that takes a commit and prints the folder of its build (default: ci/build-commit), used when side A "
	  "must be measured again",
	  2 },
	{},
};

/* ---- the command line ------------------------------------------------------------------- */

static void usage(struct argp_state *state, bool failed)
{
	if (failed)
		argp_error(state, "%s", fault_text());
}

static void parse_count(struct argp_state *state, const char *option, const char *arg, uint64_t most, uint64_t *value)
{
	if (units_parse_count(arg, 1, most, value) < 0)
		argp_error(state, "--%s: %s", option, fault_text());
}

static void parse_undecided(struct argp_state *state, struct gate *g, const char *arg)
{
	if (strcmp(arg, "pass") && strcmp(arg, "fail"))
		argp_error(state, "--inconclusive %s: it is pass or fail", arg);
	g->undecided = strcmp(arg, "pass") ? EXIT_REGRESSED : EXIT_FINE;
}

static error_t parse_gate_more(int key, char *arg, struct argp_state *state)
{
	struct gate *g = state->input;

	switch (key) {
	case KEY_ALPHA:
		usage(state, gate_file_parse_share(arg, &g->alpha) < 0);
		return 0;
	case KEY_DEADLINE:
		usage(state, experiment_deadline(&g->experiment, arg) < 0);
		return 0;
	case KEY_STRICT:
		g->strict = true;
		return 0;
	case KEY_STRICT_FUNCTIONS:
		g->strict_functions = true;
		return 0;
	case KEY_INCONCLUSIVE:
		parse_undecided(state, g, arg);
		return 0;
	case KEY_ROOT:
		g->root = arg;
		return 0;
	case KEY_BUILDER:
		g->builder = arg;
		return 0;
	case 'f':
		usage(state, !(g->format = compare_format_find(arg)));
		return 0;
	case 'o':
		g->out = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (g->file)
			argp_error(state, "too many arguments; one gate file is taken");
		g->file = arg;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static error_t parse_gate(int key, char *arg, struct argp_state *state)
{
	struct gate *g = state->input;

	switch (key) {
	case KEY_PLAN:
		g->plan_only = true;
		return 0;
	case KEY_DETECT:
		usage(state, gate_file_parse_share(arg, &g->detect) < 0);
		return 0;
	case KEY_A:
		usage(state, side_parse(&g->a, arg, &g->variant) < 0);
		g->a_given = true;
		return 0;
	case KEY_B:
		usage(state, side_parse(&g->b, arg, &g->variant) < 0);
		return 0;
	case KEY_SCREEN:
		parse_count(state, "screen", arg, GATE_SESSIONS_MAX, &g->screen);
		return 0;
	case KEY_CONFIRM:
		parse_count(state, "confirm", arg, GATE_SESSIONS_MAX, &g->confirm);
		return 0;
	case KEY_SEED:
		parse_count(state, "seed", arg, INT32_MAX / 2, &g->seed);
		return 0;
	}
	return parse_gate_more(key, arg, state);
}

static int gate(int argc, char **argv)
{
	static const struct argp argp = { option_table, parse_gate, "[FILE]", doc, NULL, NULL, NULL };
	struct gate g = {
		.root = BASELINE_ROOT,
		.seed = SEED_DEFAULT,
		.undecided = EXIT_UNDECIDED,
		.format = compare_formats,
	};
	int code;

	if (side_init(&g.a) < 0 || side_init(&g.b) < 0)
		return exit_trouble();
	argp_parse(&argp, argc, argv, 0, NULL, &g);
	code = gate_run(&g);
	gate_free(&g);
	return code;
}

COMMAND(gate) = { "gate", "has it become slower? An exit code that can be trusted", gate };
