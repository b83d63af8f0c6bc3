/* SPDX-License-Identifier: GPL-2.0-or-later */
/* samples - every stored sample of one point, as a table */
#ifndef NODEHOP_SAMPLES_H
#define NODEHOP_SAMPLES_H

#include "record/run.h"

/*
 * Prints the point's outcome and a line per sample to stdout; metrics that are the same in all samples
 * stand above, once. Values of class untimed are left out. 0, or -1 with a fault, which names the nearest
 * key where there is no such point.
 */
int samples_print(const struct run *run, const char *key);

#endif
