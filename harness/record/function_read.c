// SPDX-License-Identifier: GPL-2.0-or-later
/* function_read - functions.csv of a run, row by row, or as one more session of a table */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/csv.h"
#include "base/fault.h"
#include "base/file.h"
#include "record/function_table.h"

struct reading {
	const struct run *run;
	int (*each)(const struct run_function *f, void *context);
	void *context;
};

static int read_numbers(const struct reading *r, const struct csv_row *row, struct run_function *f)
{
	uint64_t point, repetitions, agree;

	f->least = f->most = NAN;
	if (csv_parse_count(row->field[0], INT_MAX, &point) < 0 || csv_parse_number(row->field[4], &f->insns) < 0 ||
	    (*row->field[5] && csv_parse_number(row->field[5], &f->calls) < 0) ||
	    csv_parse_count(row->field[6], INT_MAX, &repetitions) < 0 ||
	    csv_parse_count(row->field[7], INT_MAX, &agree) < 0 ||
	    (*row->field[8] && csv_parse_number(row->field[8], &f->least) < 0) ||
	    (*row->field[9] && csv_parse_number(row->field[9], &f->most) < 0))
		return -1;
	if (isnan(f->least) || isnan(f->most))
		f->least = f->most = f->insns;
	if (!point || point > r->run->points)
		return fault("point %lu; points.csv has %zu rows", point, r->run->points);
	f->point = point - 1;
	f->repetitions = repetitions;
	f->agree = agree;
	return 0;
}

static int read_row(const struct csv_row *row, void *context)
{
	const struct reading *r = context;
	struct run_function f = {
		.executor = row->field[1], .function = row->field[2], .kind = row->field[3], .calls = NAN
	};

	return read_numbers(r, row, &f) < 0 ? -1 : r->each(&f, r->context);
}

long run_functions(const struct run *run, int (*each)(const struct run_function *f, void *context), void *context)
{
	struct reading r = { run, each, context };
	char *path = file_path(run->dir, FUNCTIONS_CSV);
	long rows = access(path, F_OK) ? 0 : csv_read(path, functions_columns, read_row, &r);

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
		record = json_pack("{s:s, s:f, s:i, s:i, s:[]}", "point", key, "total", 0.0, "total_agree", 0,
				   "repetitions", 0, "rows");
		json_object_set_new(g->record, key, record);
	}
	return record;
}

static int gather(const struct run_function *f, void *context)
{
	json_t *record = record_of(context, f);
	double total = json_number_value(json_object_get(record, "total")) + f->insns;

	json_object_set_new(record, "total", json_real(total));
	if (strcmp(f->function, FUNCTION_REST))
		return json_array_append_new(json_object_get(record, "rows"),
					     json_pack("[s, s, s, f, f, i, f, f]", f->executor, f->function, f->kind,
						       f->insns, f->calls, (int)f->agree, f->least, f->most));
	json_object_set_new(record, "total_agree", json_integer(f->agree));
	json_object_set_new(record, "repetitions", json_integer(f->repetitions));
	return 0;
}

int function_table_add_run(struct function_table *t, const struct run *run)
{
	struct gathering g = { run, json_object() };
	const char *key;
	json_t *record;
	int failed = run_functions(run, gather, &g) < 0;

	json_object_foreach (g.record, key, record)
		failed = failed || function_table_add(t, record) < 0;
	json_decref(g.record);
	return failed ? -1 : 0;
}
