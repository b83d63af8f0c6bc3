/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exact_annotation - how often one repetition executed each instruction of a function */
#ifndef NODEHOP_EXACT_ANNOTATION_H
#define NODEHOP_EXACT_ANNOTATION_H

#include <jansson.h>
#include "functions/calltree.h"

/*
 * [{at, count, text}]: "NAME+0xOFFSET", executions for each of so many units, and the instruction; by address in each part
 * of the function. Empty where none was executed.
 */
json_t *exact_annotation_json(const struct calltree *calls, const struct calltree_window *w, double units);

#endif
