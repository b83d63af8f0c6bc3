// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hints - waits for the scanner of NUMA balancing, and counts its passes
 */
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/fault.h"
#include "kit/hints.h"
#include "machine/vmstat.h"

#define LOOK_EVERY_NS 500000 /* reading /proc/vmstat takes a good part of this in an emulator */

/*
 * A pass that had begun before the call may have gone past the region, and
 * make enough other pages fault: the next one is whole. Since 6.8 a region
 * that the process did not touch lately is left out of as many passes as it
 * has threads.
 */
#define PASSES_WHOLE  2
#define PASSES_ENOUGH 4

static void burn(uint64_t ns)
{
	uint64_t end_ns = clock_wall_ns() + ns;

	while (clock_wall_ns() < end_ns)
		;
}

struct scan {
	struct vmstat before, now;
	double passes_before;
};

static bool is_done(struct scan *s, size_t pages, double *updates)
{
	double passes = hints_passes() - s->passes_before;

	*updates = vmstat_read(&s->now) ? NAN : vmstat_rise(&s->before, &s->now, "numa_pte_updates");
	return (*updates >= pages && !(passes < PASSES_WHOLE)) || passes >= PASSES_ENOUGH;
}

enum outcome hints_wait(struct trial *t, size_t pages, unsigned limit_ms)
{
	uint64_t end_ns = clock_wall_ns() + limit_ms * 1000000ull;
	struct scan s = { .passes_before = hints_passes() };
	double updates = 0;

	if (vmstat_read(&s.before))
		return broken(t, "vmstat", "%s", fault_text());
	while (clock_wall_ns() < end_ns) {
		burn(LOOK_EVERY_NS);
		if (is_done(&s, pages, &updates))
			return OK;
	}
	return blocked(t, "not-scanned", "the scanner made %.0f of %zu pages fault in %u ms, in %.0f passes", updates,
		       pages, limit_ms, hints_passes() - s.passes_before);
}

static void *sleep_for_ever(void *argument)
{
	for (;;)
		pause();
	return argument;
}

enum outcome hints_be_many(struct trial *t)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, sleep_for_ever, NULL) ? broken(t, "thread", "no second thread") : OK;
}

double hints_passes(void)
{
	FILE *file = fopen("/proc/self/sched", "re");
	double passes = NAN;
	char line[256];

	while (file && fgets(line, sizeof(line), file))
		if (!strncmp(line, "mm->numa_scan_seq", strlen("mm->numa_scan_seq")) && strchr(line, ':'))
			passes = strtod(strchr(line, ':') + 1, NULL);
	if (file)
		fclose(file);
	return passes;
}
