// SPDX-License-Identifier: GPL-2.0-or-later
/* knob_names - the settings that have a name, and where each kernel has them */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "base/fault.h"
#include "settings/knob_file.h"
#include "settings/knob_special.h"
#include "settings/knobs.h"

#define DEBUG_SCHED "/sys/kernel/debug/sched/numa_balancing/"
#define OLD_SCHED   "/proc/sys/kernel/numa_balancing_"

/* Kernels moved some of them: the first path that exists counts. */
static const struct known {
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
	{ "lru_gen", { "/sys/kernel/mm/lru_gen/enabled" } },
	{ "ksm", { "/sys/kernel/mm/ksm/run" } },
	{ "compaction_proactiveness", { "/proc/sys/vm/compaction_proactiveness" } },
	{ "perf_event_paranoid", { "/proc/sys/kernel/perf_event_paranoid" } },
};

#define KNOWN_END (known + sizeof(known) / sizeof(known[0]))

/* The first that exists; else NULL, with the fault and errno of one that may be there but is hidden, if any. */
static const char *first_existing(const char *const *paths)
{
	int error = ENOENT;

	for (int i = 0; i < 2 && paths[i]; i++) {
		if (!knob_file_check(paths[i]))
			return paths[i];
		if (errno != ENOENT && errno != ENOTDIR)
			error = errno;
	}
	errno = error;
	return NULL;
}

static const char *find_path(const char *knob)
{
	const struct special_knob *special = special_knob(knob);
	const char *const given[2] = { knob };

	for (const struct known *k = known; k < KNOWN_END; k++)
		if (!strcmp(k->name, knob))
			return first_existing(k->path);
	if (knob[0] == '/' && !special)
		return first_existing(given);
	if (special && special->exists())
		return special->path;
	errno = ENOENT; /* looking may have left another one */
	return NULL;
}

/* What may be missing around it. */
static const char *hint_for(const char *knob)
{
	if (access("/sys/kernel/mm", F_OK) || access("/proc/sys/vm", F_OK))
		return " (/sys/kernel or /proc/sys is hidden here)";
	if (special_knob(knob))
		return " (cgroup v2 with that controller is not on /sys/fs/cgroup)";
	if (!strncmp(knob, "scan_", 5) || !strcmp(knob, "hot_threshold_ms"))
		return knob_file_check("/sys/kernel/debug/sched/debug") ? " (debugfs is not on /sys/kernel/debug)" : "";
	return "";
}

const char *knob_path(const char *knob)
{
	const char *path = find_path(knob);
	int error = errno;

	if (!path && error == EACCES)
		fault("the setting %s is hidden from this user", knob);
	else if (!path && error == ENOENT)
		fault("this kernel has no setting %s%s", knob, hint_for(knob));
	errno = error;
	return path;
}

const char *knob_name(const char *knob)
{
	const struct special_knob *special = special_knob(knob);

	for (const struct known *k = known; k < KNOWN_END; k++)
		for (int i = 0; i < 2 && k->path[i]; i++)
			if (!strcmp(k->path[i], knob))
				return k->name;
	return special ? special->name : knob;
}
