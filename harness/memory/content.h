/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * content - what stands in the pages of a region
 *
 * One unlike, incompressible stream of words a page, so that a page that was
 * lost, swapped with another or zeroed shows.
 */
#ifndef NODEHOP_CONTENT_H
#define NODEHOP_CONTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Writes the stream of page `number` over the page. */
void content_write(char *page, size_t page_size, size_t number);

/*
 * The first of `pages` pages from base on, in the memory of process pid (0:
 * this one), that does not hold its stream; `pages` when all do; -1 with a
 * fault where that memory cannot be read.
 */
ssize_t content_first_bad(pid_t pid, const char *base, size_t page_size, size_t pages);

#endif
