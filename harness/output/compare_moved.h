/* SPDX-License-Identifier: GPL-2.0-or-later */
/* compare_moved - the functions of a comparison that left their noise, for its tables */
#ifndef NODEHOP_COMPARE_MOVED_H
#define NODEHOP_COMPARE_MOVED_H

#include "compare/compare.h"
#include "compare/compare_words.h"

#define MOVED_SHOWN 20 /* of each sort, largest first; the JSON has all */

struct moved {
	const char *verdict, *function, *executor, *kind, *point;
	char a[WORDS_MAX], b[WORDS_MAX], change[WORDS_MAX], noise[WORDS_MAX];
};

enum moved_sort { MOVED_BOTH, MOVED_ONE_SIDED };

/* Calls `each` for those that both sides have, or for the others, MOVED_SHOWN at most. How many there are in all. */
size_t moved_each(const struct comparison *c, enum moved_sort sort, void (*each)(FILE *out, const struct moved *m),
		  FILE *out);

#endif
