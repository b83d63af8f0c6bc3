/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * aa - the A/A record: what one machine measures when nothing differs
 *
 * Two runs of the same build on the same machine, as JSON: per point the
 * session medians of both labels, the floor and the margin (margin.h), the
 * scatter within a session and between sessions, and what judging them as if
 * they were A and B found. results/baselines/MACHINE/aa/NAME.json.
 * aa_record.h makes one; here they are read.
 */
#ifndef NODEHOP_AA_H
#define NODEHOP_AA_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define AA_SCHEMA 1

/* Margins from any number of records. */
struct aa;

/* No record yet. NULL with a fault. */
struct aa *aa_new(void);

/* Adds a record. 0, or -1 with a fault (no such file, not a record, from a later schema). */
int aa_add(struct aa *aa, const char *path);

/* Adds every record of FOLDER/aa/ whose hard facts are those of env. How many, or -1 with a fault. */
int aa_add_fitting(struct aa *aa, const char *folder, const json_t *env);

/* Adds FOLDER/aa/NAME.json when it is there. 1, 0 when it is not, or -1 with a fault. */
int aa_add_named(struct aa *aa, const char *folder, const char *name);

/* What the records say of a point; with several, the most cautious. */
struct aa_point {
	bool is_counted;    /* its metric's class */
	double margin;	    /* log ratio */
	const double *null; /* log ratios of session pairs with nothing changed */
	size_t null_n;
	double least, most; /* of the metric, over the sessions of both sides */
	const json_t
		*functions; /* {"executor kind function": instructions between its least and most session}; or NULL */
};

/* False when no record has the point with this metric. */
bool aa_lookup(const struct aa *aa, const char *point, const char *metric, struct aa_point *found);

/* Do all values lie within what the record's sessions had, or at most half of the least margin beyond it? */
bool aa_has_seen(const struct aa_point *point, const double *value, size_t n);

/*
 * Did a function leave its noise? With the least and the most session of each side: when all of one side lie beyond all of
 * the other by more than what lies between the record's.
 */
bool aa_function_moved(const double a[2], const double b[2], double noise);

/* Records added, the sentence that names them, and the longest of their session times in seconds (0 unknown). */
size_t aa_records(const struct aa *aa);
const char *aa_names(const struct aa *aa);
double aa_session_seconds(const struct aa *aa);

/* Calls `each` for every point, in the order added; returns its first non-zero answer, or 0. */
int aa_each(const struct aa *aa,
	    int (*each)(const char *point, const char *metric, const struct aa_point *found, void *context),
	    void *context);

void aa_free(struct aa *aa);

#endif
