/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * idle - how much of a timed region the only CPU of a counted guest was idle
 *
 * In counted mode an idle CPU makes the clock jump to the next timer, so idle
 * time inside a region is not work. /proc/schedstat sums the time that tasks
 * other than the idle task ran on the CPU, up to the last one that left it;
 * so both marks first leave the CPU themselves for a moment.
 */
#ifndef NODEHOP_IDLE_H
#define NODEHOP_IDLE_H

#include <stdint.h>

struct idle_mark {
	uint64_t busy_ns;	/* of all tasks, up to left_ns */
	uint64_t left_ns, back_ns;	/* when we left the CPU, and had it again */
};

/* Sleeps a moment (which also lets pending kernel work finish), then reads. -1 with a fault without schedstat. */
int idle_mark(struct idle_mark *mark);

/*
 * Idle time between the marks as a share of wall_ns. Entering and leaving
 * the kernel around the moment away (some thousand instructions) counts as
 * busy, so a share below zero is cut off to 0.
 */
double idle_share(const struct idle_mark *before, const struct idle_mark *after, uint64_t wall_ns);

#endif
