/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * activity - what the CPUs do for others while we sleep (/proc/stat, /proc/interrupts)
 */
#ifndef NODEHOP_ACTIVITY_H
#define NODEHOP_ACTIVITY_H

#include <sched.h>
#include <stdbool.h>

/* A reading: clock ticks and device interrupts of each CPU since boot. */
struct activity_mark {
	bool online[CPU_SETSIZE];
	double busy[CPU_SETSIZE], stolen[CPU_SETSIZE], all[CPU_SETSIZE]; /* ticks */
	double interrupts[CPU_SETSIZE];
	int columns; /* of interrupts: CPUs that the kernel counts them of; 0 where it does not show them */
	double at_s;
};

/* What happened between two readings. */
struct activity {
	double busy[CPU_SETSIZE];	  /* share of the CPU's time, 0..1 */
	double interrupts_s[CPU_SETSIZE]; /* device interrupts a second */
	double busy_cpus;		  /* sum of the shares: how many CPUs' worth of work was done */
	double stolen_share;		  /* of all CPU time, that a hypervisor gave to other guests */
	int cpus;			  /* online; 0 where the kernel does not count what they do */
	bool sees_interrupts;		  /* else none were seen, whatever there were */
};

/*
 * Reads both files below root ("" for this system). A file that cannot be read
 * leaves zeros and no CPUs or columns: nothing is seen there. Timers do not count as devices.
 */
void activity_read(struct activity_mark *mark, const char *root);

void activity_between(const struct activity_mark *from, const struct activity_mark *to, struct activity *a);

/* Sleeps for a quarter of a second; what others did meanwhile. */
void activity_watch(struct activity *a);

#endif
