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

#define FUNCTIONS_CSV	       "functions.csv"
#define FUNCTION_KEY_SEPARATOR "\t"
#define FUNCTION_COMPARED      0.5 /* instructions a unit: functions with fewer are not compared between runs */

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

/* Of a record: its head, which is of all functions of that session. */
struct function_head {
	const char *key; /* of its point */
	double total;	 /* instructions a unit */
	int agree, repetitions;
	const json_t *rows;
};

/* Holds a record to what functions.csv may have. 0 and its head, or -1 with a fault. */
int function_record_read(const json_t *record, struct function_head *h);

/* What tells rows of a point apart, executor, function and kind with FUNCTION_KEY_SEPARATOR between them; free() it. */
char *function_row_key(const json_t *row);

/* Streams functions.csv. The count of rows, 0 without such a file, or -1 with a fault that names the line. */
long run_functions(const struct run *run, int (*each)(const struct run_function *f, void *context), void *context);

#endif
