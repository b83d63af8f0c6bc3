/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain_exact - the explanation of a counted point, by every instruction of its median repetition */
#ifndef NODEHOP_EXPLAIN_EXACT_H
#define NODEHOP_EXPLAIN_EXACT_H

#include <jansson.h>
#include "functions/functions.h"

/*
 * The record of analysis/explanation.h, with source "exact". Besides, each of
 * `functions` has its executor, its calls and its instructions a call, and
 * `kinds` are the kinds of work with their instructions. `samples` is the
 * point's record as functions_take left it, which made `functions`.
 */
json_t *explain_exact(const struct calltree *tree, struct kinds *kinds, const json_t *samples, const json_t *functions,
		      const char *primary);

#endif
