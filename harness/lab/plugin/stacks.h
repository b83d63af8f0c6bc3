/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stacks - which functions are active on each kernel stack, recognised by where return addresses lie
 *
 * A call stores its return address, and the return loads it from the same
 * place: frames are matched by that address, never by counting, so nothing
 * drifts. A boundary is where the kernel was entered: by a system call, a
 * fault, an interrupt.
 */
#ifndef NODEHOP_PLUGIN_STACKS_H
#define NODEHOP_PLUGIN_STACKS_H

#include <stdbool.h>
#include <stdint.h>

/* How the kernel can be entered. */
enum entry {
	ENTRY_CALL,	 /* not: a function of it begins */
	ENTRY_SYSCALL,	 /* from user mode: the stack is empty */
	ENTRY_INTERRUPT, /* whatever it interrupts has no part in it */
	ENTRY_EXCEPTION, /* below the function that raised it */
	ENTRY_FAULT,	 /* the same; the instruction that raised it runs again */
};

void stacks_init(void);

/* A call stored its return address `back` at `sp`. */
void stacks_call(uint64_t sp, uint64_t back);

/* A function's first instruction runs. */
void stacks_enter(uint32_t name, enum entry how);

/* The same for text without symbols, a block of which runs: only where it was called. */
void stacks_enter_if_called(uint32_t name);

/* A return loads from `sp`. */
void stacks_return(uint64_t sp);

/* iret, and sysret. */
void stacks_leave_boundary(void);
void stacks_leave_kernel(void);

/* Another task runs, whose stack this address is on. */
void stacks_switch(uint64_t task, uint64_t sp);

/* Code of user mode runs, at a function's start or further on. */
void stacks_user(uint32_t name, bool is_start);

/* The task that runs is the one measured, until the next call of this. */
void stacks_set_caller(void);

#endif
