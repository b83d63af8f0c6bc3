// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lazy_mprotect - what next touch costs when a program arranges it with mprotect(2)
 *
 * `size` bytes lie on pair.from. Both halves are timed: revoking all access
 * (PROT_NONE), and touching `share` percent of the pages from a CPU of pair.to.
 * Each touch that faults runs a SIGSEGV handler, which restores access to
 * `around` pages and brings them over with move_pages(2). A repetition counts
 * if every block that was touched, and no other, is found on pair.to.
 */
#include "bench.h"
#include "kit/nexttouch.h"

static const char *const orders[] = TOUCH_ORDERS;

static const struct axis axes[] = {
	AXIS_SIZE(struct nexttouch_params, size, "1m", "memory that follows the touching thread"),
	AXIS_COUNT(struct nexttouch_params, around, "1", "base pages brought over per fault"),
	AXIS_PERCENT(struct nexttouch_params, share, "100", "share of the pages that are touched"),
	AXIS_CHOICE(struct nexttouch_params, order, "forward", "touched pages follow each other, or are far apart",
		    orders),
	AXIS_THREADS(struct nexttouch_params, threads, "1", "threads that touch, each its own part"),
	AXIS_PAIR(struct nexttouch_params, pair, "pulled", "node of the memory, node of the touching threads"),
	AXIS_PAGE(struct nexttouch_params, page, "base", "kind of page"),
	{},
};

static const char *const quick[] = { "around=64", NULL };

static const char *const gate[] = {
	"around=1,16,64,512",
	NULL,
};

static const char *const standard[] = {
	"around=1..512:x2",	     "around=1,16 order=spread share=1,10,50,100",
	"page=shared,shmem,mlocked", "size=4m page=thp,64k,hugetlb-2m",
	"around=16 threads=2,4",     NULL,
};

static const struct metric metrics[] = NEXTTOUCH_METRICS;

static enum outcome setup(struct trial *t)
{
	return nexttouch_round_setup(t, NEXTTOUCH_MPROTECT);
}

BENCHMARK(lazy_mprotect) = {
	.name = "lazy_mprotect",
	.about = "next touch by mprotect, SIGSEGV handler and move_pages",
	.revision = 1,
	.axes = axes,
	.sweeps = { [PROFILE_QUICK] = quick, [PROFILE_GATE] = gate, [PROFILE_STANDARD] = standard },
	.metrics = metrics,
	.migrates = true,
	.needs = { .memory_nodes = 2 },
	.helpers = HELPERS_OF_MIGRATION,
	.params_size = sizeof(struct nexttouch_params),
	.state_size = sizeof(struct nexttouch_round),
	.setup = setup,
	.prepare = nexttouch_round_prepare,
	.run = nexttouch_round_run,
	.verify = nexttouch_round_verify,
};
