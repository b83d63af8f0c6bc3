// SPDX-License-Identifier: GPL-2.0-or-later
/* Part one is functions.csv of a run of two points, part two a session's record. A table that is read is written, and reads the same. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "../fuzz.h"
#include "record/function_table.h"
#include "record/run.h"

static int sum_up(const struct run_function *f, void *context)
{
	double *sum = context;

	fuzz_hold(f->point < 2 && f->repetitions > 0 && f->agree <= f->repetitions);
	sum[f->point] += f->insns;
	return 0;
}

static struct run *run_of_two(void)
{
	struct run *run = run_new(fuzz_folder());
	struct run_point p = { "a", "a", "wall_insns", "", 1, "ok", "", "", "", json_object() };

	fuzz_hold(run_add_point(run, &p) >= 0);
	p.key = p.benchmark = "b";
	fuzz_hold(run_add_point(run, &p) >= 0);
	json_decref(p.params);
	return run;
}

/* To a thousandth a row, and to what a double can tell. */
static void hold_same(const double *a, const double *b)
{
	for (int i = 0; i < 2; i++)
		fuzz_hold(fabs(a[i] - b[i]) <= 0.01 + 1e-6 * fabs(a[i]));
}

static void read_table(struct run *run)
{
	struct function_table *table = function_table_new();
	double before[2] = {}, after[2] = {};

	if (run_functions(run, sum_up, before) > 0 && !function_table_add_run(table, run)) {
		fuzz_hold(!function_table_write(table, run, 0));
		fuzz_hold(run_functions(run, sum_up, after) > 0);
		if (before[0] < 1e9 && before[1] < 1e9)
			hold_same(before, after);
	}
	function_table_free(table);
}

/* What a record's table is written as must be readable. */
static void take_record(struct run *run, const char *text)
{
	struct function_table *table = function_table_new();
	json_t *record = json_loads(text, 0, NULL);
	double sum[2] = {};

	if (record && !function_table_add(table, record)) {
		fuzz_hold(!function_table_write(table, run, 0));
		fuzz_hold(run_functions(run, sum_up, sum) >= 0);
	}
	json_decref(record);
	function_table_free(table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct run *run = run_of_two();
	size_t length = 0;
	char *part = fuzz_part(&data, &size, &length);

	fuzz_write(FUNCTIONS_CSV, part ?: "", part ? length : 0);
	free(part);
	read_table(run);
	part = fuzz_part(&data, &size, &length);
	if (part)
		take_record(run, part);
	free(part);
	run_free(run);
	return 0;
}
