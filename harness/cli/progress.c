// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <unistd.h>
#include "cli/progress.h"
#include "machine/clock.h"

void progress_show(const struct session *s, size_t done, const struct point *point, const struct trial_result *result)
{
	static uint64_t start_ns;
	double elapsed_s;

	(void)result;
	if (!isatty(STDERR_FILENO))
		return;
	start_ns = start_ns ?: clock_wall_ns();
	elapsed_s = (clock_wall_ns() - start_ns) / 1e9;
	fprintf(stderr, "\r\033[Ksession %d: %zu of %zu points, %.0f s left  %.60s", s->number, done, s->plan->points,
		elapsed_s / done * (s->plan->points - done), point->key);
	if (done == s->plan->points)
		fprintf(stderr, "\r\033[K");
	fflush(stderr);
}
