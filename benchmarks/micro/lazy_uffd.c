// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lazy_uffd - what next touch costs when userfaultfd(2) serves the faults
 *
 * Like lazy_mprotect, with `how`: write-protection and move_pages(2) in a
 * thread (wp), missing pages copied by a thread (copy) or in the touching
 * thread's SIGBUS handler (sigbus), minor faults of shared memory (minor). The
 * handler thread runs on the touching thread's CPU. Copies are not migrations:
 * the pages are new ones on pair.to, and the old ones are freed after the
 * timed part.
 */
#include "bench.h"
#include "kit/nexttouch.h"

static const char *const hows[] = { "wp", "copy", "sigbus", "minor", NULL };
static const enum nexttouch_how ways[] = { NEXTTOUCH_WP, NEXTTOUCH_COPY, NEXTTOUCH_SIGBUS, NEXTTOUCH_MINOR };
static const char *const orders[] = TOUCH_ORDERS;

static const struct axis axes[] = {
	AXIS_CHOICE(struct nexttouch_params, how, "wp,copy,sigbus", "how a fault is served", hows),
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

static const char *const quick[] = { "how=sigbus around=64", NULL };

static const char *const gate[] = { "around=1,64", NULL };

static const char *const standard[] = {
	"around=1,4,16,64,512",
	"around=1 order=spread share=10,50",
	"how=wp,minor around=1 page=shared,shmem",
	"how=wp,copy,sigbus size=4m page=thp,hugetlb-2m",
	"how=wp,copy page=mlocked,shmem",
	"around=16 threads=2,4",
	NULL,
};

static const struct metric metrics[] = NEXTTOUCH_METRICS;

static enum outcome setup(struct trial *t)
{
	const struct nexttouch_params *p = t->params;

	return nexttouch_round_setup(t, ways[p->how]);
}

BENCHMARK(lazy_uffd) = {
	.name = "lazy_uffd",
	.about = "next touch by userfaultfd: write-protection, copies, minor faults",
	.revision = 1,
	.axes = axes,
	.sweeps = { [PROFILE_QUICK] = quick, [PROFILE_GATE] = gate, [PROFILE_STANDARD] = standard },
	.metrics = metrics,
	.needs = { .memory_nodes = 2, .calls = CALL_USERFAULTFD },
	.helpers = HELPERS_OF_MIGRATION,
	.params_size = sizeof(struct nexttouch_params),
	.state_size = sizeof(struct nexttouch_round),
	.setup = setup,
	.prepare = nexttouch_round_prepare,
	.run = nexttouch_round_run,
	.verify = nexttouch_round_verify,
};
