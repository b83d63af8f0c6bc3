// SPDX-License-Identifier: GPL-2.0-or-later
/* tables - which columns points.csv, metrics.csv, samples.csv and series.csv have, and their rows both ways */
#include <stdlib.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/json.h"
#include "record/check.h"
#include "record/params.h"
#include "record/tables.h"

const char *const samples_columns[] = {
	"session", "order", "point", "rep", "warmup", "metric", "value", "status", NULL,
};
const char *const points_columns[] = { "point",	  "benchmark", "revision", "primary",  "figure", "params",
				       "outcome", "reason",    "detail",   "settings", NULL };
#define POINTS_NEWER 1 /* settings: runs of the first version do not tell them */
const char *const metrics_columns[] = { "name", "unit", "better", "class", "meaning", NULL };
const char *const series_columns[] = { "session", "point", "rep", "series", "x", "y", NULL };

/* ---- writing ------------------------------------------------------------------ */

static struct csv_writer *create(const struct run *run, const char *name, const char *const *columns)
{
	char *path = file_path(run->dir, name);
	struct csv_writer *w = csv_create(path, columns);

	free(path);
	return w;
}

int tables_write_points(const struct run *run)
{
	struct csv_writer *w = create(run, "points.csv", points_columns);

	for (size_t i = 0; w && i < run->points; i++) {
		const struct run_point *p = &run->point[i];
		char *params = params_print(p->params);

		if (!params) {
			fault_at("%s", p->key);
			csv_abandon(w);
			return -1;
		}
		csv_text(w, p->key);
		csv_text(w, p->benchmark);
		csv_integer(w, p->revision);
		csv_text(w, p->primary);
		csv_text(w, p->figure);
		csv_text(w, params);
		csv_text(w, p->outcome);
		csv_text(w, p->reason);
		csv_text(w, p->detail);
		csv_text(w, p->settings);
		csv_row_end(w);
		free(params);
	}
	return w && csv_close(w) >= 0 ? 0 : -1;
}

int tables_write_metrics(const struct run *run)
{
	struct csv_writer *w = create(run, "metrics.csv", metrics_columns);

	for (size_t i = 0; w && i < run->metrics; i++) {
		csv_text(w, run->metric[i].name);
		csv_text(w, run->metric[i].unit);
		csv_text(w, run->metric[i].better);
		csv_text(w, run->metric[i].class);
		csv_text(w, run->metric[i].meaning);
		csv_row_end(w);
	}
	return w && csv_close(w) >= 0 ? 0 : -1;
}

int tables_write_json(const char *folder, const char *name, const json_t *value)
{
	char *path = file_path(folder, name);
	int failed = json_file_write(path, value, JSON_INDENT(2) | JSON_SORT_KEYS);

	free(path);
	return failed;
}

struct csv_writer *tables_create_samples(const struct run *run)
{
	return create(run, "samples.csv", samples_columns);
}

struct csv_writer *tables_create_series(const struct run *run)
{
	return create(run, "series.csv", series_columns);
}

void tables_write_sample(struct csv_writer *w, const struct run *run, const struct run_sample *s)
{
	csv_integer(w, s->session);
	csv_integer(w, s->order);
	csv_text(w, run->point[s->point].key);
	csv_integer(w, s->rep);
	csv_integer(w, s->warmup);
	csv_text(w, run->metric[s->metric].name);
	csv_number(w, s->value);
	csv_text(w, s->status);
	csv_row_end(w);
}

/* ---- reading ------------------------------------------------------------------ */

static int read_point(const struct csv_row *row, void *context)
{
	const char *const *field = row->field;
	struct run_point p = {
		.key = (char *)field[0],
		.benchmark = (char *)field[1],
		.primary = (char *)field[3],
		.figure = (char *)field[4],
		.outcome = (char *)field[6],
		.reason = (char *)field[7],
		.detail = (char *)field[8],
		.settings = (char *)field[9],
	};
	long index;

	if (check_number_text(NUMBER_REVISION, field[2], &p.revision) < 0)
		return -1;
	p.params = params_parse(field[5]);
	if (!p.params)
		return -1;
	index = check_point(&p) < 0 ? -1 : run_add_point(context, &p);
	json_decref(p.params);
	return index < 0 ? -1 : 0;
}

static int read_metric(const struct csv_row *row, void *context)
{
	const char *const *field = row->field;
	const struct run_metric m = {
		.name = (char *)field[0],
		.unit = (char *)field[1],
		.better = (char *)field[2],
		.class = (char *)field[3],
		.meaning = (char *)field[4],
	};

	return check_metric(&m) < 0 || run_add_metric(context, &m) < 0 ? -1 : 0;
}

static int read_table(struct run *run, const char *name, const char *const *columns, size_t newer,
		      int (*each)(const struct csv_row *row, void *context))
{
	char *path = file_path(run->dir, name);
	long rows = csv_read_grown(path, columns, newer, each, run);

	free(path);
	return rows < 0 ? -1 : 0;
}

int tables_read_points(struct run *run)
{
	return read_table(run, "points.csv", points_columns, POINTS_NEWER, read_point);
}

int tables_read_metrics(struct run *run)
{
	return read_table(run, "metrics.csv", metrics_columns, 0, read_metric);
}
