/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * interrupts - how often CPUs interrupted each other (/proc/interrupts)
 *
 * Taking a page from one node to another makes every CPU that may have its
 * translation forget it; these are the interrupts that tell them.
 */
#ifndef NODEHOP_INTERRUPTS_H
#define NODEHOP_INTERRUPTS_H

enum interrupt { INTERRUPT_TLB_SHOOTDOWN, INTERRUPT_FUNCTION_CALL, INTERRUPTS };

/* Sums over all CPUs since boot, of the file below root ("": this system); NAN where this kernel has no such row (absent is not 0). 0, or -1 with a fault. */
int interrupts_read(double sum[INTERRUPTS], const char *root);

#endif
