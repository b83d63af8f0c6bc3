// SPDX-License-Identifier: GPL-2.0-or-later
/* baselines - lists, shows, compares and removes baselines; what one is, and promoting a run, is judging's */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "analysis/env_text.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/text.h"
#include "campaign/baselines.h"
#include "campaign/exit_code.h"
#include "compare/compare_despite.h"
#include "judging/baseline.h"
#include "output/compare_format.h"
#include "output/table.h"
#include "record/run.h"

/* ---- list, show ---------------------------------------------------------------- */

static const char *provenance(const struct run *run, const char *key)
{
	const char *text = json_string_value(json_object_get(baseline_provenance(run->env), key));

	return text ? text : "unknown";
}

static int list_one(const struct baseline *b)
{
	struct run *run = run_load(b->dir);

	if (!run)
		return exit_trouble();
	printf("%-16.*s %-20s %-7s %-28s %3d sessions %4zu points %4ld KiB  %s\n", (int)(b->name - b->machine - 1),
	       b->machine, b->name, b->pinned ? "pinned" : "rolling", env_kernel(run->env), run->sessions, run->points,
	       (b->bytes + 1023) >> 10, provenance(run, "promoted_utc"));
	run_free(run);
	return EXIT_FINE;
}

int baselines_list(const char *root)
{
	struct baseline *all;
	long n = baseline_list(root, &all);
	int code = EXIT_FINE;

	if (n < 0)
		return exit_trouble();
	if (n == 0)
		printf("no baseline in %s; `nodehop baseline promote RUN` makes one\n", root);
	for (long i = 0; i < n; i++)
		if (list_one(&all[i]) != EXIT_FINE)
			code = EXIT_TROUBLE;
	baseline_list_free(all, n);
	return code;
}

static struct run *load_either(const char *root, const char *name)
{
	char *path = file_path(root, name);
	struct run *run = run_load(access(path, F_OK) ? name : path);

	free(path);
	return run;
}

int baselines_show(const char *root, const char *name)
{
	struct run *run = load_either(root, name);
	int r;

	if (!run)
		return exit_trouble();
	printf("%s baseline, promoted %s from %s, measured %s\n", provenance(run, "kind"),
	       provenance(run, "promoted_utc"), provenance(run, "from"), provenance(run, "measured_utc"));
	printf("%s, %s mode, kernel %s, build %s\n\n", env_machine(run->env), env_mode(run->env), env_kernel(run->env),
	       env_build(run->env));
	r = table_print(run);
	run_free(run);
	return r < 0 ? exit_trouble() : EXIT_FINE;
}

/* ---- diff ---------------------------------------------------------------------- */

int baselines_diff(const char *root, const char *a, const char *b)
{
	struct run *from = load_either(root, a), *to = from ? load_either(root, b) : NULL;
	struct comparison *c = to ? compare_despite(from, to, root) : NULL;
	int code = c && compare_write_text(stdout, c, false) == 0 ? compare_exit(c) : exit_trouble();

	compare_free(c);
	run_free(from);
	run_free(to);
	return code;
}

/* ---- prune --------------------------------------------------------------------- */

static int prune_one(const char *dir, bool remove)
{
	if (remove && file_remove_folder(dir) < 0)
		return -1;
	printf("%s %s\n", remove ? "removed" : "would remove", dir);
	return 0;
}

/* What a promotion that was killed leaves: NAME.new.part, or NAME.new. */
static int prune_leftovers(const char *root, bool remove)
{
	char *pattern = text_append(NULL, "%s/*/*.{new,part}", root);
	glob_t found = {};
	int r = 0;

	glob(pattern, GLOB_BRACE, NULL, &found);
	if (!found.gl_pathc)
		printf("nothing to remove in %s\n", root);
	for (size_t i = 0; i < found.gl_pathc && r == 0; i++)
		r = prune_one(found.gl_pathv[i], remove);
	globfree(&found);
	free(pattern);
	return r;
}

/* Only what is a baseline: a slip in a path must not remove something else. */
static int prune_named(const char *root, const char *name, bool remove)
{
	char *dir = file_path(root, name);
	struct run *run = run_load(dir);
	int r = -1;

	if (run && !baseline_provenance(run->env))
		fault("%s: is a run, not a baseline", dir);
	else if (run)
		r = prune_one(dir, remove);
	run_free(run);
	free(dir);
	return r;
}

int baselines_prune(const char *root, const char *const *names, size_t n, bool remove)
{
	int r = n ? 0 : prune_leftovers(root, remove);

	for (size_t i = 0; i < n && r == 0; i++)
		r = prune_named(root, names[i], remove);
	return r < 0 ? exit_trouble() : EXIT_FINE;
}
