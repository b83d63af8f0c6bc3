/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * function_rows - the rows of a "functions" record (functions.h), from a trial's windows
 */
#ifndef NODEHOP_FUNCTION_ROWS_H
#define NODEHOP_FUNCTION_ROWS_H

#include <jansson.h>
#include "functions/calltree.h"
#include "functions/kinds.h"

#define FUNCTION_ROWS_REPETITIONS 64 /* what comes after them is not looked at */

struct function_rows;

/* Of that tree, which must stay. Never NULL. */
struct function_rows *function_rows_new(const struct calltree *tree, struct kinds *kinds);

/* One repetition, which is window i and has so many units of the primary metric. */
void function_rows_add(struct function_rows *all, const struct calltree_trial *trial, size_t i, double unit);

/* The record of that point, after all repetitions; NULL when there was none. */
json_t *function_rows_record(struct function_rows *all, const char *point);

void function_rows_free(struct function_rows *all);

#endif
