// SPDX-License-Identifier: GPL-2.0-or-later
/* surroundings: who else has the memory of the nodes */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/sysfile.h"
#include "base/units.h"
#include "machine/surroundings_parts.h"

#define FREE_SHARE 0.1 /* of a node; below, most points find no room, and the kernel reclaims soon */

/* "MemFree:    123 kB" of a meminfo in bytes; 0 where there is no such line. Of a node each line begins "Node 0 ". */
static uint64_t field_bytes(const char *meminfo, const char *name)
{
	const char *at = strstr(meminfo, name);

	return at ? strtoull(at + strlen(name), NULL, 10) << 10 : 0;
}

static void print_bytes(char text[24], uint64_t bytes)
{
	unsigned shift = bytes >= 10ull << 30 ? 30 : 20;

	units_print_bytes(text, 24, bytes >> shift << shift);
}

/* "; the largest process is postgres (pid 812), 35g", of those that can be seen; "" for none. */
static void largest_process(char *text, size_t size, size_t page_size, const char *root)
{
	char path[300], comm[64], bytes[24], statm[128];
	unsigned long pages, most = 0;
	struct dirent *entry;
	DIR *dir;

	*text = '\0';
	snprintf(path, sizeof(path), "%s/proc", root);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		if (!isdigit((unsigned char)*entry->d_name) ||
		    sysfile_read(statm, sizeof(statm), "%s/proc/%s/statm", root, entry->d_name) <= 0 ||
		    sscanf(statm, "%*u %lu", &pages) != 1 || pages <= most ||
		    sysfile_read(comm, sizeof(comm), "%s/proc/%s/comm", root, entry->d_name) <= 0)
			continue;
		most = pages;
		print_bytes(bytes, (uint64_t)pages * page_size);
		snprintf(text, size, "; the largest process is %s (pid %.10s), %s", comm, entry->d_name, bytes);
	}
	if (dir)
		closedir(dir);
}

static uint64_t pool_bytes(const struct machine *m, const struct node *n, const char *root)
{
	uint64_t bytes = 0, pages;

	for (int i = 0; i < m->hugetlb_sizes; i++)
		if (!sysfile_read_u64(&pages,
				      "%s/sys/devices/system/node/node%d/hugepages/hugepages-%zukB/nr_hugepages", root,
				      n->id, m->hugetlb_size[i] / 1024))
			bytes += pages * m->hugetlb_size[i];
	return bytes;
}

static const struct node *fullest_node(const struct machine *m)
{
	const struct node *fullest = NULL;

	for (const struct node *n = m->node; n < m->node + m->nodes; n++)
		if (n->memory_bytes && n->allowed &&
		    (!fullest ||
		     (double)n->free_bytes / n->memory_bytes < (double)fullest->free_bytes / fullest->memory_bytes))
			fullest = n;
	return fullest;
}

void surroundings_memory(struct surroundings *s, const struct machine *m, const char *root)
{
	char meminfo[8192] = "", free_text[24], anon[24], cache[24], huge[24], who[200];
	const struct node *n = fullest_node(m);
	double share;

	if (!n)
		return;
	sysfile_read(meminfo, sizeof(meminfo), "%s/sys/devices/system/node/node%d/meminfo", root, n->id);
	share = (double)n->free_bytes / n->memory_bytes;
	print_bytes(free_text, n->free_bytes);
	print_bytes(anon, field_bytes(meminfo, "AnonPages:"));
	print_bytes(cache, field_bytes(meminfo, "FilePages:"));
	print_bytes(huge, pool_bytes(m, n, root));
	largest_process(who, sizeof(who), m->page_size, root);
	surroundings_found(
		s, "memory", share < FREE_SHARE,
		"drop the page cache (sync; echo 1 > /proc/sys/vm/drop_caches), or stop the processes that use it",
		"node %d has %.0f %% free, %s; in use by processes %s, page cache %s, huge page pools %s%s", n->id,
		100 * share, free_text, anon, cache, huge, who);
}

void surroundings_swap(struct surroundings *s, const char *root)
{
	char meminfo[8192], used[24], all[24];
	uint64_t total_bytes, free_bytes;

	if (sysfile_read(meminfo, sizeof(meminfo), "%s/proc/meminfo", root) <= 0)
		return;
	total_bytes = field_bytes(meminfo, "SwapTotal:");
	free_bytes = field_bytes(meminfo, "SwapFree:");
	if (!total_bytes)
		return;
	print_bytes(used, total_bytes - free_bytes);
	print_bytes(all, total_bytes);
	surroundings_found(s, "swap", total_bytes - free_bytes > total_bytes / 100,
			   "memory was short; once there is enough: swapoff -a; swapon -a", "%s of %s in use", used,
			   all);
}
