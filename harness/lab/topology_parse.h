/* SPDX-License-Identifier: GPL-2.0-or-later */
/* topology_parse - a topology while it is read: what its file has said so far */
#ifndef NODEHOP_TOPOLOGY_PARSE_H
#define NODEHOP_TOPOLOGY_PARSE_H

#include "lab/topology.h"

#define DISTANCE_LOCAL 10
#define CPUS_MAX       64

/* One of the three tables of numbers: how its cells are read, and how much of each row was. */
struct topology_table {
	const char *section;
	int (*parse)(const char *text, uint64_t *value);
	uint64_t (*cell)[TOPOLOGY_NODES_MAX];
	int filled[TOPOLOGY_NODES_MAX];
};

enum { DISTANCE, LATENCY, BANDWIDTH, TABLES };

struct topology_parse {
	struct topology *t;
	bool seen[TOPOLOGY_NODES_MAX];
	struct topology_table table[TABLES];
};

/* Checks the file as a whole and fills in what it may leave out. 0, or -1 with a fault. */
int topology_check(struct topology_parse *p);

#endif
