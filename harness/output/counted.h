/* SPDX-License-Identifier: GPL-2.0-or-later */
/* counted - what could not be counted in a run, and what came out of counting that cannot be true */
#ifndef NODEHOP_COUNTED_H
#define NODEHOP_COUNTED_H

#include "record/run.h"

/* Prints a line for each such event to stdout. 0, or -1 with a fault when the samples cannot be read. */
int counted_print(const struct run *run);

#endif
