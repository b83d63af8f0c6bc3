// SPDX-License-Identifier: GPL-2.0-or-later
/* counted - prints which counters could not be read, and which results of counting contradict each other */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "output/counted.h"

struct doubts {
	const struct run *run;
	size_t *samples; /* doubted ones of each metric */
	size_t *point;	 /* the first one's */
};

static int count(const struct run_sample *sample, void *context)
{
	struct doubts *d = context;

	if (!strcmp(sample->status, "counters-doubted") && !d->samples[sample->metric]++)
		d->point[sample->metric] = sample->point;
	return 0;
}

static void print_doubt(const struct doubts *d, size_t metric)
{
	size_t n = d->samples[metric];

	printf("doubted: %s reads 0 in %zu sample%s, which cannot be true or was too short to count: %s%s\n",
	       d->run->metric[metric].name, n, n == 1 ? "" : "s", d->run->point[d->point[metric]].key,
	       n > 1 ? ", ..." : "");
}

static int print_doubts(struct doubts *d)
{
	if (run_samples(d->run, count, d) < 0)
		return -1;
	for (size_t i = 0; i < d->run->metrics; i++)
		if (d->samples[i])
			print_doubt(d, i);
	return 0;
}

int counted_print(const struct run *run)
{
	struct doubts d = { .run = run };
	int result = 0;

	for (size_t i = 0; i < run->metrics; i++)
		if (!strncmp(run->metric[i].meaning, "not counted: ", 13))
			printf("not counted: %s: %s\n", run->metric[i].name, run->metric[i].meaning + 13);
	if (run_find_metric(run, "thread_share") >= 0) { /* this run has counters */
		d.samples = xcalloc(run->metrics + 1, sizeof(*d.samples));
		d.point = xcalloc(run->metrics + 1, sizeof(*d.point));
		result = print_doubts(&d);
	}
	free(d.samples);
	free(d.point);
	return result;
}
