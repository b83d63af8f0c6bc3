/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * follow - threads touch memory, and it is watched where its pages go
 *
 * A set is a region with the threads that touch all of it, round after round,
 * each on the CPUs of its node. A page is local to a thread that runs on the
 * page's node; the local share is the mean over sets, threads and pages. The
 * kernel is asked for it (numa_maps), it is not guessed from fault counts.
 */
#ifndef NODEHOP_FOLLOW_H
#define NODEHOP_FOLLOW_H

#include "bench.h"

#define FOLLOW_SETS_MAX	   8
#define FOLLOW_THREADS_MAX 8 /* of one set */

struct follow_set {
	struct region mem;
	int node[FOLLOW_THREADS_MAX];
	size_t threads;
	size_t touched; /* only so many pages of it, from the first on; 0: all */
};

enum follow_mark { FOLLOW_50, FOLLOW_90, FOLLOW_99, FOLLOW_MARKS };

struct follow {
	struct follow_set set[FOLLOW_SETS_MAX];
	size_t sets;
	unsigned every_ms, limit_ms; /* between two looks; of the whole */
	size_t least_looks;	     /* it goes on until there were so many: a curve needs points */
	/* Called at each look with the counters as they are now, for more curves; may be NULL. */
	void (*look)(struct trial *t, struct follow *f, const struct vmstat *now, double ms);
	struct vmstat *start; /* as follow_run began */

	size_t looks;
	double share;						   /* local, at the last look */
	double elapsed_ns, rounds;				   /* rounds of the slowest thread */
	double until_ns[FOLLOW_MARKS], until_rounds[FOLLOW_MARKS]; /* since the start; NAN when not reached */
};

/* The curves that follow_run adds to, which must be a benchmark's first two. */
#define FOLLOW_SERIES "local_share_over_ms", "local_share_over_rounds"

/* Metrics of benchmarks that follow. */
/* clang-format off */
#define FOLLOW_METRIC_50 \
	{ "until_50", METRIC_KIND_COST, "lower", "from the start until half of the pages were local" }
#define FOLLOW_METRIC_90 \
	{ "until_90", METRIC_KIND_COST, "lower", "from the start until 90 % of the pages were local; absent if that was not reached" }
#define FOLLOW_METRIC_99 \
	{ "until_99", METRIC_KIND_COST, "lower", "from the start until 99 % of the pages were local; absent if that was not reached" }
#define FOLLOW_METRIC_ROUNDS \
	{ "rounds_90", METRIC_KIND_COUNT, "lower", "rounds of the slowest thread until 90 % were local" }
#define FOLLOW_METRIC_SHARE \
	{ "local_share", METRIC_KIND_SHARE, "higher", "share of the pages local to their threads at the end" }
#define FOLLOW_METRIC_CONVERGED \
	{ "converged", METRIC_KIND_COUNT, "higher", "1: 99 % of the pages became local; 0: the time limit came first" }
#define FOLLOW_METRIC_LOOKS \
	{ "looks", METRIC_KIND_COUNT, "neither", "how often the pages' nodes were queried" }
/* clang-format on */

/*
 * Maps a set of `size` bytes and puts it on `home`, or page by page in turn on
 * all nodes with memory for FOLLOW_EVERYWHERE; the threads are added by the caller.
 */
enum outcome follow_add(struct trial *t, struct follow *f, size_t size, struct page_kind page, int home);

#define FOLLOW_EVERYWHERE (-1)

typedef enum outcome follow_add_sets(struct trial *t, struct follow *f);
typedef void follow_report(struct trial *t, const struct follow *f, const struct vmstat *before,
			   const struct vmstat *after);

/*
 * Adds the sets, lets all threads touch until 99 % of the pages are local or
 * the limit is over, stops them, hands the counters from the start and now to
 * `report`, and checks the data. Best in a process of its own (trial_fork).
 * All that the kernel migrates meanwhile counts as the benchmark's own doing.
 */
enum outcome follow_run(struct trial *t, struct follow *f, follow_add_sets *add_sets, follow_report *report);

/* Now, without threads. */
double follow_share(const struct follow *f);

#endif
