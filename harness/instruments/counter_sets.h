/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * counter_sets - what the files of counters share
 */
#ifndef NODEHOP_COUNTER_SETS_H
#define NODEHOP_COUNTER_SETS_H

#include "instruments/counters.h"

/* Adds the i-th event, and starts all. A return code of PAPI's. */
int counter_sets_add(struct counter_sets *sets, const struct counters *c, size_t i);
int counter_sets_start(struct counter_sets *sets);

/* "migrate:mm_migrate_pages"; and what the kernel counts itself, without a counter of the CPU's. */
bool counter_is_tracepoint(const char *name);
bool counter_is_software(const char *name);

#endif
