/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vmstat - what a reading of /proc/vmstat is made of; for the harness, which keeps some by value
 *
 * Its functions are in bench.h: to a benchmark a reading is a pointer.
 */
#ifndef NODEHOP_VMSTAT_H
#define NODEHOP_VMSTAT_H

#include "bench.h"

struct vmstat {
	char text[16384];
};

/* The counters of demoted pages, by who demotes: for initializers of string arrays. Kernels have some or none of them. */
#define VMSTAT_DEMOTED "pgdemote_kswapd", "pgdemote_direct", "pgdemote_khugepaged", "pgdemote_proactive"

#endif
