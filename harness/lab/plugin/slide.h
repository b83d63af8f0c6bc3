/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * slide - where kernel and program lie, found by code that can be recognised
 */
#ifndef NODEHOP_PLUGIN_SLIDE_H
#define NODEHOP_PLUGIN_SLIDE_H

#include <stddef.h>
#include <stdint.h>
#include "qemu_plugin.h"

/*
 * Is this block the kernel's entry for system calls? It begins with swapgs,
 * and lies a multiple of 2 MiB from where it was linked (KASLR).
 */
void slide_look(struct qemu_plugin_tb *tb, size_t insns);

/* The program's marker of a trial is at this address. */
void slide_program(uint64_t marker);

#endif
