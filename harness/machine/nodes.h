/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nodes - the memory nodes of this system as sysfs has them
 *
 * With numa=fake=N on its command line the kernel splits the memory of a node
 * into several, which share their CPUs; of those hwloc shows the first only.
 */
#ifndef NODEHOP_NODES_H
#define NODEHOP_NODES_H

#include "machine/machine.h"

/*
 * Adds the nodes that hwloc left out, and reads all distances. `root` is ""
 * for this system. 0, or -1 with a fault; without sysfs all stays as it is.
 */
int nodes_complete(struct machine *m, const char *root);

/* Fills watermark_bytes with the sum of the zones' high watermarks; 0 where they are hidden. */
void nodes_read_watermarks(struct machine *m, const char *root);

/*
 * Finds nodes of one memory, and sets each one's `memory` to the first of
 * them. Told by what they are, not by command line or version: they share CPUs,
 * or are 10 apart, which firmware may not say of two nodes (ACPI SLIT).
 */
void nodes_find_one_memory(struct machine *m, const char *root);

#endif
