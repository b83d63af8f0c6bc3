/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nexttouch_way - what one way of next touch does; for nexttouch.c and nexttouch_uffd.c only
 */
#ifndef NODEHOP_NEXTTOUCH_WAY_H
#define NODEHOP_NEXTTOUCH_WAY_H

#include "kit/nexttouch.h"

struct nexttouch_way {
	int signal; /* by which a fault reaches the toucher; 0: it waits for a thread */
	enum outcome (*open)(struct trial *t, struct nexttouch *n);
	/* Makes every access fault. NULL, or the call that failed, with errno. */
	const char *(*arm)(struct nexttouch *n);
	/* Brings [offset, offset + size) over and lets the toucher go on. The same. */
	const char *(*serve)(struct nexttouch *n, size_t offset, size_t size);
	/* Lets all accesses through, so that nobody waits or faults for ever. The same. */
	const char *(*disarm)(struct nexttouch *n);
	/* Instead of disarm in the end, where pages wait aside: brings the rest over. The same. */
	const char *(*complete)(struct nexttouch *n);
};

extern const struct nexttouch_way nexttouch_wp, nexttouch_copy, nexttouch_sigbus, nexttouch_minor;

/* The fault's block, as the handler of that way serves it; failures are kept in n. */
void nexttouch_fault(struct nexttouch *n, const char *address);

/* Moves the folios of that part to the target. NULL, or the call that failed, with errno. */
const char *nexttouch_move(struct nexttouch *n, size_t offset, size_t size);

#endif
