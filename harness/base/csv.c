// SPDX-License-Identifier: GPL-2.0-or-later
/* csv - reads and writes CSV by libcsv, strictly; which columns a file has is record/tables.c's */
#include <csv.h>
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/csv.h"
#include "base/fault.h"
#include "base/file.h"

#define READ_CHUNK (64 << 10) /* bytes parsed before looking whether to stop */

static size_t count_columns(const char *const *columns)
{
	size_t n = 0;

	while (columns[n])
		n++;
	return n;
}

/* ---- numbers --------------------------------------------------------------- */

static locale_t c_locale(void)
{
	static locale_t c;

	if (!c)
		c = newlocale(LC_ALL_MASK, "C", NULL);
	return c;
}

char *csv_print_number(char *buffer, size_t size, double value)
{
	locale_t before = uselocale(c_locale());

	for (int digits = 15; digits <= 17; digits++) {
		snprintf(buffer, size, "%.*g", digits, value);
		if (strtod(buffer, NULL) == value)
			break;
	}
	uselocale(before);
	return buffer;
}

int csv_parse_number(const char *text, double *value)
{
	char *end;

	if (!*text || text[strspn(text, "0123456789+-.eE")])
		return fault("\"%s\" is not a finite number", text);
	*value = strtod_l(text, &end, c_locale());
	if (*end || !isfinite(*value))
		return fault("\"%s\" is not a finite number", text);
	return 0;
}

int csv_parse_count(const char *text, uint64_t most, uint64_t *value)
{
	bool overflows = false;
	const char *at = text;

	for (*value = 0; *at >= '0' && *at <= '9'; at++)
		overflows = overflows || __builtin_mul_overflow(*value, 10, value) ||
			    __builtin_add_overflow(*value, *at - '0', value);
	if (at == text || *at || overflows || *value > most)
		return fault("\"%s\" is not a whole number from 0 to %" PRIu64, text, most);
	return 0;
}

/* ---- writing --------------------------------------------------------------- */

struct csv_writer {
	struct file_draft draft;
	size_t columns, fields; /* of the file; of the row being written */
	long rows;
	bool ragged;
};

struct csv_writer *csv_create(const char *path, const char *const *columns)
{
	struct csv_writer *w = xcalloc(1, sizeof(*w));

	if (!w) {
		fault("%s: no memory", path);
		return NULL;
	}
	if (file_draft_open(&w->draft, path) < 0) {
		free(w);
		return NULL;
	}
	w->columns = count_columns(columns);
	for (size_t i = 0; i < w->columns; i++)
		fprintf(w->draft.file, "%s%s", i ? "," : "", columns[i]);
	putc('\n', w->draft.file);
	return w;
}

static FILE *next_field(struct csv_writer *w)
{
	if (w->fields++)
		putc(',', w->draft.file);
	return w->draft.file;
}

void csv_text(struct csv_writer *w, const char *text)
{
	csv_fwrite(next_field(w), text, strlen(text));
}

void csv_integer(struct csv_writer *w, int64_t value)
{
	fprintf(next_field(w), "%" PRId64, value);
}

void csv_number(struct csv_writer *w, double value)
{
	char text[32];

	fputs(isfinite(value) ? csv_print_number(text, sizeof(text), value) : "", next_field(w));
}

void csv_row_end(struct csv_writer *w)
{
	w->ragged |= w->fields != w->columns;
	w->fields = 0;
	w->rows++;
	putc('\n', w->draft.file);
}

long csv_close(struct csv_writer *w)
{
	long rows = w->rows;

	if (w->ragged || w->fields) {
		rows = fault("%s: a row was written without its %zu columns", w->draft.path, w->columns);
		file_draft_abandon(&w->draft);
	} else if (file_draft_close(&w->draft) < 0) {
		rows = -1;
	}
	free(w);
	return rows;
}

void csv_abandon(struct csv_writer *w)
{
	file_draft_abandon(&w->draft);
	free(w);
}

/* ---- reading --------------------------------------------------------------- */

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

static bool grow(struct reader *r, size_t more)
{
	size_t room = r->room ? r->room : 256;
	char *text;

	while (room < r->used + more)
		room *= 2;
	if (room == r->room)
		return true;
	text = xrealloc(r->text, room);
	if (text) {
		r->text = text;
		r->room = room;
	}
	return text;
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
	} else if (!grow(r, length + 1)) {
		fault("no memory for a row");
		fail(r);
	} else {
		for (const char *c = field; (c = memchr(c, '\n', (char *)field + length - c)); c++)
			r->lines++;
		r->start[r->fields - 1] = r->used;
		memcpy(r->text + r->used, field, length);
		r->text[r->used + length] = 0;
		r->used += length + 1;
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

static void parse(struct reader *r, struct csv_parser *parser, const char *bytes, size_t size)
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
	parse(r, &parser, map->bytes, map->size);
	csv_free(&parser);
	free(r->text);
}

static long read_file(struct reader *r)
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

	return read_file(&r);
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

	return read_file(&r);
}
