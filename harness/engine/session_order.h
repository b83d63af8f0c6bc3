/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * session_order - the order in which a session measures its points
 *
 * It is random by the seed and balanced: an odd seed runs the order of the
 * even seed before it backwards, so that over such a pair every point stands
 * in the middle on average.
 */
#ifndef NODEHOP_SESSION_ORDER_H
#define NODEHOP_SESSION_ORDER_H

#include <stddef.h>

/* The indexes 0 to n - 1 of the points, shuffled; free() it. */
size_t *session_order(size_t n, unsigned long seed);

#endif
