/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * axis - the sweep grammar, one for source and command line
 *
 *   list        1,64,4096
 *   geometric   64k..256m:x16   arithmetic   0..8:+2
 *   sizes       beyond-caches (more than the last-level caches of two nodes hold)
 *   pairs       classes (one pair per distinct distance and tier), both (those and their way back), first (one
 *               alone), each, 0:1
 *   pages       base,thp,64k,hugetlb-2m
 *   choices     their words, or all
 */
#ifndef NODEHOP_AXIS_H
#define NODEHOP_AXIS_H

#include "bench.h"
#include "machine/facts.h"

union axis_value {
	uint64_t number;
	struct pair pair;
	struct page_kind page;
};

struct axis_values {
	union axis_value *value;
	size_t count;
};

/*
 * Reads a sweep for the axis on that machine; free values->value. "classes"
 * and "each" are 0:1 on a machine without two nodes with memory, so that the
 * point can say what it lacks. 0, or -1 with a fault.
 */
int axis_parse(const struct axis *axis, const struct machine *m, const char *text, struct axis_values *values);

/* Puts a value into its field of the parameters. */
void axis_store(const struct axis *axis, void *params, const union axis_value *value);

/* The canonical text of the axis's value in params ("512", "16m", "0:1"); returns buffer. */
char *axis_print(const struct axis *axis, const struct machine *m, const void *params, char *buffer, size_t size);

/* The axis's field in the parameters, read by type. */
uint64_t axis_number(const struct axis *axis, const void *params);
struct pair axis_pair(const struct axis *axis, const void *params);
struct page_kind axis_page(const struct axis *axis, const void *params);

/* The words of an axis of callers, NULL-terminated, in the order of enum caller. */
extern const char *const axis_callers[];

/* The grammar of the axis in a few words, for help and faults. */
const char *axis_grammar(const struct axis *axis);

#endif
