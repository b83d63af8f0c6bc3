// SPDX-License-Identifier: GPL-2.0-or-later
/* function_table - functions.csv as it is written, from what sessions bring; function_read.c reads it */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/csv.h"
#include "base/fault.h"
#include "base/file.h"
#include "record/check.h"
#include "record/function_table.h"

const char *const functions_columns[] = { "point",	 "executor", "function", "kind", "insns", "calls",
					  "repetitions", "agree",    "least",	 "most", NULL };

/*
 * By point: "sessions": [[total, agree, repetitions], ...], "rows": { key: { session: [insns, calls, agree, least, most] } },
 * the last two of sessions that were pooled before.
 */
struct function_table {
	json_t *points;
};

struct function_table *function_table_new(void)
{
	struct function_table *t = xmalloc(sizeof(*t));

	t->points = json_object();
	return t;
}

void function_table_free(struct function_table *t)
{
	if (!t)
		return;
	json_decref(t->points);
	free(t);
}

/* ---- taking sessions ---- */

static json_t *point_of(struct function_table *t, const char *key)
{
	json_t *point = json_object_get(t->points, key);

	if (!point) {
		point = json_pack("{s:[], s:{}}", "sessions", "rows");
		json_object_set_new(t->points, key, point);
	}
	return point;
}

/* One session has its insns for least and most. */
static json_t *values_of(const json_t *row)
{
	json_t *insns = json_array_get(row, 3);

	return json_pack("[O, O, O, O, O]", insns, json_array_get(row, 4), json_array_get(row, 5),
			 json_array_get(row, 6) ?: insns, json_array_get(row, 7) ?: insns);
}

static void put_row(json_t *rows, size_t session, const json_t *row)
{
	char number[24], *key = function_row_key(row);
	json_t *sessions = json_object_get(rows, key);

	snprintf(number, sizeof(number), "%zu", session);
	if (!sessions) {
		sessions = json_object();
		json_object_set_new(rows, key, sessions);
	}
	json_object_set_new(sessions, number, values_of(row));
	free(key);
}

int function_table_add(struct function_table *t, const json_t *record)
{
	json_t *point, *sessions;
	const json_t *row;
	struct function_head h;
	size_t i;

	if (function_record_read(record, &h) < 0)
		return -1;
	point = point_of(t, h.key);
	sessions = json_object_get(point, "sessions");
	json_array_foreach ((json_t *)h.rows, i, row)
		put_row(json_object_get(point, "rows"), json_array_size(sessions), row);
	json_array_append_new(sessions, json_pack("[f, i, i]", h.total, h.agree, h.repetitions));
	return 0;
}

/* ---- medians over sessions ---- */

/* A session's median, which stands for so many repetitions; `agree` of them had it to the digit. */
struct weighted {
	double value;
	long agree, repetitions;
};

static int by_value(const void *a, const void *b)
{
	const struct weighted *x = a, *y = b;

	return (x->value > y->value) - (x->value < y->value);
}

/* Frees the list. */
static struct weighted pooled(struct weighted *session, size_t n)
{
	struct weighted all = {};
	long before = 0;
	size_t i = 0;

	qsort(session, n, sizeof(*session), by_value);
	for (size_t k = 0; k < n; k++)
		all.repetitions += session[k].repetitions;
	while (i < n - 1 && 2 * (before + session[i].repetitions) <= all.repetitions)
		before += session[i++].repetitions;
	all.value = session[i].value;
	for (size_t k = 0; k < n; k++)
		all.agree += session[k].value == all.value ? session[k].agree : 0;
	free(session);
	return all;
}

static size_t sessions_of(const json_t *point)
{
	return json_array_size(json_object_get(point, "sessions"));
}

static int repetitions_of(const json_t *point, size_t session)
{
	const json_t *entry = json_array_get(json_object_get(point, "sessions"), session);

	return json_integer_value(json_array_get(entry, 2));
}

static struct weighted pooled_total(const json_t *point)
{
	size_t n = sessions_of(point);
	struct weighted *session = xcalloc(n, sizeof(*session));

	for (size_t i = 0; i < n; i++) {
		const json_t *entry = json_array_get(json_object_get(point, "sessions"), i);

		session[i] =
			(struct weighted){ json_number_value(json_array_get(entry, 0)),
					   json_integer_value(json_array_get(entry, 1)), repetitions_of(point, i) };
	}
	return pooled(session, n);
}

/* Of the value at that place in each session's entry: 0 instructions, and 1 calls. Not named there is 0. */
static struct weighted pooled_row(const json_t *point, const json_t *row, size_t place)
{
	size_t n = sessions_of(point);
	struct weighted *session = xcalloc(n, sizeof(*session));
	char number[24];

	for (size_t i = 0; i < n; i++) {
		const json_t *entry;

		snprintf(number, sizeof(number), "%zu", i);
		entry = json_object_get(row, number);
		session[i] =
			(struct weighted){ json_number_value(json_array_get(entry, place)),
					   json_integer_value(json_array_get(entry, 2)), repetitions_of(point, i) };
	}
	return pooled(session, n);
}

/* A session that does not name the function had less than is named: 0. */
static double extreme_row(const json_t *point, const json_t *row, size_t place, bool most)
{
	double extreme = most ? 0 : INFINITY;
	char number[24];

	for (size_t i = 0; i < sessions_of(point); i++) {
		double value;

		snprintf(number, sizeof(number), "%zu", i);
		value = json_number_value(json_array_get(json_object_get(row, number), place));
		extreme = most ? fmax(extreme, value) : fmin(extreme, value);
	}
	return extreme;
}

/* ---- writing ---- */

struct line {
	char *key; /* executor, function, kind */
	struct weighted insns, calls;
	double least, most; /* over sessions */
};

static int by_weight(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	if (x->insns.value != y->insns.value)
		return x->insns.value < y->insns.value ? 1 : -1;
	return strcmp(x->key, y->key);
}

/* Where all sessions agree, least and most are empty. */
static void write_line(struct csv_writer *w, size_t number, const char *executor, const char *function,
		       const char *kind, const struct line *line)
{
	const struct weighted *insns = &line->insns;
	bool agree = line->least == line->most;

	csv_integer(w, number);
	csv_text(w, executor);
	csv_text(w, function);
	csv_text(w, kind);
	csv_number(w, insns->value);
	csv_number(w, line->calls.value);
	csv_integer(w, insns->repetitions);
	csv_integer(w, insns->agree);
	csv_number(w, agree ? NAN : line->least);
	csv_number(w, agree ? NAN : line->most);
	csv_row_end(w);
}

static void write_key(struct csv_writer *w, size_t number, const struct line *line)
{
	char *rest = line->key, *executor = strsep(&rest, FUNCTION_KEY_SEPARATOR),
	     *function = strsep(&rest, FUNCTION_KEY_SEPARATOR);

	write_line(w, number, executor, function, rest, line);
}

/* What is left to the median of all instructions; a little below 0 where medians of parts are more than that of all. */
static void write_rest(struct csv_writer *w, size_t number, struct weighted total, double reported)
{
	struct line line = { .insns = total, .calls.value = NAN };

	line.insns.value = round((total.value - reported) * 1000) / 1000;
	write_line(w, number, FUNCTION_ALL, FUNCTION_REST, "rest", &line);
}

static struct line line_of(const json_t *point, const char *key, const json_t *row)
{
	return (struct line){
		.key = xstrdup(key),
		.insns = pooled_row(point, row, 0),
		.calls = pooled_row(point, row, 1),
		.least = extreme_row(point, row, 3, false),
		.most = extreme_row(point, row, 4, true),
	};
}

/* Is the row worth its place? What is left out joins (rest). */
static bool is_wanted(const struct line *line, double least)
{
	const char *kind = strrchr(line->key, *FUNCTION_KEY_SEPARATOR) + 1;

	return line->insns.value > 0 &&
	       (!least || (line->insns.value >= least && strcmp(kind, "interrupt") && strcmp(kind, "rest")));
}

static void write_point(struct csv_writer *w, size_t number, json_t *point, double least)
{
	json_t *rows = json_object_get(point, "rows"), *row;
	struct line *line = xcalloc(json_object_size(rows) + 1, sizeof(*line));
	double reported = 0;
	const char *key;
	size_t n = 0;

	json_object_foreach (rows, key, row)
		line[n++] = line_of(point, key, row);
	qsort(line, n, sizeof(*line), by_weight);
	for (size_t i = 0; i < n; i++) {
		if (is_wanted(&line[i], least)) {
			reported += line[i].insns.value;
			write_key(w, number, &line[i]);
		}
		free(line[i].key);
	}
	write_rest(w, number, pooled_total(point), reported);
	free(line);
}

int function_table_write(const struct function_table *t, const struct run *run, double least)
{
	struct csv_writer *w;
	char *path;

	if (!json_object_size(t->points))
		return 0;
	path = file_path(run->dir, FUNCTIONS_CSV);
	w = csv_create(path, functions_columns);
	free(path);
	for (size_t i = 0; w && i < run->points; i++) {
		json_t *point = json_object_get(t->points, run->point[i].key);

		if (point)
			write_point(w, i + 1, point, least);
	}
	return w && csv_close(w) >= 0 ? 0 : -1;
}
