/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * caches - what of a machine's memory may lie in caches, by hwloc
 */
#ifndef NODEHOP_CACHES_H
#define NODEHOP_CACHES_H

#include "machine/facts.h"

/*
 * Bytes of the last-level caches of both nodes' CPUs together, each counted
 * once however many nodes share it. 0 where nobody tells: some virtual
 * machines and firmwares, and .topo files.
 */
uint64_t caches_of_pair(const struct machine *m, int from, int to);

/*
 * More bytes than any pair's caches hold, in whole 16 MiB: what a repetition
 * moves that is to be out of their reach. 64 MiB where nobody tells.
 */
uint64_t caches_beyond(const struct machine *m);

#endif
