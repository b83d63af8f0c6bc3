/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * functions - a trial's profile becomes metrics of its samples, and a table of functions
 */
#ifndef NODEHOP_ANALYSIS_FUNCTIONS_H
#define NODEHOP_ANALYSIS_FUNCTIONS_H

#include <jansson.h>
#include <stdbool.h>
#include "functions/calltree.h"
#include "functions/kinds.h"

/*
 * The "samples" record of a point as it came, and the full name of its primary metric as the guest has it. Its rows get
 * the metrics that the profile tells (path_insns, ...), and *functions becomes a record of kind "functions":
 *   {"kind", "point", "total", "total_agree", "repetitions", "median_repetition", "units",
 *    "rows": [[executor, function, kind, insns, calls, agree], ...]}
 * in instructions and calls for each unit, medians over the repetitions. A unit is that of the primary metric or, with
 * `by_folio`, a folio moved, so that the rows of the path add up to path_insns; there are
 * "units" in the one that took the median of all instructions, which is window "median_repetition" of the trial.
 * A record without wall_insns has nothing to be held against: it stays as it is, with *functions as it was.
 * 0, or -1 with a fault and the record as it was: the profile lacks a
 * repetition, or counted something else than the guest's own clock did.
 */
int functions_take(struct calltree *tree, struct kinds *kinds, json_t *samples, const char *primary, bool by_folio,
		   json_t **functions);

/* Calls `each` with a "metric" record for each metric that it can add. */
int functions_describe(int (*each)(json_t *record, void *context), void *context);

#endif
