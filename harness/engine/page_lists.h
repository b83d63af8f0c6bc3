/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page_lists - keeps the page allocator's per-CPU lists from running full in counted mode
 *
 * A free page goes to a list of its zone's that belongs to the CPU. Past its
 * high mark such a list gives pages back to the zone in bulk, and an empty one
 * is filled up in bulk; how far the next of either is away depends on all that
 * ran before. Over seeds that was 1 to 6 % of a move where the marks are low:
 * with transparent_hugepage=never, or when more than some 8 MiB move. Lists
 * that may hold an eighth of each zone, the most there is, keep what the
 * warm-ups brought, and then neither happens again.
 */
#ifndef NODEHOP_PAGE_LISTS_H
#define NODEHOP_PAGE_LISTS_H

#include "machine/facts.h"

/* Raises the marks, after knobs_mark(). Nothing where time is kept, and where the user holds them; never fails. */
void page_lists_lengthen(const struct machine *m);

#endif
