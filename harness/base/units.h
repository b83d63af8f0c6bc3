/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * units - the one table that reads and prints sizes, counts and durations
 *
 * Sizes are powers of 1024 (k, m, g, t), as the field writes page sizes. Every
 * number that a user writes is read here, and with its range: nothing wraps.
 */
#ifndef NODEHOP_UNITS_H
#define NODEHOP_UNITS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Each reads a number from `least` to `most` (both allowed, below UINT64_MAX).
 * 0, or -1 with a fault that says what would be right: no digits, an unknown
 * unit, trailing text, out of range.
 */

/* "16m", "4096", "2g" in bytes. */
int units_parse_bytes(const char *text, uint64_t least, uint64_t most, uint64_t *bytes);

/* A plain decimal count. */
int units_parse_count(const char *text, uint64_t least, uint64_t most, uint64_t *count);

/* "50ms", "2s", "10us", "100ns" in nanoseconds. */
int units_parse_ns(const char *text, uint64_t least, uint64_t most, uint64_t *ns);

/* Prints bytes exactly, with the largest unit that divides them ("16m", "1536k", "1000"); returns buffer. */
char *units_print_bytes(char *buffer, size_t size, uint64_t bytes);

#endif
