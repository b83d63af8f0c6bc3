/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sampler - looks, many times a second, at what a process does in the kernel
 *
 * By the CPU's cycle counter where there is one, else by a timer, which sees
 * nothing of what runs with interrupts off. Beside these looks, each time the
 * process leaves the CPU, with the stack it leaves from, until it is back.
 */
#ifndef NODEHOP_SAMPLER_H
#define NODEHOP_SAMPLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sampler;

/* Is there a cycle counter that may be used inside the kernel? */
bool sampler_has_cycles(void);

/* Before the fork: memory that the child's looks survive in. NULL with a fault (no perf events, no right). */
struct sampler *sampler_new(void);

/* In the child: for the calling thread. 0, or -1 with a fault. */
int sampler_open(struct sampler *s);
void sampler_start(struct sampler *s);

/* Keeps what was seen since the start. 0, or -1 with a fault when there is no more room. */
int sampler_stop(struct sampler *s);

/*
 * In the parent, afterwards: `look` gets each look's stack of function names
 * (outermost first) and, for time off the CPU, how long that was; 0 for a look
 * on the CPU. NULL only counts. The names are those of /proc/kallsyms below root
 * ("": this system). The count of looks on the CPU, or -1 with a fault (kallsyms hidden).
 */
long sampler_read(const struct sampler *s, const char *root,
		  void (*look)(const char *const *stack, size_t depth, uint64_t away_ns, void *context), void *context);

/* Looks that did not fit. */
uint64_t sampler_lost(const struct sampler *s);

void sampler_free(struct sampler *s);

#endif
