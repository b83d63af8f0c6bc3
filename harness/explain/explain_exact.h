/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain_exact - the explanation of a counted point, by every instruction of its median repetition */
#ifndef NODEHOP_EXPLAIN_EXACT_H
#define NODEHOP_EXPLAIN_EXACT_H

#include <jansson.h>
#include "explain/exact_words.h"
#include "functions/functions.h"

/*
 * The record of analysis/explanation.h, with source "exact". Besides, each of
 * `functions` has its executor, its calls and its instructions a call, and
 * `kinds` are the kinds of work with their instructions. `samples` is the
 * point's record as functions_take left it, which made `functions`. With a
 * tree asked for there is `tree` (exact_tree.h), and with a function to
 * annotate `annotate` and `annotation` (exact_annotation.h). Never NULL.
 */
json_t *explain_exact(const struct calltree *tree, struct kinds *kinds, const json_t *samples, const json_t *functions,
		      const char *primary, const struct exact_words *asked);

/* The window of the repetition that it is about. */
const struct calltree_window *explain_exact_window(const struct calltree *tree, const json_t *functions);

#endif
