/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * topology - a machine as data: topologies/NAME.topo
 *
 * One file says which memory nodes a machine has, where its CPUs are, and how
 * far apart the nodes lie. The lab boots it, and `plan` plans for it without
 * booting. topologies/README.md tells the keys.
 */
#ifndef NODEHOP_TOPOLOGY_H
#define NODEHOP_TOPOLOGY_H

#include <stdbool.h>
#include <stdint.h>
#include "base/inifile.h"
#include "machine/facts.h"

#define TOPOLOGY_NODES_MAX	      128 /* what QEMU takes */
#define TOPOLOGY_POSSIBLE_CPUS_MAX    255 /* what its emulated APIC can address */
#define TOPOLOGY_POSSIBLE_CPUS_NORMAL 64  /* a server of today; docs/exact.md has what it changes and costs */

struct topology_node {
	uint64_t memory_bytes; /* 0: CPUs only */
	int cpus;	       /* 0: memory only */
	int initiator;	       /* the node whose CPUs are nearest to one without, or -1 */
};

struct topology {
	char name[64]; /* the file's name without .topo */
	char about[160];
	char sha256[INIFILE_SHA256_TEXT]; /* of the file */
	int nodes;
	struct topology_node node[TOPOLOGY_NODES_MAX];
	int sockets;
	int counted_cpu;     /* the node that keeps a CPU in counted form */
	int possible_cpus;   /* for which the guest's kernel makes room in counted form; all but one stay offline */
	uint64_t swap_bytes; /* of a disk to swap to; 0 for none, as in counted form: a disk keeps no count of
				instructions */
	bool has_hmat;	     /* latency and bandwidth are declared to the kernel */
	uint64_t distance[TOPOLOGY_NODES_MAX][TOPOLOGY_NODES_MAX];	  /* SLIT, [from][to] */
	uint64_t latency_ns[TOPOLOGY_NODES_MAX][TOPOLOGY_NODES_MAX];	  /* [CPU's node][memory's node] */
	uint64_t bandwidth_bytes[TOPOLOGY_NODES_MAX][TOPOLOGY_NODES_MAX]; /* a second */
};

/* Path of a shipped topology by name, or the file itself; free() it. NULL with a fault that lists the names. */
char *topology_find(const char *name_or_path);

/* Reads and checks a file. free() it. NULL with a fault: file, line, what is wrong and what would be right. */
struct topology *topology_load(const char *path);

/* Takes "64" for possible_cpus. 0, or -1 with a fault. */
int topology_set_possible_cpus(struct topology *t, const char *text);

/*
 * The machine that Linux will see. Counted: one CPU in all, so nodes that only
 * had CPUs vanish. In both: Linux numbers nodes by their CPUs first and then
 * by their memory, so nodes without CPUs come last. free() it. NULL without memory.
 */
struct topology *topology_form(const struct topology *t, enum timekeeper mode);

/* Bytes of all nodes. */
uint64_t topology_memory_bytes(const struct topology *t);

/* CPUs of all nodes. */
int topology_cpus(const struct topology *t);

/*
 * The facts that a guest of this form will report, for planning without a
 * boot: what the lab's default kernel offers, memory minus what a kernel and
 * its image take. 0, or -1 with a fault.
 */
int topology_machine(const struct topology *t, enum timekeeper mode, struct machine *m);

#endif
