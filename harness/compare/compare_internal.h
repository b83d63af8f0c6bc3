/* SPDX-License-Identifier: GPL-2.0-or-later */
/* compare_internal - what the files that make a comparison share */
#ifndef NODEHOP_COMPARE_INTERNAL_H
#define NODEHOP_COMPARE_INTERNAL_H

#include "compare/compare.h"
#include "compare/compare_side.h"

#define COMPARE_POWER 0.8 /* what "would have caught" means, but for a gate on hardware */

/* A point of side A and its counterpart of side B, as indexes; -1 where one side lacks it. */
struct match {
	long a, b;
};

/*
 * Pairs the points of both runs by key, A's order first, then what only B
 * has; under variant set:AXIS the key without that axis. free() the array.
 * NULL with a fault (one key twice on a side).
 */
struct match *compare_match(const struct run *a, const struct run *b, const char *variant, size_t *matches);

/* Reasons to refuse: fills c->differing and c->ignored. 0, or -1 with a fault. */
int compare_fingerprints(struct comparison *c, const struct run *a, const struct run *b,
			 const struct compare_options *options);

/* Adds the rows of every point: measured and settled, not yet judged. 0, or -1 with a fault. */
int compare_add_rows(struct comparison *c, const struct run *a, const struct run *b,
		     const struct compare_options *options);

/*
 * Gives the row the verdict that outcomes, exact values and missing samples
 * lead to, or marks it as tested, for compare_judge. a or b may be NULL: only the other side has the point. 0, or -1 with
 * a fault.
 */
int compare_settle(struct compare_row *row, const struct run_point *a, const struct run_point *b,
		   const struct medians *of_a, const struct medians *of_b);

/*
 * For a row of a path that is to be tested: more bytes copied or cleared regressed, and paths of folios that were not
 * unmapped once do not compare; then it is settled, and its numbers are only shown. Spinning is noted. 0, or -1 with a
 * fault.
 */
int compare_settle_path(struct comparison *c, struct compare_row *row, const struct measured_side *a, size_t point_a,
			const struct measured_side *b, size_t point_b);

/* Fills c->functions, where both runs and the A/A records know their functions. 0, or -1 with a fault. */
int compare_add_functions(struct comparison *c, const struct run *a, const struct run *b,
			  const struct compare_options *options);

/* Places in what compare_functions_of has of a function. */
enum function_place {
	FUNCTION_INSNS,
	FUNCTION_LEAST,
	FUNCTION_MOST,
	FUNCTION_CALLS,
	FUNCTION_EXECUTOR,
	FUNCTION_KIND,
	FUNCTION_NAME
};

/*
 * {point: {"executor kind function": [by enum function_place]}} of a run, without interrupts and the rest unless `all`;
 * NULL with a fault.
 */
json_t *compare_functions_of(const struct run *run, bool all);

/* Entries with numbers "a" and "b", where they are missing 0, by how far these are apart, then by "function". Takes the array. */
json_t *compare_largest_first(json_t *array);

/* Fills c->explained, if that was asked for. 0, or -1 with a fault. */
int compare_add_explained(struct comparison *c, const struct run *a, const struct run *b,
			  const struct compare_options *options);

/* Sets the verdict and, as printf does, its sentence. */
void compare_set_verdict(struct compare_row *row, enum verdict verdict, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* One more row, blank and inconclusive. */
struct compare_row *compare_new_row(struct comparison *c);

/* The row of the same point and metric; NULL. */
struct compare_row *compare_find_row(const struct comparison *c, const struct compare_row *like);

/* The row of a point's primary metric, by the name that the point has on side A; NULL. */
const struct compare_row *compare_primary_of(const struct comparison *c, const char *point);

/* The fresh row's numbers replace the row's; ratios change places. */
void compare_take_fresh(struct compare_row *row, struct compare_row *fresh);

#endif
