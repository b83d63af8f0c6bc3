// SPDX-License-Identifier: GPL-2.0-or-later
/* run_write - a run folder from its claim to its seal; run_collect (collect.c) makes the tables in between */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/json.h"
#include "record/manifest.h"
#include "record/run_dir.h"
#include "record/tables.h"

#define LOCK_TRIES    40
#define LOCK_PAUSE_US 50000

static int make_part(const char *dir, const char *part)
{
	struct stat st;
	char *advice;

	if (!lstat(dir, &st)) /* a link that leads nowhere is in the way, too */
		return fault("%s: is there already; a run is never overwritten", dir);
	if (file_make_parents(part) < 0)
		return -1;
	if (!mkdir(part, 0777))
		return 0;
	if (errno != EEXIST)
		return fault("%s: cannot create: %s", part, strerror(errno));
	advice = run_part_advice(part);
	fault("%s: is there already; %s", part, advice);
	free(advice);
	return -1;
}

/*
 * The descriptor stays open on purpose: the lock goes with the last process
 * that has it. Children of a run that was killed take a moment to follow it.
 */
static int lock_part(const char *part)
{
	int fd = open(part, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return fault("%s: cannot open: %s", part, strerror(errno));
	for (int tries = 0; tries < LOCK_TRIES; tries++) {
		if (!flock(fd, LOCK_EX | LOCK_NB) || errno != EWOULDBLOCK)
			return 0; /* a file system without locks cannot keep anybody out */
		usleep(LOCK_PAUSE_US);
	}
	close(fd);
	return fault("%s: is still being written; end that run first, or wait for it", part);
}

int run_part_create(const char *dir)
{
	char *part = run_part_path(dir);
	int failed = make_part(dir, part) < 0 || lock_part(part) < 0 ? -1 : 0;

	free(part);
	return failed;
}

int run_part_lock(const char *dir)
{
	char *part = run_part_path(dir);
	int failed = lock_part(part);

	free(part);
	return failed;
}

void run_part_remove(const char *dir)
{
	char *part = run_part_path(dir);

	file_remove_matching(part, "*");
	rmdir(part);
	free(part);
}

void run_remove_tables(const char *folder)
{
	static const char *const made[] = { "samples.csv",  "points.csv",   "metrics.csv",   "summary.csv",
					    "model.csv",    "series.csv",   "functions.csv", "env.json",
					    "topology.xml", "manifest.json" };

	for (size_t i = 0; i < sizeof(made) / sizeof(*made); i++) {
		char *path = file_path(folder, made[i]);

		unlink(path);
		free(path);
	}
}

int run_write_points(const struct run *run)
{
	return tables_write_points(run);
}

/* ---- sealing ---------------------------------------------------------------- */

/* Gives the folder its final name, but never the name of something that is there. */
static int rename_new(const char *from, const char *to)
{
	if (!renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE))
		return 0;
	if (errno == EINVAL && access(to, F_OK) < 0 && !rename(from, to))
		return 0; /* a file system without that flag */
	return fault("%s: cannot become %s: %s", from, to, strerror(errno));
}

static int sync_parent(const char *path)
{
	char *copy = xstrdup(path);
	int failed = file_sync_folder(dirname(copy));

	free(copy);
	return failed;
}

static int seal(const char *dir, const char *part, bool complete)
{
	if (manifest_write(part, complete) < 0 || file_sync_folder(part) < 0)
		return -1;
	if (rename_new(part, dir) < 0 || sync_parent(dir) < 0)
		return -1;
	if (complete) /* its samples are in samples.csv */
		run_logs_remove(dir);
	return 0;
}

/* What run_collect found, from env.json. 1, 0, or -1 with a fault. */
static int read_complete(const char *part)
{
	char *path = file_path(part, "env.json");
	json_t *env = json_file_read(path);
	int complete = env ? json_is_true(json_object_get(env, "complete")) : -1;

	json_decref(env);
	free(path);
	return complete;
}

int run_seal(const char *dir)
{
	char *part = run_part_path(dir);
	char *final = run_dir_of(part);
	int complete = read_complete(part);
	int failed = complete < 0 ? -1 : seal(final, part, complete);

	free(final);
	free(part);
	return failed;
}
