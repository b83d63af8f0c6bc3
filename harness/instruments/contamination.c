// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * contamination - did someone else migrate pages while we timed our own?
 *
 * /proc/vmstat is read on both sides of the timed region, and of whatever
 * else stands around it; nothing is added inside. A tracepoint would name each
 * migration's reason, but an enabled one costs each of our own calls; so the
 * cause is taken from the counters that each cause has to itself.
 */
#include <math.h>
#include <string.h>
#include "instruments/instruments.h"
#include "machine/vmstat.h"

#define CONTAMINATED_SHARE 0.01 /* of its own pages, that others migrated meanwhile */

struct contamination {
	struct vmstat before, after;
	struct vmstat first; /* of this trial: pages that wait for the next repetition may be moved before it begins */
	bool seen;
};

static int begin_contamination(void *state)
{
	struct contamination *c = state;

	c->seen = !vmstat_read(&c->before);
	if (c->seen && !*c->first.text)
		c->first = c->before;
	return 0;
}

static int end_contamination(void *state)
{
	struct contamination *c = state;

	c->seen = c->seen && !vmstat_read(&c->after);
	return 0;
}

/* Base pages that the system migrated beside those the benchmark accounts for; NAN where the kernel does not count. */
static double pages_of_others(const struct contamination *c, const struct measured *m)
{
	double migrated = c->seen ? vmstat_rise(&c->before, &c->after, "pgmigrate_success") : NAN;

	return isnan(migrated) ? NAN : fmax(0, migrated - m->pages_moved - m->pages_beside);
}

/*
 * Pages that the kernel moved from node to node by itself since the first repetition: for their readers (NUMA balancing,
 * promotion) or under pressure (demotion). 0 where it does not count. A page of ours may be among them.
 */
static double moved_between_nodes(void *state)
{
	struct contamination *c = state;
	/* balancing counts what it promotes, too */
	static const char *const movers[] = { "numa_pages_migrated", VMSTAT_DEMOTED };
	struct vmstat now;
	double sum = 0;

	if (!c->seen || vmstat_read(&now))
		return 0;
	for (size_t i = 0; i < sizeof(movers) / sizeof(*movers); i++) {
		double pages = vmstat_rise(&c->first, &now, movers[i]);

		if (pages > 0)
			sum += pages;
	}
	return sum;
}

/* As the kernel's tracepoint calls them; "" when it is not known. */
static const char *cause_of(const struct contamination *c)
{
	static const struct {
		const char *name, *counters[8]; /* what it has to itself, ends with NULL */
	} causes[] = {
		{ "numa_misplaced", { "numa_pages_migrated", "pgpromote_success" } },
		{ "demotion", { VMSTAT_DEMOTED } },
		{ "compaction", { "compact_isolated" } },
	};
	const char *name = "";
	double most = 0;

	for (size_t i = 0; c->seen && i < sizeof(causes) / sizeof(*causes); i++)
		for (const char *const *counter = causes[i].counters; *counter; counter++) {
			double pages = vmstat_rise(&c->before, &c->after, *counter);

			if (pages > most) {
				most = pages;
				name = causes[i].name;
			}
		}
	return name;
}

static void record_pages(void *state, const struct measured *m, struct repetition *r, double *seen)
{
	const struct contamination *c = state;

	double others = pages_of_others(c, m);

	/* fmax of NAN and 0 is 0, which would say that nobody migrated anything */
	*seen = (r->misplaced_pages > 0 ? fmax(others, r->misplaced_pages) : others) / r->standard[M_TRAIN];
	r->contamination_cause = *seen > 0 ? cause_of(c) : "";
}

static const char *contaminated_by(const char *cause)
{
	static const char *const causes[] = { "compaction", "numa_misplaced", "demotion" };
	static const char *const words[] = { "contaminated:compaction", "contaminated:numa_misplaced",
					     "contaminated:demotion" };

	for (size_t i = 0; cause && i < sizeof(causes) / sizeof(*causes); i++)
		if (!strcmp(cause, causes[i]))
			return words[i];
	return "contaminated";
}

static const char *mark_contaminated(const struct subject *subject, const struct repetition *r, const double *migrated)
{
	double own = fmax(r->standard[M_PAGES_ASKED], r->standard[M_PAGES_MOVED]);

	(void)subject;
	if (r->misplaced_pages > 0 || (own > 0 && *migrated > CONTAMINATED_SHARE * own))
		return contaminated_by(r->contamination_cause);
	return NULL;
}

static const struct instrument_metric metrics[] = {
	{ "others_migrated", METRIC_KIND_COUNT, "pages", "lower",
	  "base pages migrated around the timed region beyond the benchmark's own, of one run" },
};

const struct instrument contamination_instrument = {
	.name = "contamination",
	.repetitions = REPETITION_TIMED,
	.modes = MODE_ANY,
	.state_size = sizeof(struct contamination),
	.metrics = metrics,
	.metric_count = 1,
	.begin = begin_contamination,
	.end = end_contamination,
	.record = record_pages,
	.moved_between_nodes = moved_between_nodes,
	.mark = mark_contaminated,
};
