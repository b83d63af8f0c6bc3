// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nodehop compare - two runs side by side, with a verdict for each point
 */
#include <argp.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/fault.h"
#include "campaign/exit_code.h"
#include "cli/command.h"
#include "compare/compare.h"
#include "judging/aa.h"
#include "judging/baseline.h"
#include "judging/gate_file.h"
#include "output/compare_format.h"
#include "record/fingerprint.h"

#define IGNORE_MAX 32

enum {
	KEY_VARIANT = 0x300,
	KEY_IGNORE,
	KEY_ALPHA,
	KEY_AA,
	KEY_GATE_FILE,
	KEY_STRICT,
	KEY_STRICT_FUNCTIONS,
	KEY_FUNCTIONS
};

static const char doc[] =
	"Compares two runs, point by point: the change, an exact interval, a verdict, and the smallest change that would "
	"have "
	"been detected. Only a point's primary metric is judged; counts and statuses must be equal.\v"
	"Examples:\n"
	"  nodehop compare old-run new-run --variant kernel\n"
	"  nodehop compare a b --format=lkml           for a cover letter\n"
	"  nodehop compare a b --variant build --format=markdown\n"
	"  nodehop compare a b --variant set:batch     the same points with another batch\n"
	"  nodehop compare a b --variant kernel --functions     what each change is made of\n\n"
	"Runs whose fingerprints differ in more than the variant are incomparable (exit 5, the keys named); --ignore "
	"KEY "
	"ignores a key, and every output says so. Margins come from the A/A records of results/baselines/MACHINE/aa/, "
	"or "
	"--aa FILE.\n\n"
	"Exit codes: 0 fine, 1 regressed, 2 usage or files, 3 undecided, 4 nothing measured, 5 incomparable" EXIT_INTERRUPTED
	".";

static const struct argp_option option_table[] = {
	{ "variant", KEY_VARIANT, "WHAT", 0,
	  "what may differ: kernel, append, possible_cpus, build, knob:NAME or set:AXIS", 1 },
	{ "ignore", KEY_IGNORE, "KEY", 0, "a further key that may differ; can be given again", 1 },
	{ "format", 'f', "FORMAT", 0, "text (the default), markdown, csv, json or lkml", 1 },
	{ "all", 'a', NULL, 0, "show the metrics that do not gate, too", 1 },
	{ "aa", KEY_AA, "FILE", 0, "an A/A record to take margins from; can be given again", 1 },
	{ "gate-file", KEY_GATE_FILE, "FILE", 0, "a gate file: which points decide, and their bounds", 1 },
	{ "alpha", KEY_ALPHA, "SHARE", 0, "accepted chance of any false alarm (default 5%)", 1 },
	{ "strict", KEY_STRICT, NULL, 0, "counts or statuses that differ fail like a regression", 1 },
	{ "strict-functions", KEY_STRICT_FUNCTIONS, NULL, 0,
	  "a function that became more than its noise in the A/A record fails like a regression", 1 },
	{ "functions", KEY_FUNCTIONS, NULL, 0,
	  "say which functions each point's change is in, so that they add up to it (the lab's counted mode)", 1 },
	{},
};

struct options {
	const char *run[2];
	struct compare_options compare;
	const char *ignore[IGNORE_MAX + 1];
	size_t ignores;
	const struct compare_format *format;
	struct aa *aa;
	struct gate_file *gate_file;
	bool all;
};

/* The fault, as argp prints usage errors; ends the program with exit code 2. */
static void usage(struct argp_state *state, bool failed)
{
	if (failed)
		argp_error(state, "%s", fault_text());
}

static bool is_variant(const char *text)
{
	static const char *const words[] = { "kernel", "append", FACT_POSSIBLE_CPUS, "build", NULL };

	for (const char *const *w = words; *w; w++)
		if (!strcmp(text, *w))
			return true;
	return (!strncmp(text, "knob:", 5) && text[5]) || (!strncmp(text, "set:", 4) && text[4]);
}

static void set_run(struct argp_state *state, struct options *o, char *arg)
{
	if (state->arg_num > 1)
		argp_error(state, "too many runs; two are compared");
	o->run[state->arg_num] = arg;
}

static error_t parse_judging(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case KEY_AA:
		usage(state, aa_add(o->aa, arg) < 0);
		return 0;
	case KEY_GATE_FILE:
		gate_file_free(o->gate_file);
		usage(state, !(o->gate_file = gate_file_load(arg)));
		return 0;
	case KEY_ALPHA:
		usage(state, gate_file_parse_share(arg, &o->compare.alpha) < 0);
		return 0;
	case KEY_STRICT:
		o->compare.strict = true;
		return 0;
	case KEY_STRICT_FUNCTIONS:
		o->compare.strict_functions = true;
		return 0;
	case KEY_FUNCTIONS:
		o->compare.explain = true;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static error_t parse_compare(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case KEY_VARIANT:
		if (!is_variant(arg))
			argp_error(state,
				   "--variant %s: it is kernel, append, possible_cpus, build, knob:NAME or set:AXIS",
				   arg);
		o->compare.variant = arg;
		return 0;
	case KEY_IGNORE:
		if (o->ignores == IGNORE_MAX)
			argp_error(state, "more than %d keys ignored: these runs do not compare", IGNORE_MAX);
		o->ignore[o->ignores++] = arg;
		return 0;
	case 'f':
		usage(state, !(o->format = compare_format_find(arg)));
		return 0;
	case 'a':
		o->all = true;
		return 0;
	case ARGP_KEY_ARG:
		set_run(state, o, arg);
		return 0;
	case ARGP_KEY_END:
		if (state->arg_num < 2)
			argp_error(state, "say which two runs, like `nodehop compare old-run new-run`");
		return 0;
	}
	return parse_judging(key, arg, state);
}

/* Records that fit either side, unless some were named. */
static int find_records(struct options *o, const struct run *a, const struct run *b)
{
	if (aa_records(o->aa))
		return 0;
	if (baseline_add_aa(o->aa, BASELINE_ROOT, a->env) < 0)
		return -1;
	return baseline_add_aa(o->aa, BASELINE_ROOT, b->env) < 0 ? -1 : 0;
}

static struct comparison *judged(struct options *o, const struct run *a, const struct run *b)
{
	struct comparison *c;

	o->compare.aa = o->aa;
	o->compare.gate_file = o->gate_file;
	o->compare.ignore = o->ignore;
	if (find_records(o, a, b) < 0 || !(c = compare_runs(a, b, &o->compare)))
		return NULL;
	if (compare_judge(c) == 0)
		return c;
	compare_free(c);
	return NULL;
}

static int compare_and_print(struct options *o)
{
	struct run *a = run_load(o->run[0]), *b = a ? run_load(o->run[1]) : NULL;
	struct comparison *c = b ? judged(o, a, b) : NULL;
	int code = EXIT_TROUBLE;

	if (!c || o->format->write(stdout, c, o->all) < 0)
		exit_trouble();
	else
		code = compare_exit(c);
	compare_free(c);
	run_free(a);
	run_free(b);
	return code;
}

static int compare(int argc, char **argv)
{
	static const struct argp argp = { option_table, parse_compare, "A B", doc, NULL, NULL, NULL };
	struct options o = { .compare.alpha = 0.05, .format = compare_formats, .aa = aa_new() };
	int code;

	if (!o.aa)
		return exit_trouble();
	argp_parse(&argp, argc, argv, 0, NULL, &o);
	code = compare_and_print(&o);
	aa_free(o.aa);
	gate_file_free(o.gate_file);
	return code;
}

COMMAND(compare) = { "compare", "two runs side by side, with a verdict for each point", compare };
