// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tiers - whether a pair of nodes is two tiers, and what makes the kernel move pages between them
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>
#include "base/sysfile.h"
#include "kit/tiers.h"
#include "machine/vmstat.h"

enum outcome tiers_check(struct trial *t, struct pair pair, bool down)
{
	int fast = down ? pair.from : pair.to, slow = down ? pair.to : pair.from;

	if (trial_tier(t, fast) < 0)
		return skipped(t, "no-lower-tier", "this kernel does not report memory tiers");
	if (trial_tier(t, slow) <= trial_tier(t, fast))
		return skipped(t, "no-lower-tier", "node %d is in tier %d and node %d in tier %d, which is not lower",
			       slow, trial_tier(t, slow), fast, trial_tier(t, fast));
	return OK;
}

double tiers_demoted(const struct vmstat *before, const struct vmstat *after)
{
	static const char *const names[] = { VMSTAT_DEMOTED };
	double sum = NAN;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		double rise = vmstat_rise(before, after, names[i]);

		if (!isnan(rise))
			sum = isnan(sum) ? rise : sum + rise;
	}
	return sum;
}

#define WAKE_BYTES (4 << 20)

enum outcome tiers_wake_kswapd(struct trial *t, int node)
{
	struct region mem;
	enum outcome o = cgroup_join(t);
	int reclaim;

	if (o == OK)
		o = region_map(t, &mem, WAKE_BYTES, kind_base(t));
	if (o == OK)
		o = region_place(t, &mem, node);
	if (o == OK)
		o = cgroup_open(t, "memory.reclaim", &reclaim);
	if (o != OK)
		return o;
	if (dprintf(reclaim, "%d", WAKE_BYTES / 2) < 0)
		o = call_failed(t, "memory.reclaim", errno);
	close(reclaim);
	return o;
}

size_t tiers_watermark_bytes(const char *root, int node, size_t page_size)
{
	FILE *file = sysfile_open(root, "/proc/zoneinfo");
	size_t sum = 0, zone = 0, value;
	int in = -1;
	char line[256];

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "Node %d,", &in) == 1) {
			sum += zone;
			zone = 0;
		} else if (in == node &&
			   (sscanf(line, " high %zu", &value) == 1 || sscanf(line, " promo %zu", &value) == 1)) {
			zone = value; /* "promo" comes after "high" and is above it */
		}
	}
	if (file)
		fclose(file);
	return (sum + zone) * page_size;
}
