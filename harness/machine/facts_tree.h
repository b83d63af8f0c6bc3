/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * facts_tree - nodes, CPUs and distances from an hwloc topology, of this system or of XML
 */
#ifndef NODEHOP_FACTS_TREE_H
#define NODEHOP_FACTS_TREE_H

#include "machine/machine.h"

/* Fills nodes, distances and CPUs from m->topology. 0, or -1 with a fault. */
int facts_load_tree(struct machine *m);

#endif
