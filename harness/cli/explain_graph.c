// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include "analysis/graph.h"
#include "base/fault.h"
#include "cli/explain_source.h"
#include "machine/tracing.h"

static int usable(void)
{
	if (tracing_usable())
		return -1;
	return tracing_has("function_graph") ? 0 : fault("this kernel has no function_graph tracer");
}

static void begin(void)
{
	tracing_start();
}

static int end(void)
{
	tracing_stop();
	return 0;
}

static int collect(const struct explained *seen, struct breakdown *p)
{
	FILE *file = tracing_read();
	long lines = file ? graph_read(file, p) : -1;
	double slower = seen->plain_ns ? 1e3 * p->total / seen->plain_ns : NAN;

	if (file)
		fclose(file);
	if (lines < 0)
		return -1;
	printf("by the function_graph tracer, %ld lines; with it all took %.1f times as long, which is taken off "
	       "again\n",
	       lines, slower);
	breakdown_correct(p, seen->plain_ns / 1e3);
	if (tracing_lost())
		printf("%" PRIu64 " events did not fit and the beginning is lost; a smaller size would fit\n",
		       tracing_lost());
	breakdown_split_retries(p, breakdown_calls(p, "try_to_migrate"), seen->m.folios);
	return 0;
}

const struct explain_source explain_graph = {
	.name = "graph",
	.repetitions = 2,
	.plain_first = true,
	.usable = usable,
	.prepare = tracing_graph,
	.open = tracing_open,
	.begin = begin,
	.end = end,
	.collect = collect,
};
