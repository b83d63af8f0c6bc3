// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nodehop ab - measures two sides and compares them; with --aa, what two equal sides differ by
 */
#include <argp.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "base/fault.h"
#include "base/units.h"
#include "campaign/exit_code.h"
#include "campaign/lab_run.h"
#include "cli/command.h"
#include "judging/aa_parts.h"
#include "judging/baseline.h"
#include "judging/gate_file.h"
#include "lab/kernels.h"
#include "output/compare_format.h"
#include "sides/ab.h"

enum {
	KEY_A = 0x300,
	KEY_B,
	KEY_AA,
	KEY_NAME,
	KEY_MODE,
	KEY_SEED,
	KEY_ALPHA,
	KEY_STRICT,
	KEY_STRICT_FUNCTIONS,
	KEY_FUNCTIONS,
	KEY_ROOT,
	KEY_DEADLINE
};

static const char doc[] =
	"Measures two sides that differ in one thing, and compares them. With a TOPOLOGY the lab boots both; without "
	"one, this "
	"machine is measured, the sessions of both sides alternating in balanced random order.\v"
	"What may vary: kernel=6.1|6.12|PATH, append=ARGS and possible_cpus=N (in the lab; on this machine that takes a reboot: `run` "
	"under each, "
	"then `compare`), build=DIR (a build folder or a nodehop program), knob:NAME=VALUE, set:AXIS=VALUE. A side "
	"that is not given is "
	"the default. "
	"Words after -- are passed to `run`.\n\n"
	"Examples:\n"
	"  nodehop ab 2s --a kernel=6.1 --b kernel=6.12\n"
	"  nodehop ab 2s --b kernel=./bzImage --profile quick --sessions 11\n"
	"  nodehop ab --a build=../old/build --b build=build -- move_pages batch=1,512\n"
	"  nodehop ab 2s --aa                     the machine's A/A record, from which margins come\n"
	"  nodehop ab 2s --aa --b build=moved     the same, including what another layout of the code does\n"
	"  nodehop ab --aa --b build=moved        a part of this machine's record, for gates on hardware; "
	"ci/record-boot "
	"builds and runs it, once in each of three boots\n\n"
	"Exit codes: those of compare" EXIT_INTERRUPTED ".";

static const struct argp_option option_table[] = {
	{ "a", KEY_A, "KEY=VALUE", 0, "what side A is", 1 },
	{ "b", KEY_B, "KEY=VALUE", 0, "what side B is", 1 },
	{ "sessions", 'n', "N", 0, "sessions per side (default 12; with --aa on this machine 6, an even number)", 1 },
	{ "profile", 'p', "NAME", 0, "quick, gate (the default) or standard", 1 },
	{ "mode", KEY_MODE, "counted|fast", 0, "in the lab (default counted)", 1 },
	{ "seed", KEY_SEED, "N", 0, "first seed of side A (default 1)", 1 },
	{ "out", 'o', "DIR", 0, "where both run folders go (default results/runs/TIME-ab)", 1 },
	{ "deadline", KEY_DEADLINE, "TIME", 0, "in the lab: " DEADLINE_HELP, 1 },
	{ "kernel", 'k', "6.1|6.12|PATH", 0, "in the lab: for both sides (default " KERNEL_DEFAULT ")", 1 },
	{ "aa", KEY_AA, NULL, 0,
	  "both sides equal: write the machine's A/A record; without a TOPOLOGY, add a part to it", 2 },
	{ "name", KEY_NAME, "NAME", 0, "of the A/A record (default: the kernel's)", 2 },
	{ "root", KEY_ROOT, "DIR", 0, "where baselines and records are (default " BASELINE_ROOT ")", 2 },
	{ "format", 'f', "FORMAT", 0, "as for compare", 3 },
	{ "alpha", KEY_ALPHA, "SHARE", 0, "accepted chance of any false alarm (default 5%)", 3 },
	{ "strict", KEY_STRICT, NULL, 0, "counts or statuses that differ fail like a regression", 3 },
	{ "strict-functions", KEY_STRICT_FUNCTIONS, NULL, 0,
	  "a function that became more than its noise in the A/A record fails like a regression", 3 },
	{ "functions", KEY_FUNCTIONS, NULL, 0, "as for compare", 3 },
	{},
};

/* ---- the command line ---------------------------------------------------------------- */

static void usage(struct argp_state *state, bool failed)
{
	if (failed)
		argp_error(state, "%s", fault_text());
}

static void parse_sessions(struct argp_state *state, struct ab *o, const char *arg)
{
	if (units_parse_count(arg, 1, SIDE_SESSIONS_MAX, &o->sessions) < 0)
		argp_error(state, "--sessions: %s", fault_text());
}

/* A part of this machine's record is whole blocks of ABBA or BAAB. */
static void set_sessions(struct argp_state *state, struct ab *o)
{
	bool part = o->aa && !o->experiment.topology;

	if (!o->sessions)
		o->sessions = part ? AA_PAIRS : 12;
	if (part && (o->sessions % 2 || o->sessions < 4))
		argp_error(state, "--sessions %lu: an A/A record of this machine takes an even number from 4",
			   (unsigned long)o->sessions);
}

static void parse_seed(struct argp_state *state, struct ab *o, const char *arg)
{
	if (units_parse_count(arg, 0, INT32_MAX / 2, &o->seed) < 0)
		argp_error(state, "--seed: %s", fault_text());
}

static error_t parse_ab_more(int key, char *arg, struct argp_state *state)
{
	struct ab *o = state->input;

	switch (key) {
	case KEY_AA:
		o->aa = true;
		return 0;
	case KEY_DEADLINE:
		usage(state, experiment_deadline(&o->experiment, arg) < 0);
		return 0;
	case KEY_NAME:
		o->name = arg;
		return 0;
	case KEY_ROOT:
		o->root = arg;
		return 0;
	case KEY_STRICT:
		o->strict = true;
		return 0;
	case KEY_STRICT_FUNCTIONS:
		o->strict_functions = true;
		return 0;
	case KEY_FUNCTIONS:
		o->explain = true;
		return 0;
	case KEY_ALPHA:
		usage(state, gate_file_parse_share(arg, &o->alpha) < 0);
		return 0;
	case 'f':
		usage(state, !(o->format = compare_format_find(arg)));
		return 0;
	case ARGP_KEY_ARG:
		if (o->experiment.topology)
			argp_error(state, "too many arguments; put what is for `run` after --");
		o->experiment.topology = arg;
		return 0;
	case ARGP_KEY_END:
		if (o->aa && o->variant && strcmp(o->variant, "build"))
			argp_error(state, "--aa measures two equal sides: at most --b build=DIR, a build of "
					  "the same code that lies elsewhere (--kernel sets both kernels)");
		if (!o->aa && !o->variant)
			argp_error(state, "say what varies, like --b kernel=6.1, or --aa");
		set_sessions(state, o);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static error_t parse_ab(int key, char *arg, struct argp_state *state)
{
	struct ab *o = state->input;

	switch (key) {
	case KEY_A:
		usage(state, side_parse(&o->a, arg, &o->variant) < 0);
		return 0;
	case KEY_B:
		usage(state, side_parse(&o->b, arg, &o->variant) < 0);
		return 0;
	case 'n':
		parse_sessions(state, o, arg);
		return 0;
	case 'p':
		o->experiment.profile = arg;
		return 0;
	case KEY_MODE:
		o->experiment.mode = arg;
		return 0;
	case KEY_SEED:
		parse_seed(state, o, arg);
		return 0;
	case 'o':
		o->out = arg;
		return 0;
	case 'k':
		o->a.kernel = o->b.kernel = arg;
		return 0;
	}
	return parse_ab_more(key, arg, state);
}

/* Cuts argv at "--"; what follows it goes to run. */
static char **cut_words(int *argc, char **argv)
{
	for (int i = 1; i < *argc; i++)
		if (!strcmp(argv[i], "--")) {
			*argc = i;
			return argv + i + 1;
		}
	return NULL;
}

static int ab(int argc, char **argv)
{
	static const struct argp argp = { option_table, parse_ab, "[TOPOLOGY] [-- WORDS...]", doc, NULL, NULL, NULL };
	struct ab o = {
		.experiment = { .mode = "counted", .profile = "gate" },
		.seed = 1,
		.root = BASELINE_ROOT,
		.format = compare_formats,
		.alpha = 0.05,
	};
	int code;

	o.experiment.words = cut_words(&argc, argv);
	if (side_init(&o.a) < 0 || side_init(&o.b) < 0)
		return exit_trouble();
	argp_parse(&argp, argc, argv, 0, NULL, &o);
	code = ab_run(&o);
	ab_free(&o);
	return code;
}

COMMAND(ab) = { "ab", "measure two sides that differ in one thing, and compare them", ab };
