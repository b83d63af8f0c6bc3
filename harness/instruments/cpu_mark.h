/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpu_mark - what the CPUs of this machine have done so far; load.h takes such marks, and says what lies between two
 */
#ifndef NODEHOP_CPU_MARK_H
#define NODEHOP_CPU_MARK_H

#include <stdbool.h>
#include <stdint.h>

struct load_mark {
	bool seen;			     /* false: no /proc/stat, or one that counts nothing */
	unsigned cpus;			     /* that it speaks of */
	uint64_t at_ns;			     /* CLOCK_MONOTONIC_RAW */
	uint64_t idle_ns, stolen_ns, own_ns; /* of all CPUs so far; own: with the helpers' */
};

#endif
