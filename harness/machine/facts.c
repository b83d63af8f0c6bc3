// SPDX-License-Identifier: GPL-2.0-or-later
/* facts - loads this system's nodes, CPUs, page sizes and tiers; machines from files are facts_xml.c's and lab/'s */
#include <dirent.h>
#include <numa.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/fault.h"
#include "base/sysfile.h"
#include "bench.h"
#include "machine/confinement.h"
#include "machine/facts.h"
#include "machine/facts_tree.h"
#include "machine/nodes.h"
#include "machine/syscalls.h"

#define SYS_NODE "/sys/devices/system/node"
#define SYS_THP	 "/sys/kernel/mm/transparent_hugepage"

/* ---- what sysfs adds, for this system only ---- */

static void load_node_lists(struct machine *m)
{
	char has_memory[1024] = "", allowed[1024] = "";
	bool known = !confinement_nodes("", allowed, sizeof(allowed));

	sysfile_read(has_memory, sizeof(has_memory), SYS_NODE "/has_memory");
	for (int i = 0; i < m->nodes; i++) {
		struct node *n = &m->node[i];

		if (*has_memory)
			n->has_memory = sysfile_list_has(has_memory, n->id);
		n->allowed = !known || sysfile_list_has(allowed, n->id);
	}
}

/*
 * CPUs of a node, and those that this process may run on. Not by hwloc, which lends CPUs to nodes without; not by the
 * kernel's has_cpu, which of nodes that share CPUs (numa=fake) leaves some out.
 */
static void load_node_cpus(struct machine *m, struct node *n)
{
	char list[4096] = "";

	sysfile_read(list, sizeof(list), SYS_NODE "/node%d/cpulist", n->id);
	n->has_cpu = *list;
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

/* What is sized by CPUs in the kernel (RCU's tree, loops over CPUs) is sized by these, online or not. */
static void load_possible_cpus(struct machine *m)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	char *list = sysfile_text("/sys/devices/system/cpu/possible");

	if (list && set && !hwloc_bitmap_list_sscanf(set, list) && hwloc_bitmap_weight(set) > 0)
		m->possible_cpus = hwloc_bitmap_weight(set);
	hwloc_bitmap_free(set);
	free(list);
}

static int load_this_system(struct machine *m)
{
	if (nodes_complete(m, ""))
		return -1;
	nodes_find_one_memory(m, "");
	sched_getaffinity(0, sizeof(m->cpu_set), &m->cpu_set);
	m->cpus = CPU_COUNT(&m->cpu_set);
	load_possible_cpus(m);
	load_node_lists(m);
	for (int i = 0; i < m->nodes; i++) {
		load_node_cpus(m, &m->node[i]);
		load_node_memory(&m->node[i]);
	}
	load_page_sizes(m);
	nodes_read_watermarks(m, "");
	m->memory_left_bytes = confinement_memory_left("", m->memory_cgroup, sizeof(m->memory_cgroup));
	load_tiers(m);
	load_name(m);
	return 0;
}

/* hwloc would make up a machine without it, or abort. */
static int check_sysfs(void)
{
	if (access("/sys/devices/system/cpu/online", F_OK))
		return fault("/sys is hidden or not mounted here: CPUs and nodes cannot be determined");
	if (!access(SYS_NODE, F_OK) && access(SYS_NODE "/online", F_OK))
		return fault(SYS_NODE " is hidden here: nodes cannot be determined");
	return 0;
}

int machine_load(struct machine *m)
{
	const char *code;

	memset(m, 0, sizeof(*m));
	if (check_sysfs())
		return -1;
	/* HWLOC_XMLFILE or HWLOC_SYNTHETIC would show us another machine than the one we measure. */
	unsetenv("HWLOC_XMLFILE");
	unsetenv("HWLOC_SYNTHETIC");
	unsetenv("HWLOC_FSROOT");
	if (hwloc_topology_init(&m->topology))
		return fault("hwloc cannot be initialised");
	hwloc_topology_set_flags(m->topology, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
	if (syscalls_check(CALL_SCHED_SETAFFINITY, &code) != OK) /* its x86 part visits each CPU */
		hwloc_topology_set_components(m->topology, HWLOC_TOPOLOGY_COMPONENTS_FLAG_BLACKLIST, "x86");
	if (hwloc_topology_load(m->topology) || facts_load_tree(m)) {
		machine_free(m);
		return fault_at("this system's topology");
	}
	m->is_this_system = hwloc_topology_is_thissystem(m->topology);
	if (!m->is_this_system || !load_this_system(m))
		return 0;
	machine_free(m);
	return -1;
}
