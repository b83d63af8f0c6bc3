// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * faults - page faults of the calling thread, and how much of its time it spent inside the kernel, by getrusage
 */
#include <sys/resource.h>
#include "instruments/instruments.h"

#define SPLIT_LEAST_S 0.05

struct faults {
	struct rusage before, after;
};

enum { FAULTS_MINOR, FAULTS_MAJOR, FAULTS_SYSTEM, FAULTS_METRICS };

static int begin_faults(void *state)
{
	struct faults *f = state;

	return getrusage(RUSAGE_THREAD, &f->before);
}

static int end_faults(void *state)
{
	struct faults *f = state;

	return getrusage(RUSAGE_THREAD, &f->after);
}

static double seconds(const struct timeval *t)
{
	return t->tv_sec + t->tv_usec / 1e6;
}

static void record_faults(void *state, const struct measured *m, struct repetition *r, double *seen)
{
	const struct faults *f = state;
	const struct rusage *a = &f->before, *b = &f->after;
	double system_s = seconds(&b->ru_stime) - seconds(&a->ru_stime),
	       user_s = seconds(&b->ru_utime) - seconds(&a->ru_utime);

	(void)m;
	seen[FAULTS_MINOR] = (b->ru_minflt - a->ru_minflt) / r->standard[M_TRAIN];
	seen[FAULTS_MAJOR] = (b->ru_majflt - a->ru_majflt) / r->standard[M_TRAIN];
	if (system_s + user_s >= SPLIT_LEAST_S) /* split by ticks, of which there must be some */
		seen[FAULTS_SYSTEM] = system_s / (system_s + user_s);
}

static const struct instrument_metric metrics[FAULTS_METRICS] = {
	[FAULTS_MINOR] = { "minor_faults", METRIC_KIND_COUNT, "count", "lower",
			   "page faults of the calling thread without I/O" },
	[FAULTS_MAJOR] = { "major_faults", METRIC_KIND_COUNT, "count", "lower",
			   "page faults of the calling thread with I/O" },
	[FAULTS_SYSTEM] = { "thread_system_share", METRIC_KIND_SHARE, "share", "neither",
			    "share of the calling thread's CPU time spent inside the kernel; absent below 50 ms" },
};

const struct instrument faults_instrument = {
	.name = "faults",
	.repetitions = REPETITION_EVENTS,
	.modes = MODE_ANY,
	.state_size = sizeof(struct faults),
	.metrics = metrics,
	.metric_count = FAULTS_METRICS,
	.begin = begin_faults,
	.end = end_faults,
	.record = record_faults,
};
