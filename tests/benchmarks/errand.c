// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A benchmark that works in a process of its own, under a setting that follows an axis, and draws a curve
 * (tests/host/errand).
 */
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#include "bench.h"

enum end { RETURNS, REFUSES, CRASHES, LEAVES, FLOODS };

struct params {
	size_t interval;
	unsigned pace, end;
};

static const char *const paces[] = { "slow", "fast", "as-is", NULL };
static const char *const ends[] = { "returns", "refuses", "crashes", "leaves", "floods", NULL };

static const struct axis axes[] = {
	AXIS_COUNT(struct params, interval, "7", "seconds of vm.stat_interval"),
	AXIS_CHOICE(struct params, pace, "slow", "vm.dirtytime_expire_seconds by a word", paces),
	AXIS_CHOICE(struct params, end, "returns", "how the process ends", ends),
	{},
};

static const char *const expire[] = { "40000", "30000", NULL };
static const struct knob_value knobs[] = {
	{ "/proc/sys/vm/stat_interval", .axis = "interval" },
	{ "/proc/sys/vm/dirtytime_expire_seconds", .axis = "pace", .values = expire },
	{},
};

static const struct metric metrics[] = {
	{ "knob", METRIC_KIND_EXACT, "neither", "the setting as the process reads it" },
	{ "expire", METRIC_KIND_COUNT, "neither", "the other setting" },
	{ "faults", METRIC_KIND_COUNT, "neither", "page faults of the machine" },
	{ "absent", METRIC_KIND_COUNT, "neither", "a counter that no kernel has" },
	{},
};

static const char *const series[] = { "square_over_count", "line_over_count", NULL };

static double knob(const char *path)
{
	char text[32];

	return trial_knob(path, text, sizeof(text)) ? NAN : atof(text);
}

static void end_early(enum end end)
{
	if (end == CRASHES)
		raise(SIGBUS);
	if (end == LEAVES)
		_exit(3);
}

static enum outcome work(struct trial *t)
{
	const struct params *p = t->params;
	struct vmstat *before = vmstat_new(), *after = vmstat_new();

	end_early(p->end);
	if (vmstat_read(before) || vmstat_read(after))
		return broken(t, "vmstat", "cannot be read");
	t->value[0] = knob("/proc/sys/vm/stat_interval");
	t->value[1] = knob("/proc/sys/vm/dirtytime_expire_seconds");
	t->value[2] = vmstat_rise(before, after, "pgfault");
	t->value[3] = vmstat_rise(before, after, "pgfau");
	t->m.calls = 1;
	for (int i = 0; i < (p->end == FLOODS ? 1000 : 3); i++) {
		trial_series(t, 0, i, i * i);
		trial_series(t, 1, i, i);
	}
	return p->end == REFUSES ? blocked(t, "errand", "the process says so") : OK;
}

static enum outcome run(struct trial *t)
{
	return trial_fork(t, work);
}

static enum outcome nothing(struct trial *t)
{
	(void)t;
	return OK;
}

BENCHMARK(errand) = {
	.name = "test_errand",
	.about = "works in a process of its own",
	.revision = 1,
	.primary = "wall",
	.axes = axes,
	.knobs = knobs,
	.metrics = metrics,
	.series = series,
	.needs = { .privileges = NEEDS_ROOT },
	.repetitions = 3,
	.waits = true,
	.params_size = sizeof(struct params),
	.setup = nothing,
	.run = run,
	.verify = nothing,
};
