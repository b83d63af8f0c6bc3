// SPDX-License-Identifier: GPL-2.0-or-later
/* A CSV file under each header that there is; a number that was read is printed and read again. */
#include <stdlib.h>
#include "../fuzz.h"
#include "base/csv.h"
#include "record/params.h"
#include "record/tables.h"

static void again(const char *text)
{
	double value, same;
	uint64_t count;
	char printed[64];
	json_t *params = params_parse(text);

	free(params ? params_print(params) : NULL);
	json_decref(params);
	csv_parse_count(text, UINT32_MAX, &count);
	if (csv_parse_number(text, &value))
		return;
	fuzz_hold(!csv_parse_number(csv_print_number(printed, sizeof(printed), value), &same));
	fuzz_hold(same == value);
}

static int take(const struct csv_row *row, void *columns)
{
	for (size_t i = 0; i < *(size_t *)columns; i++)
		again(row->field[i]);
	return 0;
}

static void read_as(const char *path, const char *const *columns)
{
	size_t n = 0;
	long rows;

	while (columns[n])
		n++;
	rows = csv_read(path, columns, take, &n);
	fuzz_hold(rows < 0 || csv_count(path) == rows);
	csv_read_grown(path, columns, 1, take, &n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = fuzz_write("table.csv", data, size);

	csv_count(path);
	read_as(path, samples_columns);
	read_as(path, points_columns);
	read_as(path, metrics_columns);
	read_as(path, series_columns);
	return 0;
}
