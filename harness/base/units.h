/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * units - the one table that reads and prints sizes, counts and durations
 *
 * Sizes are powers of 1024 (k, m, g, t), as the field writes page sizes.
 */
#ifndef NODEHOP_UNITS_H
#define NODEHOP_UNITS_H

#include <stddef.h>
#include <stdint.h>

/* Reads "16m", "4096", "2g" into bytes. 0, or -1 with a fault (overflow, unknown unit, no digits, trailing text). */
int units_parse_bytes(const char *text, uint64_t *bytes);

/* Reads a plain decimal count. 0, or -1 with a fault. */
int units_parse_count(const char *text, uint64_t *count);

/* Reads "50ms", "2s", "10us", "100ns" into nanoseconds. 0, or -1 with a fault. */
int units_parse_ns(const char *text, uint64_t *ns);

/* Prints bytes exactly, with the largest unit that divides them ("16m", "1536k", "1000"); returns buffer. */
char *units_print_bytes(char *buffer, size_t size, uint64_t bytes);

#endif
