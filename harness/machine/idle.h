/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * idle - how much of a timed region the only CPU of a counted guest was idle
 *
 * In counted mode an idle CPU makes the clock jump to the next timer, so idle
 * time inside a region is not work. /proc/schedstat sums the time that tasks
 * other than the idle task ran on the CPU, up to the last one that left it;
 * so both marks first leave the CPU themselves for a moment. They come back
 * just after a timer tick: a region of 2 ms then holds the same number of
 * ticks every time, not one more or less of 10,000 instructions each (0.4 %).
 */
#ifndef NODEHOP_IDLE_H
#define NODEHOP_IDLE_H

#include <stdint.h>

struct idle_mark {
	uint64_t busy_ns;	/* of all tasks, up to left_ns */
	uint64_t left_ns, back_ns;	/* when we left the CPU, and had it again */
};

/*
 * What placing and looking leaves behind for the kernel is done after so long:
 * up to 6.1 it collects memory to be freed for 20 ms (KFREE_DRAIN_JIFFIES).
 * Costs little, since in counted mode the clock jumps over idle time.
 */
#define IDLE_SETTLE_US 32000
#define IDLE_LEAVE_US 1000	/* just to leave the CPU: the next tick ends it */

/*
 * Opens what idle_mark needs, which does it too; but a process that forks many
 * had better do it once for all of them. 0, or -1 with a fault (no schedstat,
 * no socket).
 */
int idle_open(void);

/* Sleeps for so long and until after a tick, then reads. 0, or -1 with a fault. */
int idle_mark(struct idle_mark *mark, unsigned away_us);

/*
 * Idle time between the marks as a share of wall_ns. Entering and leaving
 * the kernel around the moment away (some thousand instructions) counts as
 * busy, so a share below zero is cut off to 0.
 */
double idle_share(const struct idle_mark *before, const struct idle_mark *after, uint64_t wall_ns);

#endif
