// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel's tracers wrote: function_graph, or tracepoints. Shares add up to the whole. */
#include <stdio.h>
#include <stdlib.h>
#include "../fuzz.h"
#include "analysis/events.h"
#include "analysis/graph.h"

static void look(struct breakdown *p)
{
	breakdown_correct(p, 0.1);
	breakdown_split_retries(p, 3, 2);
	breakdown_sort(p);
	free(breakdown_sentence(p));
	breakdown_free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct breakdown graph, events;
	struct event_count counts[EVENTS_MAX];
	FILE *file = size ? fmemopen((void *)data, size, "r") : NULL;

	if (!file)
		return 0;
	graph = events = (struct breakdown){};
	graph_read(file, &graph);
	look(&graph);
	rewind(file);
	events_read(file, &events, counts);
	look(&events);
	fclose(file);
	return 0;
}
