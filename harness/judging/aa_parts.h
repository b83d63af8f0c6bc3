/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * aa_parts - an A/A record of hardware, which grows by a part each time that it is measured
 *
 * What shifts between boots and between builds is seen only by measuring in
 * several boots, side B a build with another layout each time. Each `ab --aa` on a
 * machine adds a part: pairs of sessions in turns. In the record "boots" lists
 * the parts, "b_first" the order of each pair, and a point's "a" and "b" have
 * a value a pair, null where it has none.
 */
#ifndef NODEHOP_AA_PARTS_H
#define NODEHOP_AA_PARTS_H

#include <jansson.h>
#include <stdbool.h>
#include "judging/pairs.h"
#include "record/run.h"

#define AA_BOOTS 3 /* that a record spans before a gate may decide by it */
#define AA_PAIRS 6 /* of a part, by default */

/* Marks a fresh record as one part, of pairs taken in this order. */
void aa_parts_begin(json_t *record, const struct run *a, const struct run *b, const bool *b_first);

/*
 * What is to be stored at `path`: the fresh record (its reference), behind the
 * parts that are there when both are taken in turns. NULL with a fault (the
 * machine differs, the file is no such record); drop `fresh` then as well.
 */
json_t *aa_parts_join(const char *path, json_t *fresh);

struct aa_parts_point {
	const char *point, *metric;
	double clock_steps; /* of a repetition; NAN unknown */
};

struct aa_parts {
	char *path;
	json_t *record;
	struct aa_parts_point *point;
	size_t points;
	struct pairs *part;
	size_t parts, pairs, boots; /* pairs in all; different boots */
	bool relaid;		    /* side B was another program than A; parts in which it was not are left out then */
	double session_seconds;
};

/* Reads a record. NULL with a fault: no such file, or pairs that were not taken in turns. */
struct aa_parts *aa_parts_load(const char *path);

/* "18 pairs of sessions over 3 boots": what the parts amount to; free() it. */
char *aa_parts_describe(const struct aa_parts *parts);

/* Why a gate may not decide by it, a sentence; NULL when it may. free() it. */
char *aa_parts_doubt(const struct aa_parts *parts);

void aa_parts_free(struct aa_parts *parts);

#endif
