/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * minmax - the smaller and the larger of two values
 *
 * Each argument is evaluated once, and both must be of one type: a comparison
 * of signed with unsigned does not compile.
 */
#ifndef NODEHOP_MINMAX_H
#define NODEHOP_MINMAX_H

/* The names carry a number, so that one within another does not shadow it. */
/* clang-format off */
#define MINMAX_PICK(a, order, b, n) MINMAX_PICK_AS(a, order, b, minmax_a##n, minmax_b##n)
#define MINMAX_PICK_AS(a, order, b, x, y)						\
	({										\
		__auto_type x = (a);							\
		__auto_type y = (b);							\
		_Static_assert(__builtin_types_compatible_p(__typeof__(x), __typeof__(y)), \
			       "min and max take two values of one type");		\
		x order y ? x : y;							\
	})
#define MINMAX_NUMBERED(a, order, b, n) MINMAX_PICK(a, order, b, n)
/* clang-format on */

#define min(a, b) MINMAX_NUMBERED(a, <, b, __COUNTER__)
#define max(a, b) MINMAX_NUMBERED(a, >, b, __COUNTER__)

#endif
