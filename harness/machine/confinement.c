// SPDX-License-Identifier: GPL-2.0-or-later
/* confinement - finds the cgroups that hold us (v1 and v2), and reads their cpuset and memory limits */
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/fault.h"
#include "base/minmax.h"
#include "base/sysfile.h"
#include "machine/confinement.h"

#define MOUNT	  "sys/fs/cgroup"
#define PATH_SIZE 512
#define NO_LIMIT  (1ull << 60) /* version 1 says "none" by a number beyond it */

int confinement_nodes(const char *root, char *list, size_t size)
{
	char status[8192];
	const char *line;

	if (sysfile_read(status, sizeof(status), "%s/proc/self/status", root) < 0)
		return -1;
	line = strstr(status, "\nMems_allowed_list:");
	if (!line)
		return fault("/proc/self/status: no Mems_allowed_list (a kernel without cpusets)");
	line += strlen("\nMems_allowed_list:");
	line += strspn(line, " \t");
	snprintf(list, size, "%.*s", (int)strcspn(line, "\n"), line);
	return 0;
}

/* ---- cgroups: of version 2, or each controller of version 1 by itself ---- */

/* Is the controller among the words of "N:cpuset,cpu:/path"? Version 2 has no words ("0::/path"). */
static bool is_line_of(const char *line, const char *controller)
{
	const char *words = strchr(line, ':'), *end = words ? strchr(words + 1, ':') : NULL;
	size_t length = strlen(controller);

	if (!end)
		return false;
	if (!length)
		return end == words + 1;
	for (const char *word = words + 1; word < end; word += strcspn(word, ",:") + 1)
		if (strcspn(word, ",:") == length && !strncmp(word, controller, length))
			return true;
	return false;
}

/* The path of our cgroup in the hierarchy with that controller ("": version 2). False without one. */
static bool find_path(const char *root, const char *controller, char *path, size_t size)
{
	char text[8192], *rest = text, *line;

	if (sysfile_read(text, sizeof(text), "%s/proc/self/cgroup", root) < 0)
		return false;
	while ((line = strsep(&rest, "\n"))) {
		if (!is_line_of(line, controller))
			continue;
		return snprintf(path, size, "%s", strchr(strchr(line, ':') + 1, ':') + 1) < (int)size;
	}
	return false;
}

struct group {
	bool version_1;
	char mount[PATH_SIZE], path[PATH_SIZE]; /* the directory is one behind the other */
};

static bool find_group(const char *root, const char *controller, struct group *g)
{
	g->version_1 = find_path(root, controller, g->path, sizeof(g->path));
	if (!g->version_1 && !find_path(root, "", g->path, sizeof(g->path)))
		return false;
	snprintf(g->mount, sizeof(g->mount), "%s/" MOUNT "%s%s", root, g->version_1 ? "/" : "",
		 g->version_1 ? controller : "");
	return true;
}

/* To its parent. False at the root. */
static bool go_up(struct group *g)
{
	char *slash = strrchr(g->path, '/');

	if (!slash || !strcmp(g->path, "/"))
		return false;
	slash[slash == g->path] = '\0';
	return true;
}

const char *confinement_cpuset(const char *root, char *text, size_t size)
{
	char path[PATH_SIZE];

	if (sysfile_read(path, sizeof(path), "%s/proc/self/cpuset", root) < 0)
		snprintf(text, size, "the cpuset");
	else
		snprintf(text, size, "the cpuset of cgroup %s", path);
	return text;
}

/* CPUs that the cpuset leaves us; false where it does not tell. */
static bool read_cpuset_cpus(const char *root, char *list, size_t size)
{
	struct group g;

	if (!find_group(root, "cpuset", &g) || sysfile_read(g.path, sizeof(g.path), "%s/proc/self/cpuset", root) < 0)
		return false;
	return sysfile_read(list, size, "%s%s/cpuset.%s", g.mount, g.path,
			    g.version_1 ? "effective_cpus" : "cpus.effective") >= 0;
}

static int count_common(const char *a, const char *b)
{
	int count = 0;

	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		count += sysfile_list_has(a, cpu) && sysfile_list_has(b, cpu);
	return count;
}

const char *confinement_of_cpus(const char *root, const char *cpus, int wanted, char *text, size_t size)
{
	char allowed[4096];

	if (read_cpuset_cpus(root, allowed, sizeof(allowed)) && count_common(cpus, allowed) < wanted) {
		confinement_cpuset(root, text, size);
		return "cpuset";
	}
	snprintf(text, size, "the CPU affinity (taskset, --cpus or CPUAffinity=)");
	return "affinity";
}

/* ---- memory ---- */

static uint64_t read_limit(const struct group *g, const char *file)
{
	uint64_t bytes;

	/* "max" is no number */
	return sysfile_read_u64(&bytes, "%s%s/memory.%s", g->mount, g->path, file) ? UINT64_MAX : bytes;
}

static uint64_t statistic(const char *text, const char *name)
{
	const char *at = strstr(text, name);

	return at ? min(strtoull(at + strlen(name), NULL, 10), NO_LIMIT) : 0;
}

/* What one has and can give back at once: cached files. */
static uint64_t droppable_bytes(const struct group *g)
{
	char text[8192];

	if (sysfile_read(text, sizeof(text), "%s%s/memory.stat", g->mount, g->path) < 0)
		return 0;
	return g->version_1 ? statistic(text, "\ntotal_inactive_file ") + statistic(text, "\ntotal_active_file ")
			    : statistic(text, "\ninactive_file ") + statistic(text, "\nactive_file ");
}

static uint64_t left_of(const struct group *g)
{
	uint64_t most = read_limit(g, g->version_1 ? "limit_in_bytes" : "max"), high, used;

	if (!g->version_1) {
		high = read_limit(g, "high");
		most = min(high, most);
	}
	if (most >= NO_LIMIT)
		return UINT64_MAX;
	used = read_limit(g, g->version_1 ? "usage_in_bytes" : "current");
	if (used == UINT64_MAX)
		return UINT64_MAX;
	used -= min(droppable_bytes(g), used);
	return most > used ? most - used : 0;
}

uint64_t confinement_memory_left(const char *root, char *cgroup, size_t size)
{
	uint64_t least = UINT64_MAX, left;
	struct group g;

	*cgroup = '\0';
	if (!find_group(root, "memory", &g))
		return least;
	do {
		left = left_of(&g);
		if (left >= least)
			continue;
		least = left;
		snprintf(cgroup, size, "%s", g.path);
	} while (go_up(&g));
	return least;
}
