/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * summary_table - summary.csv: one row per point and metric that may be quoted
 */
#ifndef NODEHOP_SUMMARY_TABLE_H
#define NODEHOP_SUMMARY_TABLE_H

#include "analysis/summary.h"
#include "base/csv.h"

/* summary.csv, row by row; end with csv_close. NULL with a fault. */
struct csv_writer *summary_create(const char *path);
void summary_write_row(struct csv_writer *w, const struct run *run, size_t point, size_t metric,
		       const struct summary *s);

/*
 * Between run_collect and run_seal: writes summary.csv into DIR.part/, after
 * points that may not be quoted became unstable (quotable.h), in points.csv too. 0, or -1 with a fault.
 */
int summary_write(const char *dir);

#endif
