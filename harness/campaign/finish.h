/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * finish - what run and lab do once all sessions of a run are in: close the
 * folder, print its table, choose the exit code
 */
#ifndef NODEHOP_FINISH_H
#define NODEHOP_FINISH_H

#include <stdbool.h>
#include "record/run.h"

/*
 * Closes DIR.part (run.h says what complete, cause and detail mean), prints
 * the summary and where the folder is. Returns the exit code of design: 1
 * when a point is wrong or broken, 4 when none could be measured, 2 with the
 * fault printed when the folder cannot be closed.
 */
int finish_run(const char *dir, bool complete, const char *cause, const char *detail);

/*
 * When a signal ended the command: one line that says what is kept and, with
 * `go_on` ("`nodehop run --resume`"), which command goes on with `dir`.
 */
void finish_report_interrupted(const char *dir, const char *go_on);

/* Adds what analysis makes of DIR.part's tables, and closes it. 0, or -1 with a fault. */
int finish_seal(const char *dir);

/* Prints the table and the cost model. 0, or -1 with a fault. */
int finish_print(const struct run *run);

/* "results/runs/YYYYmmdd-HHMMSS-NAME" in UTC; free() it. */
char *finish_default_dir(const char *name);

#endif
