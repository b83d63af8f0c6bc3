/* SPDX-License-Identifier: GPL-2.0-or-later */
/* axis_parse - what axis_parse.c and axis_pairs.c share of the grammar of sweeps; for these two alone */
#ifndef NODEHOP_AXIS_PARSE_H
#define NODEHOP_AXIS_PARSE_H

#include "plan/axis.h"

/* Appends the value. */
void axis_add(struct axis_values *values, union axis_value value);

/* Appends the pairs that one item of the list stands for; the text is cut up. 0, or -1 with a fault. */
int axis_parse_pair(const struct axis *axis, const struct machine *m, char *text, struct axis_values *values);

#endif
