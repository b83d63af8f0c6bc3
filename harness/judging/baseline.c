// SPDX-License-Identifier: GPL-2.0-or-later
/* baseline - the folder of baselines: promoting a run into it, listing, finding the A/A records beside it */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "analysis/condense.h"
#include "analysis/env_text.h"
#include "base/alloc.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/folder_name.h"
#include "base/text.h"
#include "judging/aa.h"
#include "judging/baseline.h"
#include "record/env.h"
#include "record/run.h"
#include "record/run_dir.h"

#define FRESH ".new" /* a baseline that is being written */

/* ---- names ------------------------------------------------------------------- */

char *baseline_machine_name(const char *machine, const char *mode)
{
	char *both = text_append(NULL, "%s-%s", machine, mode), *name = folder_name(both);

	free(both);
	for (char *at = name; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	return name;
}

char *baseline_machine(const json_t *env)
{
	return baseline_machine_name(env_machine(env), env_mode(env));
}

/* Endings that say what a folder is: a name of ours with one would be taken for that. */
static bool is_reserved(const char *name)
{
	return !fnmatch("*" BASELINE_PINNED, name, 0) || !fnmatch("*" FRESH, name, 0) || !fnmatch("*.part", name, 0);
}

static bool is_name(const char *name)
{
	size_t length = strlen(name);

	if (!length || length > 80 || !isalnum((unsigned char)*name) || !strcmp(name, "aa"))
		return false;
	if (is_reserved(name))
		return false;
	return strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-") == length;
}

/* A release as a folder's name: what else is in it becomes '-'. */
char *baseline_default_name(const char *run_dir)
{
	struct run *run = run_load(run_dir);
	char *name = run ? xstrdup(env_kernel(run->env)) : NULL;

	for (char *at = name; at && *at; at++)
		if (strchr("/ \t():~", *at))
			*at = '-';
	run_free(run);
	return name;
}

int baseline_add_aa(struct aa *aa, const char *root, const json_t *env)
{
	char *machine = baseline_machine(env), *folder = file_path(root, machine);
	int n = aa_add_fitting(aa, folder, env);

	free(machine);
	free(folder);
	return n;
}

const json_t *baseline_provenance(const json_t *env)
{
	return json_object_get(env, "baseline");
}

/* ---- promoting ----------------------------------------------------------------- */

/* Puts a sealed folder in the place of another; the other goes last. */
static int replace(const char *fresh, const char *dir)
{
	if (!renameat2(AT_FDCWD, fresh, AT_FDCWD, dir, RENAME_NOREPLACE))
		return 0;
	if (errno != EEXIST)
		return fault("%s: cannot become %s: %s", fresh, dir, strerror(errno));
	if (renameat2(AT_FDCWD, fresh, AT_FDCWD, dir, RENAME_EXCHANGE) < 0)
		return fault("%s: cannot change places with %s: %s", fresh, dir, strerror(errno));
	return file_remove_folder(fresh);
}

static int check_promotable(const struct run *run)
{
	size_t measured = 0;

	if (!run->complete)
		return fault("%s: is incomplete; only a complete run becomes a baseline", run->dir);
	for (size_t i = 0; i < run->points; i++) {
		const struct run_point *p = &run->point[i];

		if (!strcmp(p->outcome, "wrong") || !strcmp(p->outcome, "broken"))
			return fault("%s: %s is %s (%s); a failing run does not become a baseline", run->dir, p->key,
				     p->outcome, p->reason);
		measured += !strcmp(p->outcome, "ok");
	}
	return measured ? 0 : fault("%s: no point was measured; there is nothing to promote", run->dir);
}

static long folder_bytes(const char *dir)
{
	struct dirent *entry;
	DIR *folder = opendir(dir);
	long bytes = 0;
	struct stat st;

	while (folder && (entry = readdir(folder)))
		if (!fstatat(dirfd(folder), entry->d_name, &st, 0) && S_ISREG(st.st_mode))
			bytes += st.st_size;
	if (folder)
		closedir(folder);
	return bytes;
}

static int write_small_enough(const struct run *run, const char *fresh, bool pinned)
{
	long bytes;

	if (condense_run(run, fresh, pinned) < 0)
		return -1;
	bytes = folder_bytes(fresh);
	if (bytes <= BASELINE_BYTES_MAX)
		return 0;
	if (file_remove_folder(fresh) < 0)
		return -1;
	return fault(
		"%s: would be a baseline of %ld KiB, at most %d are kept; promote a run of fewer points or sessions",
		run->dir, bytes >> 10, BASELINE_BYTES_MAX >> 10);
}

/* What a promotion that was killed left behind; one that is alive has its folder locked. */
static int remove_dead(const char *fresh)
{
	char *part = run_part_path(fresh);
	int r = 0;

	if (!access(part, F_OK))
		r = run_part_lock(fresh) < 0 ? -1 : file_remove_folder(part);
	if (r == 0 && !access(fresh, F_OK))
		r = file_remove_folder(fresh);
	free(part);
	return r;
}

static int promote_as(const struct run *run, const char *dir, bool pinned)
{
	char *fresh = text_append(NULL, "%s" FRESH, dir);
	int r = remove_dead(fresh);

	if (r == 0)
		r = write_small_enough(run, fresh, pinned);
	if (r == 0)
		r = replace(fresh, dir);
	free(fresh);
	return r;
}

/* A damaged baseline may be replaced by anything. */
static bool would_lose_functions(const struct run *run, const char *dir)
{
	struct run *now = access(dir, F_OK) || env_has(run->env, ENV_FUNCTIONS) ? NULL : run_load(dir);
	bool lost = now && env_has(now->env, ENV_FUNCTIONS);

	run_free(now);
	return lost;
}

static int promote_run(const struct run *run, const char *dir, bool pin)
{
	char *pinned = text_append(NULL, "%s" BASELINE_PINNED, dir);
	int r = promote_as(run, dir, false);

	if (r == 0 && (pin || access(pinned, F_OK) < 0))
		r = promote_as(run, pinned, true);
	free(pinned);
	return r;
}

int baseline_promote(const char *run_dir, const char *root, const char *name, bool pin)
{
	struct run *run = run_load(run_dir);
	char *machine = run ? baseline_machine(run->env) : NULL, *dir = NULL;
	int r = -1;

	if (!is_name(name))
		fault("\"%s\" cannot be a baseline's name; use letters, digits, '.', '_', '+' and '-', and no ending in " BASELINE_PINNED
		      ", " FRESH " or .part",
		      name);
	else if (run && check_promotable(run) == 0)
		dir = text_append(NULL, "%s/%s/%s", root, machine, name);
	if (dir && would_lose_functions(run, dir)) {
		fault("%s: its functions are not known, and those of the baseline %s are: the whole count would gate where the path "
		      "does; measure with functions, or give another --name",
		      run_dir, dir);
		r = 1;
	} else if (dir) {
		r = promote_run(run, dir, pin);
	}
	free(dir);
	free(machine);
	run_free(run);
	return r;
}

/* ---- listing ------------------------------------------------------------------- */

/* Not the A/A records, and not what an interrupted promotion left. */
static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && strcmp(entry->d_name, "aa") && fnmatch("*" FRESH, entry->d_name, 0);
}

static bool has_manifest(const char *dir)
{
	char *path = file_path(dir, "manifest.json");
	bool there = !access(path, F_OK);

	free(path);
	return there;
}

static void add_baseline(struct baseline **list, long *n, char *dir)
{
	struct baseline *b;
	size_t length;

	*list = xgrow(*list, *n, sizeof(**list));
	b = &(*list)[(*n)++];
	*b = (struct baseline){ .dir = dir, .name = strrchr(dir, '/') + 1, .bytes = folder_bytes(dir) };
	for (b->machine = b->name - 1; b->machine > dir && b->machine[-1] != '/'; b->machine--)
		;
	length = strlen(b->name);
	b->pinned = length > strlen(BASELINE_PINNED) &&
		    !strcmp(b->name + length - strlen(BASELINE_PINNED), BASELINE_PINNED);
}

static void list_machine(const char *folder, struct baseline **list, long *n)
{
	struct dirent **entry = NULL;
	int count = scandir(folder, &entry, is_visible, alphasort);

	for (int i = 0; i < count; i++) {
		char *dir = file_path(folder, entry[i]->d_name);

		if (has_manifest(dir))
			add_baseline(list, n, dir);
		else
			free(dir);
		free(entry[i]);
	}
	free(entry);
}

long baseline_list(const char *root, struct baseline **list)
{
	struct dirent **entry = NULL;
	int count = scandir(root, &entry, is_visible, alphasort);
	long n = 0;

	*list = NULL;
	if (count < 0 && errno != ENOENT)
		return fault("%s: cannot read: %s", root, strerror(errno));
	for (int i = 0; i < count; i++) {
		char *folder = file_path(root, entry[i]->d_name);

		list_machine(folder, list, &n);
		free(folder);
		free(entry[i]);
	}
	free(entry);
	return n;
}

void baseline_list_free(struct baseline *list, long n)
{
	for (long i = 0; i < n; i++)
		free(list[i].dir);
	free(list);
}
