// SPDX-License-Identifier: GPL-2.0-or-later
/* topology_check - what a whole topology must hold, and what it leaves to be filled in */
#include <inttypes.h>
#include "base/fault.h"
#include "lab/topology_parse.h"

static int first_cpu_node(const struct topology *t)
{
	for (int i = 0; i < t->nodes; i++)
		if (t->node[i].cpus)
			return i;
	return -1;
}

static int check_nodes(const struct topology_parse *p)
{
	const struct topology *t = p->t;

	for (int i = 0; i < t->nodes; i++)
		if (!p->seen[i])
			return fault("node %d is missing: nodes are numbered 0 to %d without a gap", i, t->nodes - 1);
	if (!topology_memory_bytes(t))
		return fault("no node has memory; give one a line like \"memory = 1g\"");
	if (first_cpu_node(t) < 0)
		return fault("no node has CPUs; give one a line like \"cpus = 1\"");
	return 0;
}

static int check_cpus(struct topology *t)
{
	int cpus = topology_cpus(t), nodes = 0;

	if (cpus > CPUS_MAX)
		return fault("%d CPUs in all; at most %d", cpus, CPUS_MAX);
	for (int i = 0; i < t->nodes; i++)
		nodes += t->node[i].cpus > 0;
	if (!t->sockets)
		t->sockets = cpus % nodes ? cpus : nodes;
	if (cpus % t->sockets)
		return fault("%d CPUs do not divide into %d sockets", cpus, t->sockets);
	if (t->counted_cpu < 0)
		t->counted_cpu = first_cpu_node(t);
	if (t->counted_cpu >= t->nodes || !t->node[t->counted_cpu].cpus)
		return fault("counted_cpu = %d: must be a node with CPUs", t->counted_cpu);
	return 0;
}

static int check_row(const struct topology_parse *p, int table, int from)
{
	int have = p->table[table].filled[from];

	if (have != p->t->nodes)
		return fault("[%s] row %d has %d values; it needs %d, one for each node", p->table[table].section, from,
			     have, p->t->nodes);
	return 0;
}

static int check_no_extra_rows(const struct topology_parse *p, int table)
{
	for (int i = p->t->nodes; i < TOPOLOGY_NODES_MAX; i++)
		if (p->table[table].filled[i])
			return fault("[%s] has a row %d, but there is no [node %d]", p->table[table].section, i, i);
	return 0;
}

static int check_distances(const struct topology_parse *p)
{
	struct topology *t = p->t;

	if (t->nodes == 1 && !p->table[DISTANCE].filled[0]) {
		t->distance[0][0] = DISTANCE_LOCAL;
		return 0;
	}
	for (int i = 0; i < t->nodes; i++) {
		if (check_row(p, DISTANCE, i) < 0)
			return -1;
		for (int j = 0; j < t->nodes; j++)
			if ((t->distance[i][j] == DISTANCE_LOCAL) != (i == j))
				return fault("[distance] from %d to %d is %" PRIu64
					     "; a node is %d from itself and farther from all others",
					     i, j, t->distance[i][j], DISTANCE_LOCAL);
	}
	return check_no_extra_rows(p, DISTANCE);
}

static int check_initiator(const struct topology *t, int id)
{
	int initiator = t->node[id].initiator;

	if (t->node[id].cpus || !t->has_hmat) {
		if (initiator >= 0)
			return fault("[node %d] has an initiator, but %s", id,
				     t->node[id].cpus ? "also CPUs of its own" : "the file has no [latency] table");
		return 0;
	}
	if (initiator < 0)
		return fault("[node %d] has no CPUs: say which node's are nearest, like \"initiator = 0\"", id);
	if (initiator >= t->nodes || !t->node[initiator].cpus)
		return fault("[node %d] initiator = %d: must be a node with CPUs", id, initiator);
	return 0;
}

static int check_hmat_row(const struct topology_parse *p, int table, int from)
{
	if (p->t->node[from].cpus)
		return check_row(p, table, from);
	if (p->table[table].filled[from])
		return fault("[%s] row %d: only nodes with CPUs have one", p->table[table].section, from);
	return 0;
}

static int check_hmat(const struct topology_parse *p)
{
	struct topology *t = p->t;

	for (int i = 0; i < TOPOLOGY_NODES_MAX; i++)
		t->has_hmat |= p->table[LATENCY].filled[i] || p->table[BANDWIDTH].filled[i];
	for (int i = 0; i < t->nodes; i++) {
		if (check_initiator(t, i) < 0)
			return -1;
		if (t->has_hmat && (check_hmat_row(p, LATENCY, i) < 0 || check_hmat_row(p, BANDWIDTH, i) < 0))
			return -1;
	}
	if (check_no_extra_rows(p, LATENCY) < 0 || check_no_extra_rows(p, BANDWIDTH) < 0)
		return -1;
	return 0;
}

int topology_check(struct topology_parse *p)
{
	if (check_nodes(p) < 0 || check_cpus(p->t) < 0 || check_distances(p) < 0 || check_hmat(p) < 0)
		return -1;
	return 0;
}
