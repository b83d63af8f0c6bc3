// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <dirent.h>
#include <numa.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/fault.h"
#include "base/sysfile.h"
#include "machine/facts.h"

#define SYS_NODE "/sys/devices/system/node"
#define SYS_THP "/sys/kernel/mm/transparent_hugepage"

const char *timekeeper_name(enum timekeeper k)
{
	static const char *const names[] = { "hardware", "counted", "fast" };

	return names[k];
}

const struct node *machine_node(const struct machine *m, int id)
{
	for (int i = 0; i < m->nodes; i++)
		if (m->node[i].id == id)
			return &m->node[i];
	return NULL;
}

int machine_distance(const struct machine *m, int from, int to)
{
	const struct node *a = machine_node(m, from), *b = machine_node(m, to);

	return a && b ? m->distance[a - m->node][b - m->node] : 0;
}

int machine_memory_nodes(const struct machine *m)
{
	int count = 0;

	for (int i = 0; i < m->nodes; i++)
		count += m->node[i].has_memory && m->node[i].allowed;
	return count;
}

int machine_next_cpu(const struct machine *m, const cpu_set_t *set)
{
	int best = -1;

	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, set) && (best < 0 || m->cpu_rank[cpu] < m->cpu_rank[best]))
			best = cpu;
	return best;
}

void machine_run_on(const struct machine *m, int id)
{
	const struct node *n = machine_node(m, id);

	if (n && n->cpus)
		sched_setaffinity(0, sizeof(n->cpu_set), &n->cpu_set);
}

/* ---- the tree (hwloc) ---- */

static int compare_nodes(const void *a, const void *b)
{
	return ((const struct node *)a)->id - ((const struct node *)b)->id;
}

/* hwloc has them in the order of the tree, where a node without CPUs hangs beside the one nearest to it. */
static int load_nodes(struct machine *m)
{
	hwloc_obj_t obj = NULL;

	while ((obj = hwloc_get_next_obj_by_type(m->topology, HWLOC_OBJ_NUMANODE, obj))) {
		struct node *n = &m->node[m->nodes];
		const char *has_cpu = hwloc_obj_get_info_by_name(obj, "HasCPU");
		const char *tier = hwloc_obj_get_info_by_name(obj, "Tier");

		if (m->nodes++ == NODES_MAX)
			return fault("more than %d NUMA nodes", NODES_MAX);
		n->id = obj->os_index;
		n->memory_bytes = obj->attr->numanode.local_memory;
		n->free_bytes = n->memory_bytes;
		n->has_memory = n->memory_bytes > 0;
		n->has_cpu = has_cpu ? has_cpu[0] == '1' : !hwloc_bitmap_iszero(obj->cpuset);
		n->allowed = true;
		n->cpus = n->has_cpu ? hwloc_bitmap_weight(obj->cpuset) : 0;
		n->cpu = n->has_cpu ? hwloc_bitmap_first(obj->cpuset) : -1;
		n->tier = tier ? atoi(tier) : -1;
	}
	qsort(m->node, m->nodes, sizeof(m->node[0]), compare_nodes);
	return m->nodes ? 0 : fault("no NUMA node in the topology");
}

static int node_index(const struct machine *m, unsigned id)
{
	for (int i = 0; i < m->nodes; i++)
		if (m->node[i].id == (int)id)
			return i;
	return -1;
}

#define DISTANCE_LOCAL 10	/* by definition; hwloc has no distances where there is one node */

static void load_distances(struct machine *m)
{
	struct hwloc_distances_s *found;
	unsigned count = 1;

	for (int i = 0; i < m->nodes; i++)
		m->distance[i][i] = DISTANCE_LOCAL;
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

static size_t info_size(const struct machine *m, const char *name, size_t otherwise)
{
	const char *text = hwloc_obj_get_info_by_name(hwloc_get_root_obj(m->topology), name);

	return text ? strtoull(text, NULL, 10) : otherwise;
}

static void load_page_sizes_from_xml(struct machine *m)
{
	hwloc_obj_t obj = hwloc_get_next_obj_by_type(m->topology, HWLOC_OBJ_NUMANODE, NULL);

	m->page_size = obj->attr->numanode.page_types_len ? obj->attr->numanode.page_types[0].size : 4096;
	m->page_size = info_size(m, "PageSize", m->page_size);
	m->thp_size = info_size(m, "THPSize", 512 * m->page_size);
}

static int load_tree(struct machine *m)
{
	if (load_nodes(m))
		return -1;
	load_distances(m);
	m->cpus = hwloc_bitmap_weight(hwloc_topology_get_allowed_cpuset(m->topology));
	return 0;
}

/* ---- what sysfs adds, for this system only ---- */

static void load_node_lists(struct machine *m)
{
	char has_memory[1024] = "", has_cpu[1024] = "";
	struct bitmask *mems = numa_get_mems_allowed();

	sysfile_read(has_memory, sizeof(has_memory), SYS_NODE "/has_memory");
	sysfile_read(has_cpu, sizeof(has_cpu), SYS_NODE "/has_cpu");
	for (int i = 0; i < m->nodes; i++) {
		struct node *n = &m->node[i];

		if (*has_memory)
			n->has_memory = sysfile_list_has(has_memory, n->id);
		if (*has_cpu)
			n->has_cpu = sysfile_list_has(has_cpu, n->id);
		n->allowed = numa_bitmask_isbitset(mems, n->id);
	}
	numa_bitmask_free(mems);
}

/* CPUs of a node that this process may run on; hwloc's cpusets lend CPUs to nodes without. */
static void load_node_cpus(struct machine *m, struct node *n)
{
	char list[4096] = "";

	if (n->has_cpu)
		sysfile_read(list, sizeof(list), SYS_NODE "/node%d/cpulist", n->id);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &m->cpu_set) && sysfile_list_has(list, cpu))
			CPU_SET(cpu, &n->cpu_set);
	n->cpus = CPU_COUNT(&n->cpu_set);
	n->cpu = machine_next_cpu(m, &n->cpu_set);
}

static void load_node_memory(struct node *n)
{
	long long free_bytes = 0, total = numa_node_size64(n->id, &free_bytes);

	if (total < 0)
		return;
	n->memory_bytes = total;
	n->free_bytes = free_bytes;
}

static int compare_sizes(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return (x > y) - (x < y);
}

/* Directories "hugepages-64kB" name the sizes that the kernel offers; `needed` is in those that count. */
static int load_size_dirs(const char *path, const char *needed, size_t *sizes, size_t except)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int count = 0;

	while (dir && (entry = readdir(dir)) && count < FOLIO_SIZES_MAX) {
		size_t size_kb;
		char file[600];

		snprintf(file, sizeof(file), "%s/%s/%s", path, entry->d_name, needed);
		if (sscanf(entry->d_name, "hugepages-%zukB", &size_kb) == 1 && size_kb * 1024 != except &&
		    !access(file, F_OK))
			sizes[count++] = size_kb * 1024;
	}
	if (dir)
		closedir(dir);
	qsort(sizes, count, sizeof(*sizes), compare_sizes);
	return count;
}

static void load_page_sizes(struct machine *m)
{
	uint64_t thp_bytes = 0;

	m->page_size = sysconf(_SC_PAGESIZE);
	sysfile_read_u64(&thp_bytes, SYS_THP "/hpage_pmd_size");
	m->thp_size = thp_bytes;
	/* Sizes for shared memory only (8 kB) have shmem_enabled instead. */
	m->folio_sizes = load_size_dirs(SYS_THP, "enabled", m->folio_size, m->thp_size);
	m->hugetlb_sizes = load_size_dirs("/sys/kernel/mm/hugepages", "nr_hugepages", m->hugetlb_size, 0);
	for (int i = 0; i < m->nodes; i++)
		for (int s = 0; s < m->hugetlb_sizes; s++)
			sysfile_read_u64(&m->node[i].hugetlb_free[s],
					 SYS_NODE "/node%d/hugepages/hugepages-%zukB/free_hugepages",
					 m->node[i].id, m->hugetlb_size[s] / 1024);
}

/* Tiers are numbered by the kernel as it likes; their order is what counts. */
static void load_tiers(struct machine *m)
{
	int rank = 0;

	for (int tier = 0; tier < 1024; tier++) {
		char list[1024];

		if (sysfile_read(list, sizeof(list), "/sys/devices/virtual/memory_tiering/memory_tier%d/nodelist",
				 tier) <= 0)
			continue;
		for (int i = 0; i < m->nodes; i++)
			if (sysfile_list_has(list, m->node[i].id))
				m->node[i].tier = rank;
		rank++;
	}
}

static void load_name(struct machine *m)
{
	char text[sizeof(m->name)];

	if (sysfile_read(text, sizeof(text), "/sys/class/dmi/id/product_name") <= 0)
		strcpy(text, "this host");
	strcpy(m->name, text);
}

static void load_this_system(struct machine *m)
{
	sched_getaffinity(0, sizeof(m->cpu_set), &m->cpu_set);
	m->cpus = CPU_COUNT(&m->cpu_set);
	load_node_lists(m);
	for (int i = 0; i < m->nodes; i++) {
		load_node_cpus(m, &m->node[i]);
		load_node_memory(&m->node[i]);
	}
	load_page_sizes(m);
	load_tiers(m);
	load_name(m);
}

int machine_load(struct machine *m)
{
	memset(m, 0, sizeof(*m));
	/* HWLOC_XMLFILE or HWLOC_SYNTHETIC would show us another machine than the one we measure. */
	unsetenv("HWLOC_XMLFILE");
	unsetenv("HWLOC_SYNTHETIC");
	unsetenv("HWLOC_FSROOT");
	if (hwloc_topology_init(&m->topology))
		return fault("hwloc cannot start");
	hwloc_topology_set_flags(m->topology, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
	if (hwloc_topology_load(m->topology) || load_tree(m)) {
		machine_free(m);
		return fault_at("this system's topology");
	}
	m->is_this_system = hwloc_topology_is_thissystem(m->topology);
	if (m->is_this_system)
		load_this_system(m);
	return 0;
}

int machine_load_xml(struct machine *m, const char *path)
{
	memset(m, 0, sizeof(*m));
	if (access(path, R_OK))
		return fault("%s: cannot open: %m", path);
	if (hwloc_topology_init(&m->topology))
		return fault("hwloc cannot start");
	/* A file that hwloc refuses must not become this machine: hwloc would load that instead. */
	if (hwloc_topology_set_xml(m->topology, path) || hwloc_topology_load(m->topology) ||
	    hwloc_topology_is_thissystem(m->topology)) {
		machine_free(m);
		return fault("%s: not an hwloc XML topology (make one with lstopo --of xml)", path);
	}
	if (load_tree(m)) {
		machine_free(m);
		return fault_at("%s", path);
	}
	load_page_sizes_from_xml(m);
	snprintf(m->name, sizeof(m->name), "%s", path);
	return 0;
}

char *machine_to_xml(const struct machine *m)
{
	hwloc_topology_t copy;
	hwloc_obj_t obj = NULL;
	char text[32], *buffer, *xml = NULL;
	int length;

	if (hwloc_topology_dup(&copy, m->topology)) {
		fault("hwloc cannot copy the topology");
		return NULL;
	}
	while ((obj = hwloc_get_next_obj_by_type(copy, HWLOC_OBJ_NUMANODE, obj))) {
		const struct node *n = machine_node(m, obj->os_index);

		hwloc_obj_add_info(obj, "HasCPU", n->has_cpu ? "1" : "0");
		hwloc_obj_add_info(obj, "HasMemory", n->has_memory ? "1" : "0");
		snprintf(text, sizeof(text), "%d", n->tier);
		if (n->tier >= 0)
			hwloc_obj_add_info(obj, "Tier", text);
	}
	snprintf(text, sizeof(text), "%zu", m->page_size);
	hwloc_obj_add_info(hwloc_get_root_obj(copy), "PageSize", text);
	snprintf(text, sizeof(text), "%zu", m->thp_size);
	hwloc_obj_add_info(hwloc_get_root_obj(copy), "THPSize", text);
	if (hwloc_topology_export_xmlbuffer(copy, &buffer, &length, 0)) {
		fault("hwloc cannot export the topology");
	} else {
		xml = strndup(buffer, length);
		hwloc_free_xmlbuffer(copy, buffer);
	}
	hwloc_topology_destroy(copy);
	return xml;
}

void machine_free(struct machine *m)
{
	if (m->topology)
		hwloc_topology_destroy(m->topology);
	m->topology = NULL;
}
