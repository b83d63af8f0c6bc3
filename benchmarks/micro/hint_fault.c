// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hint_fault - what one NUMA hint fault costs that moves nothing, a page or a THP
 *
 * The scanner of NUMA balancing has made every page of the region fault on its
 * next access; one touch of each is timed, from a CPU of pair.to. With
 * memory=remote the pages lie on pair.from and the fault moves them; with
 * memory=local they are where they are touched, and it moves nothing. A touch
 * that writes may fault twice: since 6.2 a page that moved is mapped
 * read-only. The scan is not timed (see hint_scan).
 */
#include <sys/resource.h>
#include "bench.h"
#include "kit/hints.h"
#include "kit/touch.h"

enum memory { REMOTE, LOCAL };

enum access { READ, WRITE };

struct params {
	unsigned memory, access;
	size_t size;
	struct pair pair;
	struct page_kind page;
};

static const char *const memories[] = { "remote", "local", NULL };

static const char *const accesses[] = { "read", "write", NULL };

static const struct axis axes[] = {
	AXIS_CHOICE(struct params, memory, "remote,local",
		    "remote: the fault moves the page; local: the page is already in place", memories),
	AXIS_CHOICE(struct params, access, "read", "a touch reads a word, or reads it and writes it back", accesses),
	AXIS_SIZE(struct params, size, "1m", "memory touched once per repetition"),
	AXIS_PAIR(struct params, pair, "pulled", "node of the remote memory, node of the touching thread"),
	AXIS_PAGE(struct params, page, "base", "kind of page"),
	{},
};

static const char *const quick[] = { NULL }; /* waiting for the scanner is expensive in counted mode */
static const char *const gate[] = { "memory=remote size=256k", NULL };
static const char *const standard[] = {
	/* few, for the same reason */
	"memory=remote access=read,write",
	"memory=local size=4m",
	"memory=remote page=64k,shared,mlocked",
	"memory=remote,local page=thp size=2m",
	NULL,
};

/* Scans every 10 ms of CPU time, all of a small process at once: the kernel allows 2560 MB a second. */
static const struct knob_value knobs[] = {
	{ "numa_balancing", "1" },	{ "scan_size_mb", "16" },	{ "scan_delay_ms", "10" },
	{ "scan_period_min_ms", "10" }, { "scan_period_max_ms", "10" }, {},
};

enum { FAULT, FAULTS, COUNTED, MIGRATED };

static const struct metric metrics[] = {
	[FAULT] = { "fault", METRIC_KIND_COST, "lower", "the hint fault of a touched folio, and what comes with it" },
	[FAULTS] = { "faults_a_folio", METRIC_KIND_COUNT, "lower", "faults of the touching thread, per folio" },
	[COUNTED] = HINTS_METRIC_FAULTS,
	[MIGRATED] = HINTS_METRIC_MIGRATED,
	{},
};

struct state {
	struct region mem;
	struct touches touches;
	struct vmstat *before, *after;
	uint64_t wall_ns;
	long faults; /* of the touching thread, for which all pages are there */
};

static long own_faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return usage.ru_minflt;
}

static int home(const struct params *p)
{
	return p->memory == LOCAL ? p->pair.to : p->pair.from;
}

static enum outcome setup(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	enum outcome o = trial_pin(t, p->pair.to);

	s->before = vmstat_new();
	s->after = vmstat_new();
	if (o == OK && p->memory == LOCAL)
		o = hints_be_many(t);
	if (o == OK)
		o = region_map(t, &s->mem, p->size, p->page);
	if (o == OK)
		o = touches_make(t, &s->touches, &s->mem, 100, TOUCH_FORWARD, 1, p->pair.to);
	s->touches.only_read = p->access == READ;
	return o;
}

static enum outcome prepare(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	enum outcome o = region_place(t, &s->mem, home(p));

	if (o == OK)
		o = hints_wait(t, s->mem.pages, 3000);
	if (o == OK && vmstat_read(s->before))
		return broken(t, "vmstat", "%s", fault_text());
	return o;
}

static enum outcome run(struct trial *t)
{
	struct state *s = t->state;
	long faults = own_faults();
	uint64_t start_ns = clock_wall_ns();

	touches_do(&s->touches);
	s->wall_ns = clock_wall_ns() - start_ns;
	s->faults = own_faults() - faults;
	return OK;
}

static enum outcome verify(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	double folios = (double)s->mem.size / p->page.folio_size;

	if (vmstat_read(s->after))
		return broken(t, "vmstat", "%s", fault_text());
	if (s->faults < folios)
		return blocked(t, "not-scanned", "touching %.0f folios after a scan raised only %ld faults", folios,
			       s->faults);
	t->value[FAULT] = (double)s->wall_ns / folios;
	t->value[FAULTS] = s->faults / folios;
	t->value[COUNTED] = vmstat_rise(s->before, s->after, "numa_hint_faults");
	t->value[MIGRATED] = vmstat_rise(s->before, s->after, "numa_pages_migrated");
	if (p->memory == LOCAL)
		return region_check_data(t, &s->mem);
	t->m.pages_asked += s->mem.pages;
	t->m.pages_moved += region_pages_mapped(&s->mem, p->pair.to);
	return region_check_data(t, &s->mem);
}

BENCHMARK(hint_fault) = {
	.name = "hint_fault",
	.about = "one NUMA hint fault that moves nothing, a page or a THP",
	.revision = 1,
	.axes = axes,
	.sweeps = { [PROFILE_QUICK] = quick, [PROFILE_GATE] = gate, [PROFILE_STANDARD] = standard },
	.metrics = metrics,
	.primary = "fault",
	.migrates = true,
	.needs = { .memory_nodes = 2, .privileges = NEEDS_ROOT },
	.knobs = knobs,
	.repetition_ms = 400,
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct state),
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.verify = verify,
};
