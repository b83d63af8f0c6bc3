/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * function_table - functions.csv: which functions the instructions of each counted point are in
 *
 * Each session of a point brings its medians over repetitions ("functions"
 * records, functions/functions.h); the table has the medians over all of them.
 * What no row tells by name is in the row "(rest)", so that the rows of a
 * point add up to the median of all its instructions.
 */
#ifndef NODEHOP_FUNCTION_TABLE_H
#define NODEHOP_FUNCTION_TABLE_H

#include <jansson.h>
#include "record/run.h"

#define FUNCTIONS_CSV	  "functions.csv"
#define FUNCTION_REST	  "(rest)"
#define FUNCTION_COMPARED 0.5 /* instructions a unit: functions with fewer are not compared between runs */

extern const char *const functions_columns[];

struct function_table;

/* An empty one. Never NULL. */
struct function_table *function_table_new(void);

/* One session's record. 0, or -1 with a fault and the table as it was. */
int function_table_add(struct function_table *t, const json_t *record);

/* What functions.csv of another run has; 0 too when it has none. -1 with a fault. */
int function_table_add_run(struct function_table *t, const struct run *run);

/*
 * Writes functions.csv into run->dir for its points; no file when there is nothing. `least` above 0 leaves out what has
 * fewer instructions a unit, and interrupts: a baseline is held against other runs, which they say nothing of. 0, or -1
 * with a fault.
 */
int function_table_write(const struct function_table *t, const struct run *run, double least);

void function_table_free(struct function_table *t);

/* ---- reading ---- */

struct run_function {
	size_t point; /* index into the run */
	const char *executor, *function, *kind;
	double insns, calls; /* a unit of the point's primary metric */
	double least, most;  /* insns, over sessions */
	unsigned repetitions, agree;
};

/* Streams functions.csv. The count of rows, 0 without such a file, or -1 with a fault that names the line. */
long run_functions(const struct run *run, int (*each)(const struct run_function *f, void *context), void *context);

#endif
