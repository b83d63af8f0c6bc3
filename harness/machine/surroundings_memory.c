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

/* "MemFree:    123 kB" of a meminfo in bytes; false where there is no such line. Of a node each line begins "Node 0 ". */
static bool field_bytes(const char *meminfo, const char *name, uint64_t *bytes)
{
	const char *at = strstr(meminfo, name);

	if (at)
		*bytes = strtoull(at + strlen(name), NULL, 10) << 10;
	return at;
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

/* False where a pool is hidden, or none can be. */
static bool pool_bytes(const struct machine *m, const struct node *n, const char *root, uint64_t *bytes)
{
	uint64_t pages;

	*bytes = 0;
	for (int i = 0; i < m->hugetlb_sizes; i++) {
		if (sysfile_read_u64(&pages, "%s/sys/devices/system/node/node%d/hugepages/hugepages-%zukB/nr_hugepages",
				     root, n->id, m->hugetlb_size[i] / 1024))
			return false;
		*bytes += pages * m->hugetlb_size[i];
	}
	return m->hugetlb_sizes;
}

static void append_use(char *text, size_t size, const char *what, uint64_t bytes)
{
	size_t length = strlen(text);
	char number[24];

	print_bytes(number, bytes);
	snprintf(text + length, size - length, "%s %s %s", length ? "," : "; in use by", what, number);
}

/* "; in use by processes 9g, page cache 5g, huge page pools 1g": what the kernel shows of it. */
static void list_uses(char *text, size_t size, const struct machine *m, const struct node *n, const char *root)
{
	char meminfo[8192];
	uint64_t bytes;

	*text = '\0';
	if (sysfile_read(meminfo, sizeof(meminfo), "%s/sys/devices/system/node/node%d/meminfo", root, n->id) <= 0)
		return;
	if (field_bytes(meminfo, "AnonPages:", &bytes))
		append_use(text, size, "processes", bytes);
	if (field_bytes(meminfo, "FilePages:", &bytes))
		append_use(text, size, "page cache", bytes);
	if (pool_bytes(m, n, root, &bytes))
		append_use(text, size, "huge page pools", bytes);
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
	char free_text[24], uses[160], who[200];
	const struct node *n = fullest_node(m);
	double share;

	if (!n)
		return;
	share = (double)n->free_bytes / n->memory_bytes;
	print_bytes(free_text, n->free_bytes);
	list_uses(uses, sizeof(uses), m, n, root);
	largest_process(who, sizeof(who), m->page_size, root);
	surroundings_found(
		s, "memory", share < FREE_SHARE,
		"drop the page cache (sync; echo 1 > /proc/sys/vm/drop_caches), or stop the processes that use it",
		"node %d has %.0f %% free, %s%s%s", n->id, 100 * share, free_text, uses, who);
}

void surroundings_swap(struct surroundings *s, const char *root)
{
	char meminfo[8192], used[24], all[24];
	uint64_t total_bytes, free_bytes;

	if (sysfile_read(meminfo, sizeof(meminfo), "%s/proc/meminfo", root) <= 0)
		return;
	if (!field_bytes(meminfo, "SwapTotal:", &total_bytes) || !field_bytes(meminfo, "SwapFree:", &free_bytes) ||
	    !total_bytes)
		return;
	print_bytes(used, total_bytes - free_bytes);
	print_bytes(all, total_bytes);
	surroundings_found(s, "swap", total_bytes - free_bytes > total_bytes / 100,
			   "memory was short; once there is enough: swapoff -a; swapon -a", "%s of %s in use", used,
			   all);
}
