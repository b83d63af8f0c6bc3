/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * watch - someone who looks on at repetitions that are not timed
 *
 * All is called in the trial's child, after a warm-up; what should survive
 * the child is kept in shared memory behind `context`.
 */
#ifndef NODEHOP_WATCH_H
#define NODEHOP_WATCH_H

#include "bench.h"

struct watch {
	/* Once, before setup. -1 with a fault. */
	int (*open)(void *context);
	/* Right before and right after what is else timed. -1 with a fault. */
	int (*begin)(void *context);
	int (*end)(void *context);
	/* After verify: what the repetition did, which was `train` runs. */
	void (*keep)(void *context, const struct measured *m, unsigned train);
	void *context;
};

#endif
