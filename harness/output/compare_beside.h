/* SPDX-License-Identifier: GPL-2.0-or-later */
/* compare_beside - what a path does not show of a point, for the tables: all that was executed, waits, bytes */
#ifndef NODEHOP_COMPARE_BESIDE_H
#define NODEHOP_COMPARE_BESIDE_H

#include "compare/compare.h"
#include "compare/compare_words.h"

#define BESIDE_COLUMNS 4
#define BESIDE_CELL    WORDS_BOTH

extern const char *const beside_heading[BESIDE_COLUMNS];

/* The cells of the i-th row, "6720 -> 8113" or one number where both sides have it; false where it is no path. */
bool beside_cells(const struct comparison *c, size_t i, char cell[BESIDE_COLUMNS][BESIDE_CELL]);

#endif
