/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * facts - loads what this machine (or a machine described in a file) looks like
 *
 * hwloc gives the tree, sysfs decides which node has CPUs and memory: hwloc
 * lends a CPU-less node its initiator's cpuset.
 */
#ifndef NODEHOP_FACTS_H
#define NODEHOP_FACTS_H

#include "machine/machine.h"

/* Reads this system. 0, or -1 with a fault. Free with machine_free. */
int machine_load(struct machine *m);

/* Reads hwloc XML; never falls back to this system. 0, or -1 with a fault that names the file. */
int machine_load_xml(struct machine *m, const char *path);

/* The tree as hwloc XML with has_cpu and has_memory as sysfs has them; free() it. NULL with a fault. */
char *machine_to_xml(const struct machine *m);

#endif
