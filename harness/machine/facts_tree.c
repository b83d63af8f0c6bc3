// SPDX-License-Identifier: GPL-2.0-or-later
/* facts: nodes, CPUs and distances as hwloc has them; what sysfs adds for this system is in facts.c */
#include <stdlib.h>
#include <string.h>
#include "base/fault.h"
#include "machine/facts_tree.h"

#define NODE_ID_MAX 1023 /* of the largest kernels: CONFIG_NODES_SHIFT is at most 10 */

/* hwloc has them in the order of the tree, where a node without CPUs hangs beside the one nearest to it. */
static int compare_nodes(const void *a, const void *b)
{
	return ((const struct node *)a)->id - ((const struct node *)b)->id;
}

static int load_node(struct node *n, hwloc_obj_t obj)
{
	const char *tier = hwloc_obj_get_info_by_name(obj, "Tier");

	if (obj->os_index > NODE_ID_MAX)
		return fault("a NUMA node is numbered %u; at most %d can be", obj->os_index, NODE_ID_MAX);
	*n = (struct node){
		.id = obj->os_index,
		.memory = obj->os_index,
		.memory_bytes = obj->attr->numanode.local_memory,
		.free_bytes = obj->attr->numanode.local_memory,
		.has_memory = obj->attr->numanode.local_memory > 0,
		.allowed = true,
		.cpu = -1,
		.tier = tier ? atoi(tier) : -1,
	};
	return 0;
}

static int load_nodes(struct machine *m)
{
	hwloc_obj_t obj = NULL;

	while ((obj = hwloc_get_next_obj_by_type(m->topology, HWLOC_OBJ_NUMANODE, obj))) {
		if (m->nodes == NODES_MAX)
			return fault("more than %d NUMA nodes", NODES_MAX);
		if (load_node(&m->node[m->nodes], obj))
			return -1;
		m->nodes++;
	}
	qsort(m->node, m->nodes, sizeof(m->node[0]), compare_nodes);
	for (int i = 1; i < m->nodes; i++)
		if (m->node[i].id == m->node[i - 1].id)
			return fault("two NUMA nodes are numbered %d", m->node[i].id);
	return m->nodes ? 0 : fault("no NUMA node in the topology");
}

static int node_index(const struct machine *m, unsigned id)
{
	for (int i = 0; i < m->nodes; i++)
		if (m->node[i].id == (int)id)
			return i;
	return -1;
}

/* ---- CPUs: hwloc lends them to nodes that have none ---- */

/*
 * A node without CPUs (MCDRAM, HBM, CXL memory, NVDIMM) has the cpuset of the
 * node or nodes nearest to it. The CPUs are the plain memory's, which has no
 * subtype, then the smaller group's, then the lower number's.
 */
static int compare_claims(const void *a, const void *b)
{
	const hwloc_obj_t x = *(const hwloc_obj_t *)a, y = *(const hwloc_obj_t *)b;
	int weight = hwloc_bitmap_weight(x->cpuset) - hwloc_bitmap_weight(y->cpuset);

	if (!x->subtype != !y->subtype)
		return x->subtype ? 1 : -1;
	return weight ?: (int)x->os_index - (int)y->os_index;
}

/* An export of ours says it; else whatever CPUs nobody with a better claim has. */
static bool owns_cpus(hwloc_obj_t obj, hwloc_const_bitmap_t taken)
{
	const char *has_cpu = hwloc_obj_get_info_by_name(obj, "HasCPU");

	return has_cpu ? has_cpu[0] == '1' : !hwloc_bitmap_isincluded(obj->cpuset, taken);
}

static void load_cpus(struct machine *m)
{
	hwloc_bitmap_t taken = hwloc_bitmap_alloc(), own = hwloc_bitmap_alloc();
	hwloc_obj_t claim[NODES_MAX], obj = NULL;
	int claims = 0;

	while ((obj = hwloc_get_next_obj_by_type(m->topology, HWLOC_OBJ_NUMANODE, obj)))
		claim[claims++] = obj;
	qsort(claim, claims, sizeof(*claim), compare_claims);
	for (int i = 0; i < claims; i++) {
		struct node *n = &m->node[node_index(m, claim[i]->os_index)];

		n->has_cpu = owns_cpus(claim[i], taken);
		if (!n->has_cpu)
			continue;
		hwloc_bitmap_andnot(own, claim[i]->cpuset, taken);
		hwloc_bitmap_or(taken, taken, own);
		n->cpus = hwloc_bitmap_weight(own);
		n->cpu = hwloc_bitmap_first(own);
	}
	hwloc_bitmap_free(taken);
	hwloc_bitmap_free(own);
	m->cpus = hwloc_bitmap_weight(hwloc_topology_get_allowed_cpuset(m->topology));
}

/* ---- distances ---- */

static void load_distances(struct machine *m)
{
	struct hwloc_distances_s *found;
	unsigned count = 1;

	for (int i = 0; i < m->nodes; i++)
		m->distance[i][i] = DISTANCE_LOCAL; /* hwloc has none where there is one node */
	if (hwloc_distances_get_by_name(m->topology, "NUMALatency", &count, &found, 0) || !count)
		return;
	for (unsigned i = 0; i < found->nbobjs; i++) {
		for (unsigned j = 0; j < found->nbobjs; j++) {
			int from = node_index(m, found->objs[i]->os_index);
			int to = node_index(m, found->objs[j]->os_index);

			if (from >= 0 && to >= 0)
				m->distance[from][to] = found->values[i * found->nbobjs + j];
		}
	}
	hwloc_distances_release(m->topology, found);
}

int facts_load_tree(struct machine *m)
{
	if (load_nodes(m))
		return -1;
	load_cpus(m);
	load_distances(m);
	return 0;
}
