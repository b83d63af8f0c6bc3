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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct idle_mark {
	uint64_t busy_ns;	   /* of all tasks, up to left_ns */
	uint64_t left_ns, back_ns; /* when we left the CPU, and had it again */
};

/* All zeros before idle_open(). */
struct idle {
	bool is_open;
	int schedstat, silent, workers; /* descriptors */
	char *text;			/* of schedstat, as it was read last */
	size_t room;			/* bytes of text */
};

/*
 * Opens what the others need, which do so where it was not done: once, before trials are forked. schedstat is
 * "/proc/schedstat", or a captured one. 0, or -1 with a fault (no schedstat, no socket).
 */
int idle_open(struct idle *idle, const char *schedstat);

/*
 * Sleeps until what the kernel had left to do is done, and just past a timer
 * tick: a region of 2 ms then holds the same number of ticks every time, not
 * one more or less of 10,000 instructions each (0.4 %). Then reads. 0, or -1
 * with a fault.
 */
int idle_settle(struct idle *idle, struct idle_mark *mark);

/*
 * Hands the CPU to a worker of the kernel and takes it back, then reads. For
 * the lab, as root (for others as idle_nap): a sleep would stop and start the
 * emulated clock, and another process to change places with has an address
 * space of its own, on which QEMU forgets all translations; either is half a
 * millisecond of the host's. 0, or -1 with a fault.
 */
int idle_yield(struct idle *idle, struct idle_mark *mark);

/* Sleeps for a moment, then reads: for any user. 0, or -1 with a fault. */
int idle_nap(struct idle *idle, struct idle_mark *mark);

/* Time that all CPUs were busy, by the text of /proc/schedstat. 0, or -1 with a fault: it tells that of no CPU. */
int idle_sum_busy_ns(const char *schedstat, uint64_t *busy_ns);

/*
 * Idle time between the marks as a share of wall_ns. Entering and leaving
 * the kernel around the moment away (some thousand instructions) counts as
 * busy, so a share below zero is cut off to 0.
 */
double idle_share(const struct idle_mark *before, const struct idle_mark *after, uint64_t wall_ns);

#endif
