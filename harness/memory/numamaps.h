/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * numamaps - the pages of this process by mapping and node (/proc/self/numa_maps)
 *
 * Told by mapping: a region must not be merged with a neighbour. Pages that
 * wait for a hint fault count; move_pages(2) before 6.12 takes them for absent.
 */
#ifndef NODEHOP_NUMAMAPS_H
#define NODEHOP_NUMAMAPS_H

#include "bench.h"

/* The whole text; free() it. NULL where there is none. */
char *numamaps_read(void);

/* Base pages of the region on that node. */
size_t numamaps_pages(const char *text, const struct region *r, int node);

#endif
