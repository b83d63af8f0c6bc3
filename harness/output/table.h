/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table - a run as a person reads it: a line per point, then what became of them all */
#ifndef NODEHOP_TABLE_H
#define NODEHOP_TABLE_H

#include "record/run.h"

/* Prints to stdout. 0, or -1 with a fault when the samples cannot be read. */
int table_print(const struct run *run);

/* "hardware", "counted" or "fast". */
const char *table_mode(const struct run *run);

/* The limits of a run's numbers, a line each: of the lab, of nodes of one memory, of a virtual machine, of a load. */
void table_print_stamps(const struct run *run);

#endif
