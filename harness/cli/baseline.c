// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nodehop baseline - the runs that later ones are held against
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "campaign/baselines.h"
#include "campaign/exit_code.h"
#include "cli/command.h"
#include "judging/baseline.h"
#include "record/run.h"
#include "sides/ab_record.h"

#define WORDS_MAX_ARGUMENTS 16

enum { KEY_ROOT = 0x300, KEY_PIN, KEY_YES };

static const char doc[] =
	"Keeps the runs with which compare and gate compare later ones, in results/baselines/MACHINE/NAME/. They change "
	"by "
	"`promote` only. The rolling one moves with each promotion; NAME.pinned stays until --pin, so that twenty "
	"steps of "
	"1 % are seen.\v"
	"What to do:\n"
	"  promote RUN    the run becomes MACHINE/NAME (refused: incomplete, a point wrong or broken; exit 5: without "
	"the functions that the baseline there has)\n"
	"  list           all of them\n"
	"  show M/N       where it comes from, and its table\n"
	"  diff M/N RUN   what changed since, facts and numbers\n"
	"  aa RUN RUN     two equal runs become the machine's A/A record (`ab --aa` measures and does it)\n"
	"  prune [M/N]    remove it, or what interrupted promotions left; says what, and does it with --yes\n\n"
	"Examples:\n"
	"  nodehop baseline promote results/runs/latest --name 6.12\n"
	"  nodehop baseline diff 2s-counted/6.12 results/runs/latest";

static const struct argp_option option_table[] = {
	{ "name", 'n', "NAME", 0, "promote, aa: the baseline's or record's name (default: the kernel's)", 1 },
	{ "pin", KEY_PIN, NULL, 0, "promote: move the pinned one, too", 1 },
	{ "yes", KEY_YES, NULL, 0, "prune: do it", 1 },
	{ "root", KEY_ROOT, "DIR", 0, "where baselines are (default " BASELINE_ROOT ")", 1 },
	{},
};

struct options {
	const char *root, *name;
	bool pin, yes;
	const char *word[WORDS_MAX_ARGUMENTS];
	size_t words;
};

static error_t parse_baseline(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'n':
		o->name = arg;
		return 0;
	case KEY_PIN:
		o->pin = true;
		return 0;
	case KEY_YES:
		o->yes = true;
		return 0;
	case KEY_ROOT:
		o->root = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (o->words == WORDS_MAX_ARGUMENTS)
			argp_error(state, "too many arguments");
		o->word[o->words++] = arg;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static int promote(const struct options *o)
{
	char *name = o->name ? xstrdup(o->name) : baseline_default_name(o->word[1]);
	int r = name ? baseline_promote(o->word[1], o->root, name, o->pin) : -1;

	if (r == 0)
		printf("%s is now the baseline %s\n", o->word[1], name);
	free(name);
	if (r)
		exit_trouble();
	return r < 0 ? EXIT_TROUBLE : r ? EXIT_INCOMPARABLE : EXIT_FINE;
}

static int list(const struct options *o)
{
	return baselines_list(o->root);
}

static int show(const struct options *o)
{
	return baselines_show(o->root, o->word[1]);
}

static int diff(const struct options *o)
{
	return baselines_diff(o->root, o->word[1], o->word[2]);
}

static int aa(const struct options *o)
{
	const struct ab_record record = { .root = o->root, .name = o->name, .alpha = 0.05 };
	struct run *a = run_load(o->word[1]), *b = a ? run_load(o->word[2]) : NULL;
	int code = b && ab_record_write(&record, a, b) == 0 ? EXIT_FINE : exit_trouble();

	run_free(a);
	run_free(b);
	return code;
}

static int prune(const struct options *o)
{
	return baselines_prune(o->root, o->word + 1, o->words - 1, o->yes);
}

/* ---- which --------------------------------------------------------------------- */

static const struct action {
	const char *name;
	size_t least, most; /* words, its own name among them */
	int (*act)(const struct options *o);
} actions[] = { { "promote", 2, 2, promote },
		{ "list", 1, 1, list },
		{ "show", 2, 2, show },
		{ "diff", 3, 3, diff },
		{ "aa", 3, 3, aa },
		{ "prune", 1, WORDS_MAX_ARGUMENTS, prune },
		{} };

static int baseline(int argc, char **argv)
{
	static const struct argp argp = { option_table, parse_baseline, "promote|list|show|diff|aa|prune [ARGUMENT...]",
					  doc,		NULL,		NULL,
					  NULL };
	struct options o = { .root = BASELINE_ROOT };

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	for (const struct action *a = actions; o.words && a->name; a++)
		if (!strcmp(a->name, o.word[0]) && o.words >= a->least && o.words <= a->most)
			return a->act(&o);
	fault("say what to do: promote RUN, list, show MACHINE/NAME, diff MACHINE/NAME RUN, aa RUN RUN, or prune "
	      "[MACHINE/NAME]");
	return exit_trouble();
}

COMMAND(baseline) = { "baseline", "the runs that later ones are held against", baseline };
