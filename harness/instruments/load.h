/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * load - what else the CPUs of this machine do meanwhile, and how long the calling thread waits for its own
 *
 * Others are everybody but the calling process, the processes that it has
 * waited for, and the kernel threads that are named as its helpers. Their CPU
 * time is what is left of the time between two marks on all CPUs when idle and
 * own time are taken off. So time that a hypervisor stole is among it, and so
 * are interrupts.
 *
 * Idle time, not the sum of busy times: the kernel takes the former at each
 * entry into idle and exit from it, the latter from a tick. Two busy CPUs came
 * out as 2.00 each time over 100 to 1000 ms that way, as 1.89 to 2.04 the
 * other (Linux 6.18, 250 Hz). Both are printed in steps of 10 ms, so two marks
 * should lie 200 ms or more apart.
 */
#ifndef NODEHOP_LOAD_H
#define NODEHOP_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include "instruments/cpu_mark.h"

#define LOAD_HELPERS_MAX 4096

struct load {
	bool is_open;
	char root[256];
	int stat_fd, queue_fd;
	unsigned cpus;
	int helper[LOAD_HELPERS_MAX]; /* process ids */
	size_t helpers;
};

/*
 * Opens what load_mark() reads below root ("": this system), and looks up the kernel
 * threads whose names begin with one of the NULL-terminated `helpers` (NULL: none). In the
 * process and the thread whose own time is meant. Where something is not there, marks
 * are not seen; a helper that a container hides counts among the others.
 */
void load_open(struct load *load, const char *root, const char *const *helpers);

/* Not seen before load_open(). */
struct load_mark load_mark(const struct load *load);

/* CPUs that others kept busy from one mark to the other, on average: 1.5; of them stolen. NAN when it was not seen. */
double load_others(const struct load_mark *from, const struct load_mark *to);
double load_stolen(const struct load_mark *from, const struct load_mark *to);

/* For how long so far the calling thread could have run and had to wait for a CPU. NAN where the kernel does not say. */
double load_queued_ns(const struct load *load);

/* ---- the instrument ---- */

#define LOAD_WINDOW_S  0.2 /* what a sample is judged by is at least so long, and so is a trial on hardware */
#define LOAD_WINDOW_NS (LOAD_WINDOW_S * 1e9)

struct load_window {
	struct load_mark begin, end; /* around all repetitions of a trial */
};

/* Of load_instrument; filled in the parent. */
enum { LOAD_TAKEN, LOAD_OTHERS_CPUS, LOAD_STOLEN_CPUS };

#endif
