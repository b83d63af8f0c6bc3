/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calltree - what the lab's plugin writes of a boot: instructions by chain of callers, for each timed region
 *
 * Lines of text, in a file in memory that QEMU appends to:
 *   T LABEL              a trial begins; its point's label (instruments/window.h), hexadecimal
 *   N NODE PARENT NAME   from now on NODE is the function NAME, called from PARENT's; 0 is no parent, and the
 *                        roots are called caller, task and interrupt; functions in user mode are
 *                        "NAME [program]" and "[library]"
 *   W TOTAL              a window: all of its instructions; then, up to a line E,
 *   NODE INSNS CALLS     what was executed in that function itself, and how often it was called
 *   V COUNT...           in a window: what the kernel executed of each enum calltree_event, in that order
 *   I INSN OFFSET NAME TEXT, C INSN COUNT
 *                        where it was asked for one function's instructions: from now on INSN is the one at OFFSET
 *                        in NAME, which TEXT says; and in a window, how often it was executed
 *   D COUNT              chains that found no room, and so stand with their callers
 */
#ifndef NODEHOP_CALLTREE_H
#define NODEHOP_CALLTREE_H

#include <stddef.h>
#include <stdint.h>
#include "functions/annotation.h"

struct calltree;

/* What costs a CPU more than an instruction, and a count of instructions hides. */
enum calltree_event {
	CALLTREE_LOCKED,	 /* instructions with a lock prefix, and exchanges with memory */
	CALLTREE_TLB_PAGE_FLUSH, /* invlpg, invpcid */
	CALLTREE_CR3_WRITE,	 /* of all of the TLB: a flush, another address space */
	CALLTREE_MSR_WRITE,
	CALLTREE_EVENTS,
};

struct calltree_entry {
	uint32_t node;
	uint64_t insns, calls;
};

struct calltree_window {
	uint64_t total;
	struct calltree_entry *entry;
	size_t entries;
	uint64_t event[CALLTREE_EVENTS];
	struct annotated_count *executed; /* of the function asked for */
	size_t executions;
};

struct calltree_trial {
	uint32_t label;
	struct calltree_window *window; /* one a repetition, warm-ups included */
	size_t windows;
	uint64_t dropped; /* of D */
};

/* An empty one, and the descriptor of its file. NULL with a fault. */
struct calltree *calltree_new(void);
int calltree_fd(const struct calltree *p);

/*
 * The first trial with that label that was not taken yet; those before it are
 * forgotten. It stays until the next call. NULL with a fault: none is there,
 * or the file is not what it should be.
 */
const struct calltree_trial *calltree_take(struct calltree *p, uint32_t label);

/* The one that was taken last; it must have been. */
const struct calltree_trial *calltree_taken(const struct calltree *p);

/* The function of a node, and the node of its caller, 0 for a root. */
const char *calltree_name(const struct calltree *p, uint32_t node);
uint32_t calltree_parent(const struct calltree *p, uint32_t node);

/* The root above it: "caller", "task" or "interrupt". */
const char *calltree_executor(const struct calltree *p, uint32_t node);

/* Calls of the function: going on in a part that the compiler made of it is none. */
uint64_t calltree_calls(const struct calltree *p, const struct calltree_entry *e);

/* The instructions that were executed of the function asked for; none was: empty. */
const struct annotation *calltree_annotation(const struct calltree *p);

size_t calltree_nodes(const struct calltree *p); /* numbers are below this */

void calltree_free(struct calltree *p);

#endif
