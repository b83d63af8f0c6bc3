/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * graph - the text of the function_graph tracer, as a breakdown
 *
 * Each function's own time is its duration without that of the functions it
 * called. Weights are microseconds.
 */
#ifndef NODEHOP_GRAPH_H
#define NODEHOP_GRAPH_H

#include <stdio.h>
#include "analysis/breakdown.h"

/* Reads to the end. What began before the text or ends after it is left out. The count of lines, or -1 with a fault. */
long graph_read(FILE *file, struct breakdown *p);

#endif
