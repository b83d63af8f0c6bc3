// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Needs that a confined process lacks, on a machine with one node too (tests/host/confined).
 */
#include "bench.h"

static enum outcome nothing(struct trial *t)
{
	(void)t;
	return OK;
}

BENCHMARK(two_cpus) = {
	.name = "test_two_cpus",
	.about = "needs a second CPU",
	.revision = 1,
	.primary = "wall",
	.needs = { .cpus = 2 },
	.setup = nothing,
	.run = nothing,
	.verify = nothing,
};

struct params {
	size_t size;
};

static const struct axis axes[] = { AXIS_SIZE(struct params, size, "64m", "memory that it says it moves"), {} };

BENCHMARK(large) = {
	.name = "test_large",
	.about = "needs memory",
	.revision = 1,
	.primary = "wall",
	.axes = axes,
	.params_size = sizeof(struct params),
	.setup = nothing,
	.run = nothing,
	.verify = nothing,
};
