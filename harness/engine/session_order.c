// SPDX-License-Identifier: GPL-2.0-or-later
/* session_order - the order in which a session measures its points, by its seed */
#include <gsl/gsl_randist.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "engine/session_order.h"

size_t *session_order(size_t n, unsigned long seed)
{
	size_t *order = xmalloc(n * sizeof(*order));
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	for (size_t i = 0; i < n; i++)
		order[i] = i;
	gsl_rng_set(rng, seed / 2);
	gsl_ran_shuffle(rng, order, n, sizeof(*order));
	gsl_rng_free(rng);
	for (size_t i = 0; seed % 2 && i < n / 2; i++) {
		size_t swap = order[i];

		order[i] = order[n - 1 - i];
		order[n - 1 - i] = swap;
	}
	return order;
}
