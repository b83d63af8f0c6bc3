// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nodehop ab - measures two sides and compares them; with --aa, what two equal sides differ by
 */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include "base/alloc.h"
#include "analysis/env_text.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/units.h"
#include "campaign/ab_record.h"
#include "campaign/around.h"
#include "campaign/exit_code.h"
#include "campaign/finish.h"
#include "campaign/lab_run.h"
#include "campaign/sides.h"
#include "cli/command.h"
#include "judging/aa.h"
#include "judging/aa_parts.h"
#include "judging/baseline.h"
#include "judging/gate_file.h"
#include "lab/boot.h"
#include "lab/kernels.h"
#include "output/compare_format.h"

#define SEEDS_APART 500 /* between the sides' seeds */

enum { KEY_A = 0x300, KEY_B, KEY_AA, KEY_NAME, KEY_MODE, KEY_SEED, KEY_ALPHA, KEY_STRICT, KEY_ROOT, KEY_DEADLINE };

static const char doc[] =
	"Measures two sides that differ in one thing, and compares them. With a TOPOLOGY the lab boots both; without "
	"one, this "
	"machine is measured, the sessions of both sides alternating in balanced random order.\v"
	"What may vary: kernel=6.1|6.12|PATH and append=ARGS (in the lab; on this machine that takes a reboot: `run` "
	"under each, "
	"then `compare`), build=DIR (a build folder or a nodehop program), knob:NAME=VALUE, set:AXIS=VALUE. A side "
	"that is not given is "
	"the default. "
	"Words after -- go to `run`.\n\n"
	"Examples:\n"
	"  nodehop ab 2s --a kernel=6.1 --b kernel=6.12\n"
	"  nodehop ab 2s --b kernel=./bzImage --profile quick --sessions 11\n"
	"  nodehop ab --a build=../old/build --b build=build -- move_pages batch=1,512\n"
	"  nodehop ab 2s --aa                     the machine's A/A record, from which margins come\n"
	"  nodehop ab 2s --aa --b build=moved     the same, with what another layout of the code does in it\n"
	"  nodehop ab --aa --b build=moved        a part of this machine's record, for gates on hardware; "
	"ci/record-boot "
	"builds and runs it, once in each of three boots\n\n"
	"Exit codes: those of compare" EXIT_INTERRUPTED ".";

static const struct argp_option option_table[] = {
	{ "a", KEY_A, "KEY=VALUE", 0, "what side A is", 1 },
	{ "b", KEY_B, "KEY=VALUE", 0, "what side B is", 1 },
	{ "sessions", 'n', "N", 0, "sessions a side (default 12; with --aa on this machine 6, an even number)", 1 },
	{ "profile", 'p', "NAME", 0, "quick, gate (the default) or standard", 1 },
	{ "mode", KEY_MODE, "counted|fast", 0, "in the lab (default counted)", 1 },
	{ "seed", KEY_SEED, "N", 0, "first seed of side A (default 1)", 1 },
	{ "out", 'o', "DIR", 0, "where both run folders go (default results/runs/TIME-ab)", 1 },
	{ "deadline", KEY_DEADLINE, "TIME", 0, "in the lab: " DEADLINE_HELP, 1 },
	{ "kernel", 'k', "6.1|6.12|PATH", 0, "in the lab: of both sides (default " KERNEL_DEFAULT ")", 1 },
	{ "aa", KEY_AA, NULL, 0,
	  "both sides alike: write the machine's A/A record; without a TOPOLOGY, add a part to it", 2 },
	{ "name", KEY_NAME, "NAME", 0, "of the A/A record (default: the kernel's)", 2 },
	{ "root", KEY_ROOT, "DIR", 0, "where baselines and records are (default " BASELINE_ROOT ")", 2 },
	{ "format", 'f', "FORMAT", 0, "as of compare", 3 },
	{ "alpha", KEY_ALPHA, "SHARE", 0, "chance of any false alarm that is accepted (default 5%)", 3 },
	{ "strict", KEY_STRICT, NULL, 0, "differing counts or statuses fail as a regression does", 3 },
	{},
};

struct options {
	struct side a, b;
	struct experiment experiment;
	char *variant;
	uint64_t sessions, seed;
	const char *out, *name, *root;
	const struct compare_format *format;
	double alpha;
	bool aa, strict;
	char *dir, *dir_a, *dir_b, *log;
};

/* ---- the command line ---------------------------------------------------------------- */

static void usage(struct argp_state *state, bool failed)
{
	if (failed)
		argp_error(state, "%s", fault_text());
}

static void parse_sessions(struct argp_state *state, struct options *o, const char *arg)
{
	if (units_parse_count(arg, 1, SIDE_SESSIONS_MAX, &o->sessions) < 0)
		argp_error(state, "--sessions: %s", fault_text());
}

/* A part of this machine's record is whole blocks of ABBA or BAAB. */
static void set_sessions(struct argp_state *state, struct options *o)
{
	bool part = o->aa && !o->experiment.topology;

	if (!o->sessions)
		o->sessions = part ? AA_PAIRS : 12;
	if (part && (o->sessions % 2 || o->sessions < 4))
		argp_error(state, "--sessions %lu: an A/A record of this machine takes an even number from 4",
			   (unsigned long)o->sessions);
}

static void parse_seed(struct argp_state *state, struct options *o, const char *arg)
{
	if (units_parse_count(arg, 0, INT32_MAX / 2, &o->seed) < 0)
		argp_error(state, "--seed: %s", fault_text());
}

static error_t parse_ab_more(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

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
	case KEY_ALPHA:
		usage(state, gate_file_parse_share(arg, &o->alpha) < 0);
		return 0;
	case 'f':
		usage(state, !(o->format = compare_format_find(arg)));
		return 0;
	case ARGP_KEY_ARG:
		if (o->experiment.topology)
			argp_error(state, "too many arguments; what goes to `run` stands after --");
		o->experiment.topology = arg;
		return 0;
	case ARGP_KEY_END:
		if (o->aa && o->variant && strcmp(o->variant, "build"))
			argp_error(state, "--aa measures two sides that are alike: at most --b build=DIR, a build of "
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
	struct options *o = state->input;

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

/* ---- measuring ------------------------------------------------------------------------- */

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int make_folder(struct options *o)
{
	o->dir = o->out ? xstrdup(o->out) : finish_default_dir(o->aa ? "aa" : "ab");
	if (!o->dir || file_claim_folder(o->dir) < 0)
		return -1;
	o->dir_a = file_path(o->dir, "a");
	o->dir_b = file_path(o->dir, "b");
	o->log = file_path(o->dir, "log");
	o->experiment.log = o->log;
	return 0;
}

/* Seconds that one session takes, when as many run side by side as here; 0 with a fault when it failed. */
static double measure(const struct options *o)
{
	double start_s = now_s();
	size_t side_by_side = o->experiment.topology ? (size_t)boot_parallel() : 1;

	printf("%zu sessions a side, into %s\n", (size_t)o->sessions, o->dir);
	if (sides_take(&o->a, &o->b, &o->experiment, o->dir_a, o->dir_b, o->seed, o->seed + SEEDS_APART, o->sessions) <
	    0)
		return 0;
	return (now_s() - start_s) * (double)side_by_side / (double)(2 * o->sessions);
}

/* ---- A/B -------------------------------------------------------------------------------- */

static struct comparison *compare_sides(const struct options *o, const struct run *a, const struct run *b,
					struct aa *aa)
{
	struct compare_options options = { .variant = o->variant, .aa = aa, .alpha = o->alpha, .strict = o->strict };
	struct comparison *c;

	if (baseline_add_aa(aa, o->root, a->env) < 0 || baseline_add_aa(aa, o->root, b->env) < 0)
		return NULL;
	c = compare_runs(a, b, &options);
	if (c && compare_judge(c) == 0)
		return c;
	compare_free(c);
	return NULL;
}

static int write_json(const struct options *o, const struct comparison *c)
{
	char *path = file_path(o->dir, "ab.json");
	FILE *file = fopen(path, "we");
	int r = file ? compare_write_json(file, c, true) : fault("%s: cannot create: %s", path, strerror(errno));

	if (file && fclose(file))
		r = fault("%s: cannot write: %s", path, strerror(errno));
	free(path);
	return r;
}

static int report(const struct options *o, const struct run *a, const struct run *b)
{
	struct aa *aa = aa_new();
	struct comparison *c = aa ? compare_sides(o, a, b, aa) : NULL;
	int code = EXIT_TROUBLE;

	if (c && o->format->write(stdout, c, false) == 0 && write_json(o, c) == 0)
		code = compare_exit(c);
	else
		exit_trouble();
	if (code == EXIT_FINE && sides_lost())
		code = EXIT_UNDECIDED;
	compare_free(c);
	aa_free(aa);
	return code;
}

/* ---- A/A -------------------------------------------------------------------------------- */

/* The lab's name of the kernel, or the kernel's own. */
static const char *default_name(const struct options *o, const struct run *run)
{
	const char *name = !o->experiment.topology ? env_kernel(run->env) : o->a.kernel ? o->a.kernel : KERNEL_DEFAULT;
	const char *slash = strrchr(name, '/');

	return slash ? slash + 1 : name;
}

static int write_record(const struct options *o, const struct run *a, const struct run *b, double session_s)
{
	struct ab_record record = {
		.root = o->root,
		.name = o->name ? o->name : default_name(o, a),
		.alpha = o->alpha,
		.session_s = session_s,
		.in_turns = !o->experiment.topology,
		.order_seed = o->seed + SEEDS_APART,
	};

	return ab_record_write(&record, a, b) < 0 ? exit_trouble() : EXIT_FINE;
}

/* ---- the whole --------------------------------------------------------------------------- */

static int finish(const struct options *o, double session_s)
{
	struct run *a = run_load(o->dir_a), *b = a ? run_load(o->dir_b) : NULL;
	int code;

	if (!b)
		code = exit_trouble();
	else
		code = o->aa ? write_record(o, a, b, session_s) : report(o, a, b);
	run_free(a);
	run_free(b);
	return code;
}

static int run_ab(struct options *o)
{
	static const char *const names[] = { "a", "b", NULL };
	double session_s;

	if (side_check(&o->a, &o->experiment) < 0 || side_check(&o->b, &o->experiment) < 0)
		return exit_trouble();
	if ((!o->aa && sides_declare(o->variant) < 0) || make_folder(o) < 0 ||
	    (!o->experiment.topology && around_tell() < 0))
		return exit_trouble();
	interrupt_note();
	session_s = measure(o);
	if (session_s > 0 && !*interrupt_flag())
		return finish(o, session_s);
	sides_tell_stopped(o->dir, names);
	return EXIT_TROUBLE;
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
	struct options o = {
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
	code = run_ab(&o);
	side_free(&o.a);
	side_free(&o.b);
	free(o.variant);
	free(o.dir);
	free(o.dir_a);
	free(o.dir_b);
	free(o.log);
	return code;
}

COMMAND(ab) = { "ab", "measure two sides that differ in one thing, and compare them", ab };
