/* SPDX-License-Identifier: GPL-2.0-or-later */
/* merge - sessions of several runs become one run */
#ifndef NODEHOP_MERGE_H
#define NODEHOP_MERGE_H

#include <stddef.h>

/*
 * Writes the tables of the merged run into OUT.part/ (see run.h; summary and
 * run_seal are still to come). Sessions are numbered anew, from 1. 0; 1 with
 * a fault when the runs are not of one kind (facts, points, metrics) or one
 * session is there twice; -1 with a fault when one is damaged or incomplete,
 * or OUT cannot be written.
 */
int run_merge(const char *out, char *const *dirs, size_t count);

#endif
