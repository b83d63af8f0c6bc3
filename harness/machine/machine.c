// SPDX-License-Identifier: GPL-2.0-or-later
/* machine - looks up the nodes, CPUs and distances of a machine; it is loaded by facts.c and facts_xml.c */
#include "bench.h"
#include "machine/machine.h"

const char *timekeeper_name(enum timekeeper k)
{
	static const char *const names[] = { "hardware", "counted", "fast" };

	return names[k];
}

unsigned timekeeper_mode(enum timekeeper k)
{
	static const unsigned modes[] = {
		[TIME_HARDWARE] = MODE_HARDWARE, [TIME_COUNTED] = MODE_COUNTED, [TIME_UNTIMED] = MODE_FAST
	};

	return modes[k];
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

bool machine_one_memory(const struct machine *m, int a, int b)
{
	const struct node *x = machine_node(m, a), *y = machine_node(m, b);

	return x && y && x != y && x->memory == y->memory;
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

void machine_free(struct machine *m)
{
	if (m->topology)
		hwloc_topology_destroy(m->topology);
	m->topology = NULL;
}
