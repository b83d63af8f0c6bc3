// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hint_scan - what the NUMA balancing scanner costs the task it runs in
 *
 * The kernel makes pages fault in a task's own time, at a timer tick. A loop
 * that does nothing but read the clock is timed: where two readings are far
 * apart and the kernel made pages fault in between (numa_pte_updates), that
 * gap was a scan. After each scan all pages are touched, outside the measured
 * time, so that the next scan has the same work. A gap also contains the timer
 * tick, some thousand instructions, so scans must be large. The pages are
 * local, and a second thread keeps the kernel from skipping them for that.
 */
#include <math.h>
#include "bench.h"
#include "kit/hints.h"
#include "kit/touch.h"

struct params {
	size_t size, scan_period_min_ms;
	struct pair pair;
	struct page_kind page;
};

static const struct axis axes[] = {
	AXIS_SIZE(struct params, size, "8m", "memory that is scanned"),
	AXIS_COUNT(struct params, scan_period_min_ms, "10", "CPU time between two scans, in ms"),
	AXIS_PAIR_OR_NODE(struct params, pair, "pulled", "memory and task are on the pair's target"),
	AXIS_PAGE(struct params, page, "base", "kind of page"),
	{},
};

static const char *const none[] = { NULL };
static const char *const standard[] = { "page=base,thp", NULL };

static const struct knob_value knobs[] = {
	{ "numa_balancing", "1" },
	{ "scan_size_mb", "16" },
	{ "scan_delay_ms", "10" },
	{ "scan_period_min_ms", .axis = "scan_period_min_ms" },
	{ "scan_period_max_ms", .axis = "scan_period_min_ms" },
	{},
};

enum { SCAN, SHARE, SCANNED, SCANS };

static const struct metric metrics[] = {
	[SCAN] = { "scan", METRIC_KIND_COST, "lower", "cost per base page made to fault, in the least disturbed scan" },
	[SHARE] = { "scan_share", METRIC_KIND_SHARE, "lower",
		    "share of the task's time between touches that scans take" },
	[SCANNED] = HINTS_METRIC_UPDATES,
	[SCANS] = { "scans", METRIC_KIND_COUNT, "neither", "gaps in which the kernel made pages fault" },
	{},
};

#define SCANS_WANTED 4
#define LIMIT_NS     2000000000ull
#define GAP_NS	     2000 /* far above a clock reading, below a scan of some pages */

struct state {
	struct region mem;
	struct touches touches;
	struct vmstat *before, *now;
	uint64_t scan_ns, spun_ns;
	double scanned, least;
	unsigned scans;
};

static enum outcome setup(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	enum outcome o = trial_pin(t, p->pair.to);

	s->before = vmstat_new();
	s->now = vmstat_new();
	if (o == OK)
		o = hints_be_many(t);
	if (o == OK)
		o = region_map(t, &s->mem, p->size, p->page);
	return o != OK ? o : touches_make(t, &s->touches, &s->mem, 100, TOUCH_FORWARD, 1, p->pair.to);
}

static enum outcome prepare(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;

	s->scan_ns = s->spun_ns = s->scanned = s->scans = 0;
	s->least = INFINITY;
	return region_place(t, &s->mem, p->pair.to);
}

/* Spins until a gap; its length. */
static uint64_t spin(struct state *s, uint64_t end_ns)
{
	uint64_t first = clock_wall_ns(), last = first, now = first;

	while (now - last < GAP_NS && now < end_ns) {
		last = now;
		now = clock_wall_ns();
	}
	s->spun_ns += now - first;
	return now - last;
}

/* Since the last reading, which this one replaces. */
static double updates_since(struct state *s)
{
	struct vmstat *last = s->before;
	double rise = vmstat_read(s->now) ? NAN : vmstat_rise(last, s->now, "numa_pte_updates");

	s->before = s->now;
	s->now = last;
	return rise;
}

/* Half of the pages at least: most passes only make some of the process's other pages fault, or of other tasks. */
static bool was_scan(const struct state *s, double updates)
{
	return updates >= s->mem.pages / 2.0;
}

static enum outcome run(struct trial *t)
{
	struct state *s = t->state;
	uint64_t end_ns = clock_wall_ns() + LIMIT_NS;

	touches_do(&s->touches); /* they may have been scanned since they were placed */
	if (vmstat_read(s->before))
		return broken(t, "vmstat", "%s", fault_text());
	while (s->scans < SCANS_WANTED && clock_wall_ns() < end_ns) {
		uint64_t gap_ns = spin(s, end_ns);
		double updates = updates_since(s);

		if (!was_scan(s, updates))
			continue;
		s->scan_ns += gap_ns;
		s->scanned += updates;
		s->least = fmin(s->least, gap_ns / updates);
		s->scans++;
		touches_do(&s->touches);
	}
	return OK;
}

static enum outcome verify(struct trial *t)
{
	struct state *s = t->state;

	if (!s->scans)
		return blocked(t, "not-scanned", "no scan of %zu pages was seen in %.1f s", s->mem.pages,
			       LIMIT_NS / 1e9);
	t->value[SCAN] = s->least;
	t->value[SHARE] = (double)s->scan_ns / s->spun_ns;
	t->value[SCANNED] = s->scanned;
	t->value[SCANS] = s->scans;
	return region_check_data(t, &s->mem);
}

BENCHMARK(hint_scan) = {
	.name = "hint_scan",
	.about = "what the NUMA balancing scanner costs the task it runs in",
	.revision = 1,
	.axes = axes,
	.sweeps = { [PROFILE_QUICK] = none, [PROFILE_GATE] = none, [PROFILE_STANDARD] = standard },
	.metrics = metrics,
	.primary = "scan",
	.needs = {
		.memory_nodes = 2, .privileges = NEEDS_ROOT,
		.not_in = MODE_FAST, .not_in_code = "lab-has-no-time",
		.not_in_why = "it measures a share of time, and fast mode keeps no time; counted mode does",
	},
	.knobs = knobs,
	.repetition_ms = 110,
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct state),
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.verify = verify,
};
