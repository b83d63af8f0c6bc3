// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * null - what the harness itself costs: a timed region with nothing in it
 *
 * An empty call is timed between the same two clock readings that every other
 * benchmark has. The row is in every report: a figure close to it says
 * something about the clock, not about the kernel.
 */
#include "bench.h"

static enum outcome nothing(struct trial *t)
{
	(void)t;
	return OK;
}

static enum outcome run(struct trial *t)
{
	t->m.calls = 1; /* so that the floor is also a cost for each call */
	return OK;
}

BENCHMARK(null) = {
	.name = "null",
	.about = "the harness's own floor: an empty timed region",
	.revision = 1,
	.is_floor = true,
	.primary = "wall",
	.setup = nothing,
	.run = run,
	.verify = nothing,
};
