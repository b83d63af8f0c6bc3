// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The settings that balancing and tiers are measured under: one that holds a setting while it is killed
 * (tests/host/balancing-knobs, tests/long/balancing-kill), one that tells what they all are (tests/lab/balancing).
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "bench.h"

static enum outcome nothing(struct trial *t)
{
	(void)t;
	return OK;
}

#define KNOBS 11

static const char *const names[] = {
	"numa_balancing",
	"scan_delay_ms",
	"scan_period_min_ms",
	"scan_period_max_ms",
	"scan_size_mb",
	"hot_threshold_ms",
	"promote_rate_limit",
	"demotion",
	"memory_controller",
	"cgroup",
	"thp",
	NULL,
};

/* ---- holds one of them at another value, for half a minute ---- */

struct params {
	unsigned knob;
};

static const struct axis axes[] = { AXIS_CHOICE(struct params, knob, "numa_balancing", "which one", names), {} };

/* clang-format off */
#define ONLY(i, name, value) { name, .axis = "knob", .values = (const char *const[KNOBS]){ [i] = value } }
/* clang-format on */

static const struct knob_value held[] = {
	ONLY(0, "numa_balancing", "2"),	     ONLY(1, "scan_delay_ms", "7"), ONLY(2, "scan_period_min_ms", "7"),
	ONLY(3, "scan_period_max_ms", "77"), ONLY(4, "scan_size_mb", "7"),  ONLY(5, "hot_threshold_ms", "7"),
	ONLY(6, "promote_rate_limit", "7"),  ONLY(7, "demotion", "true"),   ONLY(8, "memory_controller", "on"),
	ONLY(9, "cgroup", "present"),	     ONLY(10, "thp", "never"),	    {},
};

static enum outcome hold(struct trial *t)
{
	(void)t;
	sleep(30);
	return OK;
}

BENCHMARK(knob_holder) = {
	.name = "test_knob_holder",
	.about = "holds a setting",
	.revision = 1,
	.primary = "wall",
	.axes = axes,
	.knobs = held,
	.params_size = sizeof(struct params),
	.setup = nothing,
	.run = hold,
	.verify = nothing,
};

/* ---- tells what they are; a word by its last letter ---- */

/* clang-format off */
#define TELL(name) { "knob_" name, METRIC_KIND_EXACT, "neither", "a setting" }
/* clang-format on */

static const struct metric metrics[] = {
	TELL("numa_balancing"),
	TELL("scan_delay_ms"),
	TELL("scan_period_min_ms"),
	TELL("scan_period_max_ms"),
	TELL("scan_size_mb"),
	TELL("hot_threshold_ms"),
	TELL("promote_rate_limit"),
	TELL("demotion"),
	TELL("memory_controller"),
	TELL("cgroup"),
	TELL("thp"),
	{},
};

static enum outcome tell(struct trial *t)
{
	t->m.calls = 1;
	for (int i = 0; i < KNOBS; i++) {
		char value[64];

		if (!trial_knob(names[i], value, sizeof(value)))
			t->value[i] = strspn(value, "0123456789") ? atof(value) : value[strlen(value) - 1];
	}
	return OK;
}

struct turn {
	size_t turn;
};

static const struct axis turns[] = { AXIS_COUNT(struct turn, turn, "1..16:+1", "so that it comes up again and again"),
				     {} };

BENCHMARK(knob_witness) = {
	.name = "test_knob_witness",
	.about = "tells what settings are",
	.revision = 1,
	.primary = "wall",
	.axes = turns,
	.metrics = metrics,
	.no_train = true,
	.params_size = sizeof(struct turn),
	.setup = nothing,
	.run = tell,
	.verify = nothing,
};
