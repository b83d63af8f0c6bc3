/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tracing_stats - what the kernel counts of its trace buffers, a file "stats" a CPU
 */
#ifndef NODEHOP_TRACING_STATS_H
#define NODEHOP_TRACING_STATS_H

/*
 * The number behind a label ("entries", "overrun") that a line of such a text
 * begins with; NAN where there is none.
 */
double tracing_stats_number(const char *text, const char *label);

/* Its sum over all CPUs of the tracefs that is mounted at `folder`. NAN with a fault where one of them does not tell. */
double tracing_stats_sum(const char *folder, const char *label);

#endif
