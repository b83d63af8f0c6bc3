/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tables - the CSV files of a run folder as rows of struct run
 *
 * What the writer and the reader of a run folder share: names and order of the columns.
 */
#ifndef NODEHOP_TABLES_H
#define NODEHOP_TABLES_H

#include <jansson.h>
#include "base/csv.h"
#include "record/run.h"

extern const char *const samples_columns[], *const points_columns[], *const metrics_columns[], *const series_columns[];

/* Whole files into run->dir. 0, or -1 with a fault. */
int tables_write_points(const struct run *run);
int tables_write_metrics(const struct run *run);

/* env.json or another JSON file, sorted and indented. 0, or -1 with a fault. */
int tables_write_json(const char *folder, const char *name, const json_t *value);

/* samples.csv of run->dir; end with csv_close or csv_abandon. NULL with a fault. */
struct csv_writer *tables_create_samples(const struct run *run);
void tables_write_sample(struct csv_writer *w, const struct run *run, const struct run_sample *sample);

/* series.csv of run->dir, for curves within a repetition; end with csv_close or csv_abandon. NULL with a fault. */
struct csv_writer *tables_create_series(const struct run *run);

/* Fills an empty run from the files in run->dir. 0, or -1 with a fault. */
int tables_read_points(struct run *run);
int tables_read_metrics(struct run *run);

#endif
