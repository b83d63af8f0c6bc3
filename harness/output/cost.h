/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cost - the cost model of a run as a person reads it */
#ifndef NODEHOP_COST_H
#define NODEHOP_COST_H

#include "record/run.h"

/* Prints a line a model that could be fitted to stdout. 0, or -1 with a fault when the samples cannot be read. */
int cost_print(const struct run *run);

#endif
