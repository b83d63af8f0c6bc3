/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exact_tree - the functions of one repetition by caller, each with all that it calls */
#ifndef NODEHOP_EXACT_TREE_H
#define NODEHOP_EXACT_TREE_H

#include <jansson.h>
#include <stdio.h>
#include "functions/calltree.h"

struct exact_tree;

/* Of one window; parts that the compiler made of one function are one. Never NULL. */
struct exact_tree *exact_tree_new(const struct calltree *calls, const struct calltree_window *w);

/*
 * [{name, share, value, self, calls, children}], the roots (caller, task, interrupt) on top, the largest first: `value` with
 * all that it calls and `self` without, in instructions for each of so many units.
 */
json_t *exact_tree_json(const struct exact_tree *t, double units);

/* A line "caller;a;b COUNT" for each function with instructions of its own, as flame graph tools and speedscope read. */
void exact_tree_fold(const struct exact_tree *t, FILE *to);

void exact_tree_free(struct exact_tree *t);

#endif
