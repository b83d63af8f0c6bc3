// SPDX-License-Identifier: GPL-2.0-or-later
/* function_read - functions.csv of a run, row by row or as one more session of a table, and records, held to the same */
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/csv.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/text.h"
#include "record/check.h"
#include "record/function_table.h"

struct reading {
	const struct run *run;
	int (*each)(const struct run_function *f, void *context);
	void *context;
};

/* 0, or -1 with a fault that names the column. */
static int read_count(const struct csv_row *row, int column, enum check_number which, unsigned *count)
{
	int number;

	if (check_number_text(which, row->field[column], &number) < 0)
		return -1;
	*count = number;
	return 0;
}

static int read_numbers(const struct reading *r, const struct csv_row *row, struct run_function *f)
{
	uint64_t point;

	f->least = f->most = NAN;
	if (csv_parse_count(row->field[0], INT_MAX, &point) < 0 || csv_parse_number(row->field[4], &f->insns) < 0 ||
	    (*row->field[5] && csv_parse_number(row->field[5], &f->calls) < 0) ||
	    read_count(row, 6, NUMBER_REPETITIONS, &f->repetitions) < 0 ||
	    read_count(row, 7, NUMBER_AGREE, &f->agree) < 0 ||
	    (*row->field[8] && csv_parse_number(row->field[8], &f->least) < 0) ||
	    (*row->field[9] && csv_parse_number(row->field[9], &f->most) < 0))
		return -1;
	if (isnan(f->least) || isnan(f->most))
		f->least = f->most = f->insns;
	if (!point || point > r->run->points)
		return fault("point %" PRIu64 "; points.csv has %zu rows", point, r->run->points);
	f->point = point - 1;
	return 0;
}

static int read_row(const struct csv_row *row, void *context)
{
	const struct reading *r = context;
	struct run_function f = {
		.executor = row->field[1], .function = row->field[2], .kind = row->field[3], .calls = NAN
	};

	return read_numbers(r, row, &f) < 0 || check_function(&f) < 0 ? -1 : r->each(&f, r->context);
}

long run_functions(const struct run *run, int (*each)(const struct run_function *f, void *context), void *context)
{
	struct reading r = { run, each, context };
	char *path = file_path(run->dir, FUNCTIONS_CSV);
	long rows = !run_has_file(run, FUNCTIONS_CSV) ? 0 : csv_read(path, functions_columns, read_row, &r);

	free(path);
	return rows;
}

/* ---- of another run ---- */

struct gathering {
	const struct run *run;
	json_t *record; /* by point's key, as sessions bring them */
};

static json_t *record_of(const struct gathering *g, const struct run_function *f)
{
	const char *key = g->run->point[f->point].key;
	json_t *record = json_object_get(g->record, key);

	if (!record) {
		record = json_pack("{s:s, s:f, s:i, s:[]}", "point", key, "total", 0.0, "repetitions",
				   (int)f->repetitions, "rows");
		json_object_set_new(g->record, key, record);
	}
	return record;
}

/* The rest comes last, and once: with it the rows are all of the point's instructions. */
static int gather(const struct run_function *f, void *context)
{
	json_t *record = record_of(context, f);
	double total = json_number_value(json_object_get(record, "total")) + f->insns;

	if (json_integer_value(json_object_get(record, "repetitions")) != f->repetitions)
		return fault("%u repetitions of a point that has %" JSON_INTEGER_FORMAT, f->repetitions,
			     json_integer_value(json_object_get(record, "repetitions")));
	if (json_object_get(record, "total_agree"))
		return fault("a function of a point behind its row " FUNCTION_REST);
	json_object_set_new(record, "total", json_real(total));
	if (!strcmp(f->function, FUNCTION_REST))
		return json_object_set_new(record, "total_agree", json_integer(f->agree));
	return json_array_append_new(json_object_get(record, "rows"),
				     json_pack("[s, s, s, f, f, i, f, f]", f->executor, f->function, f->kind, f->insns,
					       f->calls, (int)f->agree, f->least, f->most));
}

static int add_gathered(struct function_table *t, const char *key, const json_t *record)
{
	if (!json_object_get(record, "total_agree"))
		return fault("%s has no row " FUNCTION_REST, key);
	return function_table_add(t, record);
}

int function_table_add_run(struct function_table *t, const struct run *run)
{
	struct gathering g = { run, json_object() };
	const char *key;
	json_t *record;
	int failed = run_functions(run, gather, &g) < 0;

	json_object_foreach (g.record, key, record)
		failed = failed || (add_gathered(t, key, record) < 0 && fault_at("%s/" FUNCTIONS_CSV, run->dir));
	json_decref(g.record);
	return failed ? -1 : 0;
}

/* ---- a record ---- */

char *function_row_key(const json_t *row)
{
	return text_append(NULL, "%s" FUNCTION_KEY_SEPARATOR "%s" FUNCTION_KEY_SEPARATOR "%s",
			   json_string_value(json_array_get(row, 0)), json_string_value(json_array_get(row, 1)),
			   json_string_value(json_array_get(row, 2)));
}

static int read_head(const json_t *record, struct function_head *h)
{
	json_int_t agree, repetitions;
	json_error_t error;

	if (json_unpack_ex((json_t *)record, &error, 0, "{s:s, s:F, s:I, s:I, s:o}", "point", &h->key, "total",
			   &h->total, "total_agree", &agree, "repetitions", &repetitions, "rows", &h->rows) < 0)
		return fault("%s", error.text);
	if (check_number(NUMBER_AGREE, agree, &h->agree) < 0 ||
	    check_number(NUMBER_REPETITIONS, repetitions, &h->repetitions) < 0)
		return -1;
	if (h->total < 0 || !json_is_array(h->rows))
		return fault("functions of %s: no rows, or less than no instructions", h->key);
	return check_function(&(struct run_function){ .executor = FUNCTION_ALL,
						      .function = FUNCTION_REST,
						      .kind = "rest",
						      .insns = h->total,
						      .least = h->total,
						      .most = h->total,
						      .calls = NAN,
						      .repetitions = h->repetitions,
						      .agree = h->agree });
}

static int check_row(const json_t *row, int repetitions)
{
	struct run_function f = { .repetitions = repetitions };
	json_error_t error;
	json_int_t given;
	int agree;

	if (json_unpack_ex((json_t *)row, &error, 0, "[s, s, s, F, F, I]", &f.executor, &f.function, &f.kind, &f.insns,
			   &f.calls, &given) < 0)
		return fault("a function: %s", error.text);
	if (check_number(NUMBER_AGREE, given, &agree) < 0)
		return -1;
	f.agree = agree;
	f.least = json_array_size(row) > 6 ? json_number_value(json_array_get(row, 6)) : f.insns;
	f.most = json_array_size(row) > 7 ? json_number_value(json_array_get(row, 7)) : f.insns;
	return check_function(&f);
}

/* Each by itself, and none twice: the second would take the place of the first. */
static int check_rows(const struct function_head *h)
{
	json_t *seen = json_object();
	const json_t *row;
	int failed = 0;
	size_t i;

	json_array_foreach ((json_t *)h->rows, i, row) {
		char *key;

		failed = failed || check_row(row, h->repetitions) < 0;
		if (failed)
			break;
		key = function_row_key(row);
		if (json_object_get(seen, key))
			failed = fault("function %s twice", json_string_value(json_array_get(row, 1)));
		json_object_set_new(seen, key, json_true());
		free(key);
	}
	json_decref(seen);
	return failed ? -1 : 0;
}

int function_record_read(const json_t *record, struct function_head *h)
{
	return read_head(record, h) < 0 || check_rows(h) < 0 ? -1 : 0;
}
