/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * contamination - did someone else migrate pages while we timed our own?
 *
 * /proc/vmstat is read on both sides of the timed region, and of whatever
 * else stands around it; nothing is added inside. A tracepoint would name each
 * migration's reason, but an enabled one costs each of our own calls; so the
 * cause is taken from the counters that each cause has to itself.
 */
#ifndef NODEHOP_CONTAMINATION_H
#define NODEHOP_CONTAMINATION_H

#include "machine/vmstat.h"

struct contamination {
	struct vmstat before, after;
	bool seen;
};

void contamination_begin(struct contamination *c);
void contamination_end(struct contamination *c);

/* Base pages that the system migrated beside those the benchmark accounts for; NAN where the kernel does not count. */
double contamination_pages(const struct contamination *c, const struct measured *m);

/*
 * Pages that the kernel moved from node to node by itself since this process first called contamination_begin: for their
 * readers (NUMA balancing, promotion) or under pressure (demotion). 0 where it does not count. A page of ours may be among them.
 */
double contamination_between_nodes(const struct contamination *c);

/* "compaction", "numa_misplaced" or "demotion", as the kernel's tracepoint calls them; "" when it cannot be told. */
const char *contamination_cause(const struct contamination *c);

#endif
