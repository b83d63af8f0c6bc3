// SPDX-License-Identifier: GPL-2.0-or-later
/* caches - how much memory is beyond the last-level caches of a pair of nodes */
#include "base/minmax.h"
#include "machine/caches.h"

#define STEP_BYTES    (16ull << 20) /* whole THPs, hugetlb pages of 2 MiB, and a size that reads well */
#define UNKNOWN_BYTES (64ull << 20)

/* Of a node that hwloc leaves out, those of the one that it is a part of. A node without CPUs has those of the nearest. */
static hwloc_const_cpuset_t cpus_of(const struct machine *m, int id)
{
	const struct node *n = machine_node(m, id);
	hwloc_obj_t obj = n && m->topology ? hwloc_get_numanode_obj_by_os_index(m->topology, n->memory) : NULL;

	return obj ? obj->cpuset : NULL;
}

/* The caches of one level that the CPUs have. */
static uint64_t level_bytes(const struct machine *m, hwloc_obj_type_t level, hwloc_const_cpuset_t cpus)
{
	hwloc_obj_t cache = NULL;
	uint64_t bytes = 0;

	while ((cache = hwloc_get_next_obj_by_type(m->topology, level, cache)))
		if (hwloc_bitmap_intersects(cache->cpuset, cpus))
			bytes += cache->attr->cache.size;
	return bytes;
}

uint64_t caches_of_pair(const struct machine *m, int from, int to)
{
	static const hwloc_obj_type_t levels[] = { HWLOC_OBJ_L5CACHE, HWLOC_OBJ_L4CACHE, HWLOC_OBJ_L3CACHE,
						   HWLOC_OBJ_L2CACHE };
	hwloc_const_cpuset_t a = cpus_of(m, from), b = cpus_of(m, to);
	hwloc_cpuset_t both;
	uint64_t bytes = 0;

	if (!a || !b)
		return 0;
	both = hwloc_bitmap_alloc();
	hwloc_bitmap_or(both, a, b);
	for (size_t i = 0; !bytes && i < sizeof(levels) / sizeof(levels[0]); i++)
		bytes = level_bytes(m, levels[i], both);
	hwloc_bitmap_free(both);
	return bytes;
}

static bool usable(const struct node *n)
{
	return n->has_memory && n->allowed;
}

uint64_t caches_beyond(const struct machine *m)
{
	uint64_t most = 0;

	for (int i = 0; i < m->nodes; i++)
		for (int j = 0; j < i; j++)
			if (usable(&m->node[i]) && usable(&m->node[j]))
				most = max(most, caches_of_pair(m, m->node[i].id, m->node[j].id));
	return most ? (most / STEP_BYTES + 1) * STEP_BYTES : UNKNOWN_BYTES;
}
