// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nodehop baseline - the runs that later ones are held against
 */
#include <argp.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "analysis/env_text.h"
#include "base/fault.h"
#include "base/file.h"
#include "campaign/exit_code.h"
#include "cli/command.h"
#include "compare/compare.h"
#include "judging/aa.h"
#include "judging/baseline.h"
#include "output/compare_format.h"
#include "output/table.h"
#include "record/fingerprint.h"
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

/* ---- promote ------------------------------------------------------------------- */

/* A kernel's release as a folder's name: what else is in it becomes '-'. */
static char *default_name(const char *run_dir)
{
	struct run *run = run_load(run_dir);
	char *name = run ? xstrdup(env_kernel(run->env)) : NULL;

	for (char *at = name; at && *at; at++)
		if (strchr("/ \t():~", *at))
			*at = '-';
	run_free(run);
	return name;
}

static int promote(const struct options *o)
{
	char *name = o->name ? xstrdup(o->name) : default_name(o->word[1]);
	int r = name ? baseline_promote(o->word[1], o->root, name, o->pin) : -1;

	if (r == 0)
		printf("%s is now the baseline %s\n", o->word[1], name);
	free(name);
	if (r)
		exit_trouble();
	return r < 0 ? EXIT_TROUBLE : r ? EXIT_INCOMPARABLE : EXIT_FINE;
}

/* ---- list ---------------------------------------------------------------------- */

static const char *provenance(const struct run *run, const char *key)
{
	const char *text = json_string_value(json_object_get(baseline_provenance(run->env), key));

	return text ? text : "unknown";
}

static int list_one(const struct baseline *b)
{
	struct run *run = run_load(b->dir);

	if (!run)
		return -1;
	printf("%-16.*s %-20s %-7s %-28s %3d sessions %4zu points %4ld KiB  %s\n", (int)(b->name - b->machine - 1),
	       b->machine, b->name, b->pinned ? "pinned" : "rolling", env_kernel(run->env), run->sessions, run->points,
	       (b->bytes + 1023) >> 10, provenance(run, "promoted_utc"));
	run_free(run);
	return 0;
}

static int list(const struct options *o)
{
	struct baseline *all;
	long n = baseline_list(o->root, &all);
	int r = n < 0 ? -1 : 0;

	if (n == 0)
		printf("no baseline in %s; `nodehop baseline promote RUN` makes one\n", o->root);
	for (long i = 0; i < n; i++)
		if (list_one(&all[i]) < 0)
			r = exit_trouble();
	baseline_list_free(all, n > 0 ? n : 0);
	return r < 0 ? exit_trouble() : r;
}

/* ---- show, diff ---------------------------------------------------------------- */

/* A baseline by MACHINE/NAME, or a run by its path. */
static struct run *load(const struct options *o, const char *name)
{
	char *path = file_path(o->root, name);
	struct run *run = run_load(access(path, F_OK) ? name : path);

	free(path);
	return run;
}

static int show(const struct options *o)
{
	struct run *run = load(o, o->word[1]);

	if (!run)
		return exit_trouble();
	printf("%s baseline, promoted %s from %s, measured %s\n", provenance(run, "kind"),
	       provenance(run, "promoted_utc"), provenance(run, "from"), provenance(run, "measured_utc"));
	printf("%s, %s mode, kernel %s, build %s\n\n", env_machine(run->env), env_mode(run->env), env_kernel(run->env),
	       env_build(run->env));
	table_print(run);
	run_free(run);
	return EXIT_FINE;
}

/* Every hard fact that differs, ignored: the point of diff is to see through them. */
static const char **differing_keys(const struct run *a, const struct run *b)
{
	json_t *differing = NULL;
	const char **keys;
	int n = fingerprint_compare(a->env, b->env, NULL, NULL, &differing);

	keys = n < 0 ? NULL : xcalloc((size_t)n + 2, sizeof(*keys));
	for (int i = 0; i < n && keys; i++)
		keys[i] = xstrdup(json_string_value(json_object_get(json_array_get(differing, (size_t)i), "key")));
	if (keys)
		keys[n] = xstrdup("revision");
	json_decref(differing);
	return keys;
}

static void free_keys(const char **keys)
{
	for (size_t i = 0; keys && keys[i]; i++)
		free((void *)keys[i]);
	free(keys);
}

static int diff_runs(const struct run *a, const struct run *b, const struct options *o)
{
	const char **keys = differing_keys(a, b);
	struct aa *records = aa_new();
	struct compare_options options = { .ignore = keys, .aa = records, .alpha = 0.05 };
	struct comparison *c = NULL;
	int code = EXIT_TROUBLE;

	if (keys && records && baseline_add_aa(records, o->root, a->env) >= 0)
		c = compare_runs(a, b, &options);
	if (c && compare_judge(c) == 0 && compare_write_text(stdout, c, false) == 0)
		code = compare_exit(c);
	compare_free(c);
	aa_free(records);
	free_keys(keys);
	return code;
}

static int diff(const struct options *o)
{
	struct run *a = load(o, o->word[1]), *b = a ? load(o, o->word[2]) : NULL;
	int code = b ? diff_runs(a, b, o) : EXIT_TROUBLE;

	if (code == EXIT_TROUBLE)
		exit_trouble();
	run_free(a);
	run_free(b);
	return code;
}

/* ---- aa ------------------------------------------------------------------------ */

static int aa(const struct options *o)
{
	struct run *a = run_load(o->word[1]), *b = a ? run_load(o->word[2]) : NULL;
	struct ab_record record = { .root = o->root, .name = o->name, .alpha = 0.05 };
	int code = EXIT_TROUBLE;

	if (b && !record.name)
		record.name = env_kernel(a->env);
	if (b && ab_record_write(&record, a, b) == 0)
		code = EXIT_FINE;

	if (code == EXIT_TROUBLE)
		exit_trouble();
	run_free(a);
	run_free(b);
	return code;
}

/* ---- prune --------------------------------------------------------------------- */

static int prune_one(const char *dir, const struct options *o)
{
	if (o->yes && file_remove_folder(dir) < 0)
		return -1;
	printf("%s %s\n", o->yes ? "removed" : "would remove", dir);
	return 0;
}

/* What a promotion that was killed leaves: NAME.new.part, or NAME.new. */
static int prune_leftovers(const struct options *o)
{
	char *pattern = NULL;
	glob_t found = {};
	int r = 0;

	if (asprintf(&pattern, "%s/*/*.{new,part}", o->root) < 0)
		return fault("out of memory");
	glob(pattern, GLOB_BRACE, NULL, &found);
	if (!found.gl_pathc)
		printf("nothing to remove in %s\n", o->root);
	for (size_t i = 0; i < found.gl_pathc && r == 0; i++)
		r = prune_one(found.gl_pathv[i], o);
	globfree(&found);
	free(pattern);
	return r;
}

/* Only what is a baseline: a slip in a path must not remove something else. */
static int prune_named(const struct options *o, const char *name)
{
	char *dir = file_path(o->root, name);
	struct run *run = run_load(dir);
	int r = -1;

	if (run && !baseline_provenance(run->env))
		fault("%s: is a run, not a baseline", dir);
	else if (run)
		r = prune_one(dir, o);
	run_free(run);
	free(dir);
	return r;
}

static int prune(const struct options *o)
{
	int r = o->words > 1 ? 0 : prune_leftovers(o);

	for (size_t i = 1; i < o->words && r == 0; i++)
		r = prune_named(o, o->word[i]);
	return r < 0 ? exit_trouble() : EXIT_FINE;
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
