/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * holders - other processes that map a region, and only sleep
 *
 * The kernel treats a page by how many processes map it and by whose it is.
 * Holders are forked from a region that has been filled, touch every page of
 * it, and die with the process that started them.
 */
#ifndef NODEHOP_HOLDERS_H
#define NODEHOP_HOLDERS_H

#include "bench.h"

/*
 * Starts the region's holders, and returns when each has mapped every page.
 * With r->elsewhere this process gives up its own mapping and r->pid becomes
 * the first holder. OK; BLOCKED "mlock"; BROKEN where they cannot be started.
 */
enum outcome holders_start(struct trial *t, struct region *r);

/* BROKEN "process-gone" when one of them has ended (by the OOM killer, say), with how it ended. */
enum outcome holders_check(struct trial *t, const struct region *r);

/*
 * For what went wrong in this process: BROKEN "process-gone" when a child of
 * it has ended and was not waited for; else as it was.
 */
enum outcome holders_blame(struct trial *t, enum outcome o);

/* Ends them and waits for that; the region is this process's again, without mapping. */
void holders_end(struct region *r);

#endif
