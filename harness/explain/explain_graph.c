// SPDX-License-Identifier: GPL-2.0-or-later
/* explain_graph - explains by the function_graph tracer, with the tracer's own cost taken off */
#include <math.h>
#include <numaif.h>
#include <stdio.h>
#include "analysis/graph.h"
#include "base/clock.h"
#include "base/fault.h"
#include "explain/explain_source.h"
#include "instruments/tracing.h"

static struct tracing tracing;

static int usable(void)
{
	if (tracing_usable())
		return -1;
	return tracing_has("function_graph") ? 0 : fault("this kernel has no function_graph tracer");
}

/* ---- what an entry costs ---- */

#define QUERIED 64
#define ROUNDS	32

/* A call that many functions are entered in, and that never waits. */
static double query_us(void)
{
	static char page[1] = { 1 };
	uint64_t begun_ns = clock_wall_ns();
	int status[QUERIED];
	void *pages[QUERIED];

	for (int i = 0; i < QUERIED; i++)
		pages[i] = page;
	move_pages(0, QUERIED, pages, NULL, status, 0);
	return (clock_wall_ns() - begun_ns) / 1e3;
}

static double least_query_us(void)
{
	double least = query_us();

	for (int i = 1; i < ROUNDS; i++) {
		double us = query_us();

		least = us < least ? us : least;
	}
	return least;
}

static double plain_us; /* before there is a tracer: it costs also while it is off */

static int prepare(void)
{
	plain_us = least_query_us();
	return tracing_graph();
}

/* Each entry is recorded twice: when it begins and when it ends. */
static int open_graph(struct explained *seen)
{
	double traced_us, entries;

	if (tracing_open(&tracing))
		return -1;
	tracing_start(&tracing);
	traced_us = least_query_us();
	tracing_stop(&tracing);
	entries = tracing_recorded() / 2 / ROUNDS;
	if (isnan(entries))
		return -1;
	seen->entry_us = entries && traced_us > plain_us ? (traced_us - plain_us) / entries : 0;
	return tracing_forget();
}

/* ---- looking ---- */

static void begin(void)
{
	tracing_start(&tracing);
}

static int end(void)
{
	tracing_stop(&tracing);
	return 0;
}

static int collect(const struct explained *seen, struct breakdown *p, json_t *record)
{
	FILE *file = tracing_read();
	double seen_us;
	long lines = file ? graph_read(file, p) : -1;

	if (file)
		fclose(file);
	if (lines < 0)
		return -1;
	seen_us = p->total;
	explanation_say(record, "basis",
			"by the function_graph tracer, %ld lines; its own cost is taken off again: %.0f %% of all",
			lines, seen_us ? 100 * breakdown_correct(p, seen->entry_us) / seen_us : 0);
	explain_note_lost(record, tracing_lost());
	if (!p->work[WORK_ZERO])
		explanation_note(record, "no function that zeroes can be traced here: what zeroing there is, is in "
					 "get_page_from_freelist");
	breakdown_split_retries(p, breakdown_calls(p, "try_to_migrate"), seen->m.folios);
	return 0;
}

const struct explain_source explain_graph = {
	.name = "graph",
	.repetitions = 1,
	.usable = usable,
	.prepare = prepare,
	.open = open_graph,
	.begin = begin,
	.end = end,
	.unit_ns = 1e3,
	.collect = collect,
};
