/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * touch - which pages of a region are touched, in which order, by how many threads
 *
 * A touch reads a word of the page and writes it back, so that it raises any
 * kind of fault and changes nothing; or it only reads.
 */
#ifndef NODEHOP_TOUCH_H
#define NODEHOP_TOUCH_H

#include <pthread.h>
#include "bench.h"

enum touch_order {
	TOUCH_FORWARD, /* the first part of the region, page after page */
	TOUCH_SPREAD,  /* far apart, one after the other: any share is spread over all of it */
};

/* clang-format off */
#define TOUCH_ORDERS { "forward", "spread", NULL }
/* clang-format on */

struct toucher;

struct touches {
	const struct region *region;
	size_t *page; /* numbers of the pages, in order */
	size_t count;
	bool only_read; /* may be set after touches_make */
	size_t threads;
	struct toucher *toucher; /* threads - 1 of them; the caller is the other one */
	pthread_barrier_t start, end;
};

/*
 * Chooses `percent` of the region's pages (at least one) and starts threads - 1
 * helpers on the node's CPUs, each with its own part; they end with the child.
 * The caller must run on that node itself (trial_pin).
 */
enum outcome touches_make(struct trial *t, struct touches *touches, const struct region *region, unsigned percent,
			  enum touch_order order, size_t threads, int node);

/* Touches them all, once. */
void touches_do(struct touches *touches);

/* Marks in needed[] (one a page) the pages that are touched or share an aligned block of so many bytes with one that is. */
void touches_mark(const struct touches *touches, size_t block_bytes, bool *needed);

#endif
