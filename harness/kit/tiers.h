/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tiers - what benchmarks of memory tiers share
 */
#ifndef NODEHOP_TIERS_H
#define NODEHOP_TIERS_H

#include "bench.h"

/* Metrics from /proc/vmstat; a metric's name has one meaning in all benchmarks. */
/* clang-format off */
#define TIERS_METRIC_PROMOTED \
	{ "promoted", METRIC_KIND_COUNT, "neither", "base pages promoted on the whole machine during the repetition (pgpromote_success)" }
#define TIERS_METRIC_CANDIDATES \
	{ "promote_candidates", METRIC_KIND_COUNT, "neither", "base pages found hot enough to be promoted (pgpromote_candidate)" }
#define TIERS_METRIC_DEMOTED \
	{ "demoted", METRIC_KIND_COUNT, "neither", "base pages demoted on the whole machine during the repetition, for any reason" }
#define TIERS_METRIC_FAILED \
	{ "migrate_failed", METRIC_KIND_COUNT, "lower", "base pages whose migration failed (pgmigrate_fail)" }
/* clang-format on */

/* Is pair.from (pair.to, with `down`) in a slower tier than the other? SKIPPED "no-lower-tier" when not. */
enum outcome tiers_check(struct trial *t, struct pair pair, bool down);

/* Sum of all counters of demoted pages between two readings; NAN where this kernel has none. */
double tiers_demoted(const struct vmstat *before, const struct vmstat *after);

/*
 * Makes kswapd work on the fast node again, should it have given up there: it
 * does after 16 runs that reclaimed nothing, until somebody does. Presses a few
 * pages of the calling process down, best one of its own (trial_fork); needs
 * the settings memory_controller, cgroup and demotion.
 */
enum outcome tiers_wake_kswapd(struct trial *t, int node);

/*
 * Free memory below which the kernel wakes up reclaim or refuses promotion on the node, in bytes (/proc/zoneinfo below
 * root, "": this system).
 */
size_t tiers_watermark_bytes(const char *root, int node, size_t page_size);

#endif
