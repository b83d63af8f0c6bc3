// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * contamination - pages that others migrated during a repetition, by the kernel's own counters
 */
#include <math.h>
#include "instruments/contamination.h"

/* Of this trial's first repetition: pages that wait for the next one may be moved before it begins. */
static struct vmstat first;

void contamination_begin(struct contamination *c)
{
	c->seen = !vmstat_read(&c->before);
	if (c->seen && !*first.text)
		first = c->before;
}

void contamination_end(struct contamination *c)
{
	c->seen = c->seen && !vmstat_read(&c->after);
}

double contamination_pages(const struct contamination *c, const struct measured *m)
{
	double migrated = c->seen ? vmstat_rise(&c->before, &c->after, "pgmigrate_success") : NAN;

	return isnan(migrated) ? NAN : fmax(0, migrated - m->pages_moved - m->pages_beside);
}

double contamination_between_nodes(const struct contamination *c)
{
	/* balancing counts what it promotes, too */
	static const char *const movers[] = { "numa_pages_migrated", VMSTAT_DEMOTED };
	struct vmstat now;
	double sum = 0;

	if (!c->seen || vmstat_read(&now))
		return 0;
	for (size_t i = 0; i < sizeof(movers) / sizeof(*movers); i++) {
		double pages = vmstat_rise(&first, &now, movers[i]);

		if (pages > 0)
			sum += pages;
	}
	return sum;
}

const char *contamination_cause(const struct contamination *c)
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
