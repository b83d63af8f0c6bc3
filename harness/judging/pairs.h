/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pairs - sessions of side A next to sessions of side B, taken in turns, for many points at once
 *
 * A value is the log ratio of a point's medians in two adjacent sessions,
 * positive where B is worse. Which side went first is known (order.h), so that
 * what the order does can be told from what the side does.
 */
#ifndef NODEHOP_PAIRS_H
#define NODEHOP_PAIRS_H

#include <stdbool.h>
#include <stddef.h>

struct pairs {
	size_t points, n;
	double *ratio; /* of point p in pair i: ratio[p * n + i]; NAN where a session has no value */
	bool *b_first; /* in pair i */
};

/* Room for that many, all NAN and A first. Free with pairs_free. */
void pairs_make(struct pairs *pairs, size_t points, size_t n);
void pairs_free(struct pairs *pairs);

struct fit {
	double mean;	 /* with what the order does taken out */
	double variance; /* of one pair */
	double df;	 /* degrees of freedom of that: pairs minus two */
	double n;	 /* the variance of the mean is variance / n: the pairs, fewer where the order is unbalanced */
};

/* By least squares. NANs for a point that lacks more than half of the pairs. */
struct fit pairs_fit(const struct pairs *pairs, size_t point);

/*
 * The same ratios to the machine as a whole: from each pair its median over
 * the reference points is taken (all points when there are none), and that
 * median becomes one point more, the last.
 */
void pairs_centre(struct pairs *centred, const struct pairs *pairs, const size_t *reference, size_t references);

#endif
