// SPDX-License-Identifier: GPL-2.0-or-later
/* charged - moves the measuring process into a memory cgroup; making and removing the group is a setting (cgroup.c) */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/fault.h"
#include "base/sysfile.h"
#include "kit/charged.h"

#define ROOT	   "/sys/fs/cgroup"
#define HEADROOM_B (64 << 10) /* between what is charged and the limit */

const char *const charged_choices[] = { "inherited", "root", "depth-4", "near-limit", NULL };
const char *const charged_controller[] = { NULL, NULL, "on", "on" };
const char *const charged_groups[] = { NULL, NULL, "deep", "present" };

static const char *const group_of[] = {
	[CHARGED_ROOT] = "",
	[CHARGED_DEPTH_4] = "/nodehop/work/deep/deeper",
	[CHARGED_NEAR_LIMIT] = "/nodehop/work",
};

/* Is this process in the group, as the kernel says? Its line of cgroup v2 is "0::/nodehop/work". */
static bool is_in(const char *group)
{
	char *text = sysfile_text("/proc/self/cgroup"), wanted[128];
	size_t length = snprintf(wanted, sizeof(wanted), "0::%s\n", *group ? group : "/");
	bool in = false;

	for (const char *line = text; line && !in; line = strchr(line, '\n'), line += line != NULL)
		in = !strncmp(line, wanted, length - 1) && (!line[length - 1] || line[length - 1] == '\n');
	free(text);
	return in;
}

enum outcome charged_enter(struct trial *t, enum charged place)
{
	char path[128], pid[16];

	if (place == CHARGED_INHERITED)
		return OK;
	snprintf(path, sizeof(path), ROOT "%s/cgroup.procs", group_of[place]);
	snprintf(pid, sizeof(pid), "%d", getpid());
	if (access(path, F_OK))
		return skipped(t, "no-cgroup", "%s: %m: cgroup v2 is not on " ROOT, path);
	if (sysfile_write(path, pid))
		return call_failed(t, "cgroup.procs", errno);
	return is_in(group_of[place]) ? OK : broken(t, "cgroup", "this process is not in %s", path);
}

static enum outcome write_limit(struct trial *t, const char *text)
{
	char path[128], now[24];

	snprintf(path, sizeof(path), ROOT "%s/memory.max", group_of[CHARGED_NEAR_LIMIT]);
	if (sysfile_write(path, text) || sysfile_read(now, sizeof(now), "%s", path) < 0)
		return broken(t, "cgroup", "%s", fault_text());
	return strcmp(now, text) ? broken(t, "cgroup", "%s: reads %s, %s was written", path, now, text) : OK;
}

enum outcome charged_unlimit(struct trial *t, enum charged place)
{
	return place == CHARGED_NEAR_LIMIT ? write_limit(t, "max") : OK;
}

enum outcome charged_limit(struct trial *t, enum charged place)
{
	uint64_t charged;
	char text[24];

	if (place != CHARGED_NEAR_LIMIT)
		return OK;
	if (sysfile_read_u64(&charged, ROOT "%s/memory.current", group_of[place]))
		return broken(t, "cgroup", "%s", fault_text());
	snprintf(text, sizeof(text), "%lu", (unsigned long)(charged + HEADROOM_B));
	return write_limit(t, text);
}

double charged_peak_bytes(enum charged place)
{
	uint64_t peak;

	if (place == CHARGED_INHERITED || place == CHARGED_ROOT ||
	    sysfile_read_u64(&peak, ROOT "%s/memory.peak", group_of[place]))
		return NAN;
	return peak;
}
