/* SPDX-License-Identifier: GPL-2.0-or-later */
/* baselines - what a person asks of the folder of baselines: to see it, to hold a run against one, to clear it up */
#ifndef NODEHOP_BASELINES_H
#define NODEHOP_BASELINES_H

#include <stdbool.h>
#include <stddef.h>

/* Each returns the exit code, after the fault is on stderr. A baseline is named by MACHINE/NAME below root. */

/* Prints a line for each; a damaged one is a fault, and the others are listed all the same. */
int baselines_list(const char *root);

/* Prints where it comes from, and its table. `name` may be a run's path, too, and so may those of baselines_diff. */
int baselines_show(const char *root, const char *name);

/* Prints what changed from a to b, facts and numbers; the exit code is that of the comparison. */
int baselines_diff(const char *root, const char *a, const char *b);

/*
 * Removes these baselines, or with n = 0 what interrupted promotions left; without `remove` it says what would be
 * removed. What is not a baseline is a fault.
 */
int baselines_prune(const char *root, const char *const *names, size_t n, bool remove);

#endif
