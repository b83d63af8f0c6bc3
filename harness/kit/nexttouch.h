/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nexttouch - memory that moves to the node of its toucher, arranged in user space
 *
 * arm makes every access to a region fault; the first touch of a block (the
 * pages handled a fault, "around") brings that block to the target; end makes
 * the region plain memory again. Five ways:
 *
 *   mprotect  PROT_NONE; the toucher's SIGSEGV handler allows access, then move_pages(2)
 *   wp        userfaultfd write-protection; a thread calls move_pages(2), then allows writing.
 *             Only writes are seen.
 *   copy      the pages are first put aside by mremap(2); a thread answers the missing page with UFFDIO_COPY.
 *             New pages on the target, no migration: the old ones stay until end.
 *   sigbus    the same copy, made by the toucher itself in its SIGBUS handler
 *   minor     shared memory: page tables are emptied; a thread maps the block (UFFDIO_CONTINUE), then move_pages(2)
 */
#ifndef NODEHOP_NEXTTOUCH_H
#define NODEHOP_NEXTTOUCH_H

#include "bench.h"
#include "kit/touch.h"

enum nexttouch_how {
	NEXTTOUCH_MPROTECT,
	NEXTTOUCH_WP,
	NEXTTOUCH_COPY,
	NEXTTOUCH_SIGBUS,
	NEXTTOUCH_MINOR,
};

/* Metrics of benchmarks that arm and touch; a metric's name has one meaning in all benchmarks. */
/* clang-format off */
#define NEXTTOUCH_METRIC_ARM \
	{ "arm", METRIC_KIND_COST, "lower", "making every access fault, per page of the region" }
#define NEXTTOUCH_METRIC_TOUCH \
	{ "touch", METRIC_KIND_COST, "lower", "the touches, per page brought over" }
#define NEXTTOUCH_METRIC_FAULTS \
	{ "faults_served", METRIC_KIND_COUNT, "neither", "faults served by the program's own handler" }
/* clang-format on */

struct nexttouch_way;

struct nexttouch {
	struct region *region;
	struct pair pair; /* from where to where */
	size_t block;	  /* bytes brought over a fault */
	size_t faults;	  /* served since arm */
	size_t calls;	  /* system calls for that, arm's not included */

	/* its own */
	const struct nexttouch_way *way;
	struct move_list list; /* one address a folio, with the status that the kernel gave */
	size_t unmoved;	       /* folios that move_pages only counted as left, without a status */
	const char *failed;    /* the first call that failed in a handler, or NULL */
	int error;	       /* its errno */
	int uffd;
	char *aside;		/* where pages wait that are copied, not moved; NULL while not armed */
	struct nexttouch *next; /* of all that are open, for the signal handlers */
};

/*
 * In setup, after region_map: installs handlers, opens the userfaultfd, starts
 * the handler thread where the caller runs. `around` is in base pages, rounded
 * up to the region's folios. SKIPPED or BLOCKED where the kernel or the kind
 * of page does not allow it.
 */
enum outcome nexttouch_open(struct trial *t, struct nexttouch *n, enum nexttouch_how how, struct region *region,
			    size_t around, struct pair pair);

/* In prepare, after region_place: what need not be timed. */
void nexttouch_reset(struct nexttouch *n);

/* In run. Every page of the region must be there. BLOCKED when the kernel refuses. */
enum outcome nexttouch_arm(struct trial *t, struct nexttouch *n);

/*
 * In verify: makes the region plain memory that is all there, counts pages,
 * and proves each page where it belongs: blocks that were touched on pair.to
 * (or reported left by the kernel), all others on pair.from, data and folios
 * intact. BLOCKED with the call that failed in a handler.
 */
enum outcome nexttouch_verify(struct trial *t, struct nexttouch *n, const struct touches *touches);

/*
 * Benchmarks whose repetition is to arm once and to touch (lazy_mprotect,
 * lazy_uffd): params and state are these, setup calls nexttouch_round_setup,
 * and prepare, run and verify are the functions below. Both halves are timed.
 */
struct nexttouch_params {
	unsigned how; /* as the benchmark numbers its ways */
	size_t size, around, threads;
	unsigned share, order;
	struct pair pair;
	struct page_kind page;
};

struct nexttouch_round {
	struct region mem;
	struct touches touches;
	struct nexttouch next;
	uint64_t start_ns, armed_ns, end_ns;
};

/* clang-format off */
#define NEXTTOUCH_METRICS { NEXTTOUCH_METRIC_ARM, NEXTTOUCH_METRIC_TOUCH, NEXTTOUCH_METRIC_FAULTS, {} }
/* clang-format on */

enum outcome nexttouch_round_setup(struct trial *t, enum nexttouch_how how);
enum outcome nexttouch_round_prepare(struct trial *t);
enum outcome nexttouch_round_run(struct trial *t);
enum outcome nexttouch_round_verify(struct trial *t);

#endif
