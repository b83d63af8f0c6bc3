/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * region_look - where the pages of regions are just before a run
 *
 * A page has moved when it was elsewhere before and is on the target now. What
 * a benchmark has asked for in prepare does not say where pages are when run
 * begins: so all its regions are looked at in between.
 */
#ifndef NODEHOP_REGION_LOOK_H
#define NODEHOP_REGION_LOOK_H

#include "bench.h"

/* Enters the region among those of the trial, of a rule excepted. BROKEN "region" when there are too many. */
enum outcome region_enlist(struct trial *t, struct region *r);

/* Remembers where each page of a region is, and of all of the trial's. BROKEN "no-memory". */
enum outcome region_look(struct trial *t, struct region *r);
enum outcome regions_look(struct trial *t);

/* Base pages of one folio; the first page of the list's i-th folio, by its index in the region. */
size_t region_folio_pages(const struct region *r);
size_t region_folio_first(const struct region *r, const struct move_list *list, size_t i);

#endif
