/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * machine - a machine as it was loaded (facts.h): its nodes, CPUs, distances and page sizes, and looking them up
 */
#ifndef NODEHOP_MACHINE_H
#define NODEHOP_MACHINE_H

#include <hwloc.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NODES_MAX	256
#define FOLIO_SIZES_MAX 16
#define DISTANCE_LOCAL	10 /* of a node to itself, by definition */

/* Who keeps the time: it decides what a clock reading means. */
enum timekeeper {
	TIME_HARDWARE, /* nanoseconds */
	TIME_COUNTED,  /* lab, counted: instructions */
	TIME_UNTIMED,  /* lab, fast: nothing that may be quoted */
};

struct node {
	int id; /* as the kernel numbers it: ids may have gaps */
	bool has_memory, has_cpu;
	bool allowed; /* by this process's cpuset (Mems_allowed) */
	uint64_t memory_bytes, free_bytes;
	uint64_t watermark_bytes; /* of the free ones, those that the kernel keeps: below, it reclaims */
	int cpu;		  /* the CPU of it that measures (cpus.h), or -1 where we may run on none */
	int cpus;		  /* that we may run on */
	cpu_set_t cpu_set;	  /* which those are, on this system */
	int memory;		  /* the first node that is of the same memory (numa=fake); its own id nearly always */
	int tier;		  /* rank among memory tiers, 0 the fastest; -1 unknown */
};

struct machine {
	bool is_this_system; /* false: may be planned for, never measured */
	enum timekeeper timekeeper;
	char name[64]; /* the topology's name in the lab, else the host's model */
	struct node node[NODES_MAX];
	int nodes;
	int distance[NODES_MAX][NODES_MAX];  /* SLIT, by index into node[]; 0 unknown */
	int cpus;			     /* that this process may run on */
	cpu_set_t cpu_set;		     /* which those are, on this system */
	int possible_cpus;		     /* that the kernel has made room for; 0 unknown */
	unsigned char cpu_rank[CPU_SETSIZE]; /* the lower, the sooner a CPU is taken; see cpus.h */
	size_t page_size;		     /* bytes of a base page */
	size_t thp_size;		     /* bytes of a PMD THP; 0: none */
	size_t folio_size[FOLIO_SIZES_MAX];  /* mTHP sizes offered, THP's not included */
	int folio_sizes;
	size_t hugetlb_size[FOLIO_SIZES_MAX];
	int hugetlb_sizes;
	char memory_cgroup[256];    /* the cgroup of ours whose memory limit leaves the least; "" without a limit */
	uint64_t memory_left_bytes; /* so much */
	hwloc_topology_t topology;  /* NULL when described by a .topo file */
};

/* The node with this id, or NULL. */
const struct node *machine_node(const struct machine *m, int id);

/* SLIT distance between two node ids; 0 when unknown. */
int machine_distance(const struct machine *m, int from, int to);

/* Are these two nodes parts of one memory, with nothing remote between them? */
bool machine_one_memory(const struct machine *m, int a, int b);

/* Nodes with memory that this process may use. */
int machine_memory_nodes(const struct machine *m);

/* The CPU of the set that is to be taken next: of the lowest rank, then of the lowest number. -1: the set is empty. */
int machine_next_cpu(const struct machine *m, const cpu_set_t *set);

/* Lets the calling thread run on the node's CPUs that are ours, and on no other; where there is none it stays. */
void machine_run_on(const struct machine *m, int node);

/* "hardware", "counted" or "fast". */
const char *timekeeper_name(enum timekeeper k);

/* The same as one of enum lab_modes (bench.h), whose values can be added up. */
unsigned timekeeper_mode(enum timekeeper k);

/* For one that was loaded, or whose loading failed half-way. */
void machine_free(struct machine *m);

#endif
