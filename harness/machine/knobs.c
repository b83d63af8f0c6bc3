// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/fault.h"
#include "base/sysfile.h"
#include "machine/knob_special.h"
#include "machine/knobs.h"

#define JOURNAL_DIR "/var/lib/nodehop"
#define JOURNAL JOURNAL_DIR "/knobs.journal"
#define CHANGES_MAX 64
#define DEBUG_SCHED "/sys/kernel/debug/sched/numa_balancing/"
#define OLD_SCHED "/proc/sys/kernel/numa_balancing_"

/* Kernels moved some of them: the first path that exists counts. */
static const struct {
	const char *name, *path[2];
} known[] = {
	{ "numa_balancing", { "/proc/sys/kernel/numa_balancing" } },
	{ "scan_delay_ms", { DEBUG_SCHED "scan_delay_ms", OLD_SCHED "scan_delay_ms" } },
	{ "scan_period_min_ms", { DEBUG_SCHED "scan_period_min_ms", OLD_SCHED "scan_period_min_ms" } },
	{ "scan_period_max_ms", { DEBUG_SCHED "scan_period_max_ms", OLD_SCHED "scan_period_max_ms" } },
	{ "scan_size_mb", { DEBUG_SCHED "scan_size_mb", OLD_SCHED "scan_size_mb" } },
	{ "hot_threshold_ms", { DEBUG_SCHED "hot_threshold_ms" } },
	{ "promote_rate_limit", { "/proc/sys/kernel/numa_balancing_promote_rate_limit_MBps" } },
	{ "demotion", { "/sys/kernel/mm/numa/demotion_enabled" } },
	{ "thp", { "/sys/kernel/mm/transparent_hugepage/enabled" } },
	{ "khugepaged_defrag", { "/sys/kernel/mm/transparent_hugepage/khugepaged/defrag" } },
	{ "ksm", { "/sys/kernel/mm/ksm/run" } },
	{ "compaction_proactiveness", { "/proc/sys/vm/compaction_proactiveness" } },
	{ "perf_event_paranoid", { "/proc/sys/kernel/perf_event_paranoid" } },
};

struct change {
	char *path, *from, *to;
};

static struct change changes[CHANGES_MAX];
static size_t change_count;
static int journal = -1;

/* The first that exists; else NULL with the errno of one that may be there but is hidden, if any. */
static const char *first_existing(const char *const *paths)
{
	int error = ENOENT;

	for (int i = 0; i < 2 && paths[i]; i++) {
		if (!access(paths[i], F_OK))
			return paths[i];
		if (errno == EACCES)
			error = EACCES;
	}
	errno = error;
	return NULL;
}

static const char *find_path(const char *knob)
{
	const struct special_knob *special = special_knob(knob);
	const char *const given[2] = { knob };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp(known[i].name, knob))
			return first_existing(known[i].path);
	if (knob[0] == '/' && !special)
		return first_existing(given);
	errno = ENOENT;
	return special && special->exists() ? special->path : NULL;
}

/* What may be missing around it. */
static const char *hint_for(const char *knob)
{
	if (special_knob(knob))
		return " (cgroup v2 with that controller is not on /sys/fs/cgroup)";
	if (!strncmp(knob, "scan_", 5) || !strcmp(knob, "hot_threshold_ms"))
		return access("/sys/kernel/debug/sched", F_OK) ? " (debugfs is not on /sys/kernel/debug)" : "";
	return "";
}

const char *knob_path(const char *knob)
{
	const char *path = find_path(knob);
	int error = errno;

	if (!path && error == EACCES)
		fault("the setting %s is hidden from this user", knob);
	else if (!path)
		fault("this kernel has no setting %s%s", knob, hint_for(knob));
	errno = error;
	return path;
}

int knob_read(const char *knob, char *value, size_t size)
{
	const char *path = knob_path(knob);
	char text[1024];

	if (path && special_knob(path))
		return special_knob(path)->read(value, size);
	if (!path || sysfile_read(text, sizeof(text), "%s", path) < 0)
		return -1;
	sysfile_choice(text, value, size);
	return 0;
}

static int write_value(const char *path, const char *value)
{
	const struct special_knob *special = special_knob(path);

	return special ? special->write(value) : sysfile_write(path, value);
}

/* ---- the journal: a line with the boot's id, then "path\told value\tnew value" for each change in force ---- */

static void boot_id(char *id, size_t size)
{
	if (sysfile_read(id, size, "/proc/sys/kernel/random/boot_id") < 0)
		snprintf(id, size, "unknown");
}

static void forget(size_t i)
{
	free(changes[i].path);
	free(changes[i].from);
	free(changes[i].to);
}

static void journal_write(void)
{
	char id[64];

	if (journal < 0)
		return;
	boot_id(id, sizeof(id));
	if (ftruncate(journal, 0) || lseek(journal, 0, SEEK_SET))
		return;
	dprintf(journal, "%s\n", id);
	for (size_t i = 0; i < change_count; i++)
		dprintf(journal, "%s\t%s\t%s\n", changes[i].path, changes[i].from, changes[i].to);
	fdatasync(journal);
}

static void journal_load(void)
{
	FILE *file = fopen(JOURNAL, "re");
	char id[64], line[2048];

	boot_id(id, sizeof(id));
	if (!file)
		return;
	if (fgets(line, sizeof(line), file) && !strncmp(line, id, strlen(id))) {
		while (change_count < CHANGES_MAX && fgets(line, sizeof(line), file)) {
			char *path = strtok(line, "\t\n"), *from = strtok(NULL, "\t\n"), *to = strtok(NULL, "\t\n");

			if (to)
				changes[change_count++] = (struct change){ strdup(path), strdup(from), strdup(to) };
		}
	}
	fclose(file);
}

int knobs_open(void (*told)(const char *path, const char *from, const char *to))
{
	journal_load();
	for (size_t i = 0; told && i < change_count; i++)
		told(changes[i].path, changes[i].to, changes[i].from);
	knobs_restore(0);
	mkdir("/var", 0755);
	mkdir("/var/lib", 0755);
	mkdir(JOURNAL_DIR, 0755);
	journal = open(JOURNAL, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (journal < 0)
		return fault("%s: cannot open: %s (settings stay as they are)", JOURNAL, strerror(errno));
	journal_write();
	return 0;
}

/* ---- changing and putting back ---- */

size_t knobs_mark(void)
{
	return change_count;
}

void knob_change(size_t i, const char **path, const char **from, const char **to)
{
	*path = changes[i].path;
	*from = changes[i].from;
	*to = changes[i].to;
}

int knob_set(const char *knob, const char *value)
{
	const char *path = knob_path(knob);
	char now[512];

	if (!path || knob_read(knob, now, sizeof(now)))
		return -1;
	if (!strcmp(now, value))
		return 0;
	if (!special_knob(path) && access(path, W_OK))
		return fault("%s: may not be changed by this user (is %s, wanted %s)", path, now, value);
	if (journal < 0)
		return fault("%s: not changed, since there is no journal to put it back from", path);
	if (change_count == CHANGES_MAX)
		return fault("%s: more than %d settings changed at once", path, CHANGES_MAX);
	changes[change_count++] = (struct change){ strdup(path), strdup(now), strdup(value) };
	journal_write();
	if (!write_value(path, value))
		return 0;
	forget(--change_count);
	journal_write();
	return -1;
}

#define HELD_MAX 16

static char *held[HELD_MAX];
static size_t held_count;

int knob_hold(const char *knob, const char *value)
{
	const char *path = knob_path(knob);

	if (!path || knob_set(knob, value))
		return -1;
	if (held_count == HELD_MAX)
		return fault("more than %d settings held", HELD_MAX);
	held[held_count] = strdup(path);
	return held[held_count++] ? 0 : fault("no memory to hold %s", knob);
}

bool knob_is_held(const char *knob)
{
	const char *path = knob_path(knob);

	for (size_t i = 0; i < held_count && path; i++)
		if (!strcmp(held[i], path))
			return true;
	return false;
}

int knobs_restore(size_t mark)
{
	int result = 0;

	if (change_count == mark)
		return 0;
	while (change_count > mark) {
		struct change *c = &changes[change_count - 1];

		if (write_value(c->path, c->from))
			result = -1;
		forget(--change_count);
	}
	journal_write();
	return result;
}
