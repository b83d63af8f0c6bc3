/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * needs - does the machine have what a point needs? Asked once, in one place
 */
#ifndef NODEHOP_NEEDS_H
#define NODEHOP_NEEDS_H

#include "plan/point.h"
#include "machine/facts.h"

/*
 * Fills the point's outcome, reason and detail: OK, SKIPPED (the machine
 * lacks it) or BLOCKED (the machine or mode has it, but we cannot measure
 * it). Probes what the kernel does only on this very system.
 */
void needs_check(struct point *point, const struct machine *m);

#endif
