// SPDX-License-Identifier: GPL-2.0-or-later
/* A run folder: metrics.csv, points.csv, samples.csv and env.json, parted by lines "====". What can be read can be summed up. */
#include <stdlib.h>
#include <string.h>
#include "../fuzz.h"
#include "record/run.h"

static int count(const struct run_sample *sample, void *context)
{
	const struct run *run = context;

	fuzz_hold(sample->point < run->points && sample->metric < run->metrics);
	fuzz_hold(sample->rep >= 0 && sample->session >= 0 && sample->order >= 0);
	return 0;
}

static void look(const struct run *run)
{
	for (size_t i = 0; i < run->points; i++) {
		fuzz_hold(run_find_point(run, run->point[i].key) == (long)i);
		run_primary_metric(run, i);
		run_point_within_cache(&run->point[i]);
	}
	run_samples(run, count, (void *)run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const name[] = { "run.part/metrics.csv", "run.part/points.csv", "run.part/samples.csv",
					    "run.part/env.json" };
	char dir[300];
	struct run *run;
	size_t length;

	for (size_t i = 0; i < 4; i++) {
		char *part = fuzz_part(&data, &size, &length);

		fuzz_write(name[i], part, part ? length : 0);
		free(part);
	}
	snprintf(dir, sizeof(dir), "%s/run", fuzz_folder());
	run = run_load_part(dir);
	if (!run)
		return 0;
	look(run);
	run_free(run);
	return 0;
}
