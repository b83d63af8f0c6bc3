/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * region_private - what only memory/ knows of a region, and what its parts call of each other
 *
 *   region_map     addresses and what is mapped there
 *   holders        other processes that map the region
 *   region_look    where each page is, and was before the run
 *   region_place   puts pages on nodes: fills, moves, proves
 *   region_verify  what became of pages, folios and data in the run
 *
 * Each calls those above it.
 */
#ifndef NODEHOP_REGION_PRIVATE_H
#define NODEHOP_REGION_PRIVATE_H

#include "bench.h"

#define HOLDERS_MAX 64

/* Allocated by region_map: a struct region may be copied, and its copies are one region. */
struct region_private {
	bool filled;		   /* has been written once */
	bool dropped;		   /* its addresses are the benchmark's to map */
	int *before;		   /* where each page was before run; NULL when nobody looked */
	int memfd;		   /* -1 but for BACKING_SHMEM */
	pid_t holder[HOLDERS_MAX]; /* other processes that map it */
	unsigned holders;
};

/* Takes what is mapped there away, and keeps the addresses reserved. BROKEN "mmap". */
enum outcome region_unmap(struct trial *t, const struct region *r);

/* Maps untouched memory in place of what was there: lists of its addresses stay valid. */
enum outcome region_map_anew(struct trial *t, struct region *r);

/* Remembers where each page of a region is, and of all of the trial's. BROKEN "no-memory". */
enum outcome region_look(struct trial *t, struct region *r);
enum outcome regions_look(struct trial *t);

/* Base pages of one folio; the first page of the list's i-th folio, by its index in the region. */
size_t region_folio_pages(const struct region *r);
size_t region_folio_first(const struct region *r, const struct move_list *list, size_t i);

/* As region_check_folios, before the run: all of the kind's size. */
enum outcome region_check_folios_placed(struct trial *t, const struct region *r);

#endif
