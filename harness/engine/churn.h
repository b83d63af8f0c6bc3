/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * churn - leaves the kernel's free lists in a state that the seed decides
 *
 * Two boots that differ in the seed alone give nearly the same digits, so
 * they would replicate nothing. A child that touches and frees memory of all
 * nodes in a pattern of its own moves figures by tenths of a percent, as
 * another morning's machine would.
 */
#ifndef NODEHOP_CHURN_H
#define NODEHOP_CHURN_H

#include "machine/facts.h"

/* Runs the child and waits for it. 0, or -1 with a fault. */
int churn_memory(const struct machine *m, unsigned long seed);

#endif
