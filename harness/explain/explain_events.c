// SPDX-License-Identifier: GPL-2.0-or-later
/* explain_events - explains by tracepoints: waits and counts, no functions */
#include <stdio.h>
#include "analysis/events.h"
#include "explain/explain_source.h"
#include "instruments/tracing.h"

static struct tracing tracing;

static int prepare(void)
{
	return tracing_events(events_wanted);
}

static int open_tracing(struct explained *seen)
{
	(void)seen;
	return tracing_open(&tracing);
}

static void begin(void)
{
	tracing_start(&tracing);
}

static int end(void)
{
	tracing_stop(&tracing);
	return 0;
}

static void add_counts(json_t *record, const struct event_count *counts, const struct explained *seen)
{
	for (size_t i = 0; events_wanted[i]; i++)
		if (counts[i].count && seen->m.folios)
			explanation_count(record, "tracepoint", counts[i].name, counts[i].count, seen->m.folios);
}

static int collect(const struct explained *seen, struct breakdown *p, json_t *record)
{
	struct event_count counts[EVENTS_MAX];
	FILE *file = tracing_read();
	long lines = file ? events_read(file, p, counts) : -1;
	double on_cpu_us = seen->wall_ns / 1e3 - p->total;

	if (file)
		fclose(file);
	if (lines < 0)
		return -1;
	explanation_say(record, "basis", "by tracepoints, %ld lines; what is done on the CPU they do not split", lines);
	explain_note_lost(record, tracing_lost());
	add_counts(record, counts, seen);
	breakdown_add_work(p, "(on the CPU)", WORK_UNSPLIT, on_cpu_us > 0 ? on_cpu_us : 0);
	return 0;
}

const struct explain_source explain_events = {
	.name = "tracepoints",
	.repetitions = 1,
	.usable = tracing_usable,
	.prepare = prepare,
	.open = open_tracing,
	.begin = begin,
	.end = end,
	.unit_ns = 1e3,
	.collect = collect,
};
