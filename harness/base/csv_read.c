// SPDX-License-Identifier: GPL-2.0-or-later
/* csv_read - reading tables, and refusing what libcsv lets pass */
#include <csv.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/csv.h"
#include "base/fault.h"
#include "base/file.h"

#define READ_CHUNK (64 << 10) /* bytes parsed before looking whether to stop */

struct reader {
	const char *path;
	const char *const *columns;
	size_t columns_len, newer; /* the last of them may be missing, all together */
	int (*each)(const struct csv_row *row, void *context);
	void *context;

	char *text; /* the row's fields, each NUL-terminated */
	size_t used, room;
	size_t start[CSV_COLUMNS_MAX]; /* of each field in text */
	size_t fields;
	size_t line, lines; /* where the row starts; how many it takes */
	long rows;	    /* below the header; -1 before it */
	bool failed, stopped;
};

static void fail(struct reader *r)
{
	fault_at("%s:%zu", r->path, r->line);
	r->failed = true;
}

static void make_room(struct reader *r, size_t more)
{
	if (r->used + more <= r->room)
		return;
	while (r->room < r->used + more)
		r->room = r->room ? 2 * r->room : 256;
	r->text = xrealloc(r->text, r->room);
}

/* By the library that would be handed it later. */
static bool is_utf8(const char *text, size_t length)
{
	size_t ascii = 0;
	json_t *string;

	while (ascii < length && (signed char)text[ascii] >= 0)
		ascii++;
	string = ascii < length ? json_stringn(text, length) : NULL;
	json_decref(string);
	return ascii == length || string;
}

static void keep_field(struct reader *r, const char *field, size_t length)
{
	for (const char *c = field; (c = memchr(c, '\n', field + length - c)); c++)
		r->lines++;
	make_room(r, length + 1);
	r->start[r->fields - 1] = r->used;
	memcpy(r->text + r->used, field, length);
	r->text[r->used + length] = 0;
	r->used += length + 1;
}

static void add_field(void *field, size_t length, void *context)
{
	struct reader *r = context;

	if (r->failed || r->stopped || r->fields++ >= r->columns_len)
		return;
	if (memchr(field, 0, length)) {
		fault("a NUL byte in column %zu", r->fields);
		fail(r);
	} else if (!is_utf8(field, length)) {
		fault("column %zu is not UTF-8", r->fields);
		fail(r);
	} else {
		keep_field(r, field, length);
	}
}

static int check_header(const struct reader *r, const char *const *field)
{
	for (size_t i = 0; r->columns && i < r->columns_len; i++)
		if (strcmp(field[i], r->columns[i]))
			return fault("column %zu is \"%.40s\", expected \"%s\"", i + 1, field[i], r->columns[i]);
	return 0;
}

static int take_row(struct reader *r, int ended_by)
{
	const char *field[2 * CSV_COLUMNS_MAX];
	struct csv_row row = { field, r->line };

	if (ended_by == '\r')
		return fault("the line ends in CR; lines end in LF only");
	if (!r->columns && r->rows < 0 && r->fields <= CSV_COLUMNS_MAX)
		r->columns_len = r->fields;
	if (r->rows < 0 && r->fields == r->columns_len - r->newer)
		r->columns_len = r->fields;
	if (r->fields != r->columns_len)
		return fault("%zu columns, expected %zu", r->fields, r->columns_len);
	for (size_t i = 0; i < r->fields; i++)
		field[i] = r->text + r->start[i];
	for (size_t i = 0; i < r->newer; i++) /* behind those that are there */
		field[r->fields + i] = "";
	return r->rows < 0 ? check_header(r, field) : r->each(&row, r->context);
}

static void end_row(int ended_by, void *context)
{
	struct reader *r = context;
	int result;

	if (r->failed || r->stopped)
		return;
	result = take_row(r, ended_by);
	if (result < 0) {
		fail(r);
		return;
	}
	r->stopped = result > 0;
	r->rows++;
	r->line += 1 + r->lines;
	r->used = r->fields = r->lines = 0;
}

static void parse_bytes(struct reader *r, struct csv_parser *parser, const char *bytes, size_t size)
{
	size_t length;

	for (size_t at = 0; at < size && !r->failed && !r->stopped; at += length) {
		length = size - at < READ_CHUNK ? size - at : READ_CHUNK;
		if (csv_parse(parser, bytes + at, length, add_field, end_row, r) == length || r->failed)
			continue;
		fault("%s", csv_error(parser) == CSV_EPARSE
				    ? "text after a closing quote, or a quote inside a plain field"
				    : csv_strerror(csv_error(parser)));
		fail(r);
	}
	if (!r->failed && !r->stopped && csv_fini(parser, add_field, end_row, r) < 0) {
		fault("a quoted field is not closed");
		fail(r);
	}
}

static void read_mapped(struct reader *r, const struct file_map *map)
{
	struct csv_parser parser;

	if (!map->size || map->bytes[map->size - 1] != '\n') {
		r->failed = true;
		fault("%s: %s", r->path, map->size ? "cut off: the last line has no end" : "empty; not even a header");
		return;
	}
	csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL | CSV_REPALL_NL);
	parse_bytes(r, &parser, map->bytes, map->size);
	csv_free(&parser);
	free(r->text);
}

static size_t count_columns(const char *const *columns)
{
	size_t n = 0;

	while (columns[n])
		n++;
	return n;
}

static long read_table(struct reader *r)
{
	struct file_map map;

	if (file_map(&map, r->path) < 0)
		return -1;
	r->line = 1;
	r->rows = -1;
	read_mapped(r, &map);
	file_unmap(&map);
	return r->failed ? -1 : r->rows;
}

long csv_read(const char *path, const char *const *columns, int (*each)(const struct csv_row *row, void *context),
	      void *context)
{
	return csv_read_grown(path, columns, 0, each, context);
}

long csv_read_grown(const char *path, const char *const *columns, size_t newer,
		    int (*each)(const struct csv_row *row, void *context), void *context)
{
	struct reader r = {
		.path = path,
		.columns = columns,
		.columns_len = count_columns(columns),
		.newer = newer,
		.each = each,
		.context = context,
	};

	return read_table(&r);
}

static int pass_over(const struct csv_row *row, void *context)
{
	(void)row;
	(void)context;
	return 0;
}

long csv_count(const char *path)
{
	struct reader r = { .path = path, .columns_len = CSV_COLUMNS_MAX, .each = pass_over };

	return read_table(&r);
}
