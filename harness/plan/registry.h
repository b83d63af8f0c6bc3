/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * registry - every benchmark that was linked in, sorted by name
 */
#ifndef NODEHOP_REGISTRY_H
#define NODEHOP_REGISTRY_H

#include "bench.h"

/* All benchmarks, NULL-terminated. Exits with 2 when one is ill-formed or two share a name. */
const struct benchmark *const *registry_all(void);

/* By name; NULL with a fault that lists what there is. */
const struct benchmark *registry_find(const char *name);

/* Does the kernel move what the benchmark of that name times? False where there is none of that name. */
bool registry_migrates(const char *name);

/* "micro", "macro" or "semantics". */
const char *benchmark_kind_name(enum benchmark_kind kind);

#endif
