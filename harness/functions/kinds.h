/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kinds - what kind of work the instructions of a function are, by a data file
 *
 * kinds.csv has rules: a function (shell pattern), from whom it is called
 * and by whom it is executed (caller, task; empty: by any), the kind, and how
 * many bytes each call copies or clears. A rule holds for the function and
 * all it calls, up to the next function with a rule. What other tasks execute
 * without a rule is WAIT, and all that interrupts execute INTERRUPT.
 */
#ifndef NODEHOP_KINDS_H
#define NODEHOP_KINDS_H

#include "functions/calltree.h"

enum kind {
	KIND_PATH,	/* the way through the kernel */
	KIND_COPY,	/* loops that copy pages */
	KIND_ZERO,	/* loops that clear pages */
	KIND_WAIT,	/* other tasks, meanwhile */
	KIND_SPIN,	/* waiting for a lock or a CPU by turning */
	KIND_AMORTISED, /* refills and bulk frees, paid by one page for many */
	KIND_DEFERRED,	/* softirqs and task work */
	KIND_INTERRUPT,
	KIND_USER, /* the program and its libraries */
	KIND_REST, /* no rule */
	KINDS,
};

const char *kind_name(enum kind kind);

/* 0, or -1 and no fault. */
int kind_parse(const char *name, enum kind *kind);

struct kinds;

/* From that file, or from this program's own when NULL. NULL with a fault. */
struct kinds *kinds_load(const char *path);

/* Of what a node of the tree executes itself. The same tree each time. */
enum kind kinds_of(struct kinds *k, const struct calltree *tree, uint32_t node);

/* What each call of the node copies (KIND_COPY) or clears (KIND_ZERO). */
uint64_t kinds_bytes(const struct kinds *k, const struct calltree *tree, uint32_t node);

void kinds_free(struct kinds *k);

#endif
