// SPDX-License-Identifier: GPL-2.0-or-later
/* nearest - the edit distance of two keys, for "did you mean" */
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/nearest.h"

static size_t least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Row by row: cost[j] is the distance of the first i characters of a to the first j of b. */
size_t nearest_distance(const char *a, const char *b)
{
	size_t length = strlen(b), diagonal, above;
	size_t *cost = xcalloc(length + 1, sizeof(*cost));

	for (size_t j = 0; j <= length; j++)
		cost[j] = j;
	for (size_t i = 0; a[i]; i++) {
		diagonal = cost[0]++;
		for (size_t j = 0; j < length; j++) {
			above = cost[j + 1];
			cost[j + 1] = least(above + 1, cost[j] + 1, diagonal + (a[i] != b[j]));
			diagonal = above;
		}
	}
	diagonal = cost[length];
	free(cost);
	return diagonal;
}
