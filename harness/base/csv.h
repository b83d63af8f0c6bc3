/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * csv - the CSV files of a run folder, by libcsv
 *
 * Text is always quoted, numbers never; lines end in LF; no comments, no blank
 * lines. What libcsv lets pass (rows of the wrong length, a file cut in its
 * last line, a byte order mark) is refused here, with FILE:LINE.
 */
#ifndef NODEHOP_CSV_H
#define NODEHOP_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CSV_COLUMNS_MAX 32

struct csv_writer;

/*
 * Starts PATH with this header (names, NULL-terminated). It is written beside
 * and takes its name only in csv_close. NULL with a fault.
 */
struct csv_writer *csv_create(const char *path, const char *const *columns);

/* The fields of a row, in order. Failures are kept for csv_close. */
void csv_text(struct csv_writer *w, const char *text);
void csv_integer(struct csv_writer *w, int64_t value);
void csv_number(struct csv_writer *w, double value); /* NAN and infinities: an empty field */
void csv_row_end(struct csv_writer *w);

/* Flushes to disk, renames and frees. The count of rows, or -1 with a fault (disk full, a row of the wrong length). */
long csv_close(struct csv_writer *w);

/* Frees and leaves no file. */
void csv_abandon(struct csv_writer *w);

struct csv_row {
	const char *const *field; /* one a column, never NULL, gone after the call */
	size_t line;
};

/*
 * Hands every row below the header to `each`: 0 goes on, above 0 stops, below
 * 0 is a fault that gets FILE:LINE put before it. The header must be these
 * columns. The count of rows handed out, or -1 with a fault.
 */
long csv_read(const char *path, const char *const *columns, int (*each)(const struct csv_row *row, void *context),
	      void *context);

/*
 * The same for a table whose last `newer` columns earlier versions did not write: without them in the header, their
 * fields are empty.
 */
long csv_read_grown(const char *path, const char *const *columns, size_t newer,
		    int (*each)(const struct csv_row *row, void *context), void *context);

/* The count of rows below whatever header there is, or -1 with a fault when the file is damaged. */
long csv_count(const char *path);

/* The shortest decimal text that reads back as this value, with a point in every locale; returns buffer. */
char *csv_print_number(char *buffer, size_t size, double value);

/* The whole text must be one finite decimal number. 0, or -1 with a fault. */
int csv_parse_number(const char *text, double *value);

/* The whole text must be digits and fit `most`. 0, or -1 with a fault. */
int csv_parse_count(const char *text, uint64_t most, uint64_t *value);

#endif
