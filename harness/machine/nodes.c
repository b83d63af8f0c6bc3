// SPDX-License-Identifier: GPL-2.0-or-later
/* nodes - what hwloc leaves out: nodes of one memory, all distances, watermarks */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/sysfile.h"
#include "machine/nodes.h"

#define SYS_NODE "%s/sys/devices/system/node"
#define NODE_IDS 1024 /* more than any kernel is built for */

static int compare_nodes(const void *a, const void *b)
{
	return ((const struct node *)a)->id - ((const struct node *)b)->id;
}

static int add_missing(struct machine *m, const char *online)
{
	for (int id = 0; id < NODE_IDS; id++) {
		if (!sysfile_list_has(online, id) || machine_node(m, id))
			continue;
		if (m->nodes == NODES_MAX)
			return fault("more than %d NUMA nodes", NODES_MAX);
		m->node[m->nodes++] = (struct node){ .id = id, .cpu = -1, .tier = -1, .memory = id };
	}
	qsort(m->node, m->nodes, sizeof(m->node[0]), compare_nodes);
	return 0;
}

/* "10 21 31": to each node that is online, in the order of their ids. */
static void take_distances(struct machine *m, int from, const char *row, const char *online)
{
	char *end;

	for (int id = 0; id < NODE_IDS; id++, row = end) {
		const struct node *to = sysfile_list_has(online, id) ? machine_node(m, id) : NULL;

		end = (char *)row;
		if (to)
			m->distance[from][to - m->node] = strtol(row, &end, 10);
	}
}

int nodes_complete(struct machine *m, const char *root)
{
	char online[1024], row[4096];

	if (sysfile_read(online, sizeof(online), SYS_NODE "/online", root) <= 0)
		return 0;
	if (add_missing(m, online))
		return -1;
	for (int i = 0; i < m->nodes; i++)
		if (sysfile_read(row, sizeof(row), SYS_NODE "/node%d/distance", root, m->node[i].id) > 0)
			take_distances(m, i, row, online);
	return 0;
}

static void read_cpus(const struct node *n, const char *root, cpu_set_t *set)
{
	char list[4096] = "";

	CPU_ZERO(set);
	sysfile_read(list, sizeof(list), SYS_NODE "/node%d/cpulist", root, n->id);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (sysfile_list_has(list, cpu))
			CPU_SET(cpu, set);
}

static bool share_cpus(const cpu_set_t *a, const cpu_set_t *b)
{
	cpu_set_t both;

	CPU_AND(&both, a, b);
	return CPU_COUNT(&both) > 0;
}

/* Each node's list is read once: for every pair of 1,024 nodes it took half a minute. */
void nodes_find_one_memory(struct machine *m, const char *root)
{
	cpu_set_t *cpus = xcalloc(m->nodes, sizeof(*cpus));

	for (int i = 0; i < m->nodes; i++) {
		read_cpus(&m->node[i], root, &cpus[i]);
		m->node[i].memory = m->node[i].id;
		for (int j = 0; j < i && m->node[i].memory == m->node[i].id; j++)
			if (m->distance[i][j] == DISTANCE_LOCAL || share_cpus(&cpus[i], &cpus[j]))
				m->node[i].memory = m->node[j].memory;
	}
	free(cpus);
}

void nodes_read_watermarks(struct machine *m, const char *root)
{
	char path[512], line[256];
	struct node *n = NULL;
	unsigned long pages;
	FILE *file;
	int id;

	snprintf(path, sizeof(path), "%s/proc/zoneinfo", root);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "Node %d, zone", &id) == 1)
			n = (struct node *)machine_node(m, id);
		else if (n && sscanf(line, " high %lu", &pages) == 1)
			n->watermark_bytes += pages * m->page_size;
	}
	if (file)
		fclose(file);
}
