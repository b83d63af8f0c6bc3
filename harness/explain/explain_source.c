// SPDX-License-Identifier: GPL-2.0-or-later
/* explain_source - which of the sources to look by */
#include <math.h>
#include <string.h>
#include "base/fault.h"
#include "explain/explain_source.h"
#include "instruments/sampler.h"

static const struct explain_source *const sources[] = { &explain_samples, &explain_graph, &explain_events,
							&explain_counters };

#define SOURCES (sizeof(sources) / sizeof(*sources))

const struct explain_source *explain_named_source(const char *name)
{
	for (size_t i = 0; i < SOURCES; i++)
		if (!strcmp(sources[i]->name, name))
			return sources[i]->usable() ? NULL : sources[i];
	if (!strcmp(name, "exact"))
		fault("--source exact: is the lab's, which counts from outside: nodehop lab 2s -- explain POINT");
	else
		fault("--source %s: there are samples, graph, tracepoints and counters", name);
	return NULL;
}

/* A timer's samples are worse than a trace, a cycle counter's are better. */
const struct explain_source *explain_best_source(void)
{
	if (sampler_has_cycles() && !explain_samples.usable())
		return &explain_samples;
	if (!explain_graph.usable())
		return &explain_graph;
	for (size_t i = 0; i < SOURCES - 1; i++)
		if (!sources[i]->usable())
			return sources[i];
	return &explain_counters;
}

void explain_note_lost(json_t *record, double events)
{
	if (isnan(events))
		explanation_note(record, "whether events were lost is not known: %s", fault_text());
	else if (events > 0)
		explanation_note(record, "%.0f events did not fit and the beginning is lost; a smaller size would fit",
				 events);
}
