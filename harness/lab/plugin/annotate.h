/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * annotate - how often each instruction of one function is executed in a window
 */
#ifndef NODEHOP_PLUGIN_ANNOTATE_H
#define NODEHOP_PLUGIN_ANNOTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "qemu_plugin.h"

/* Of that function, and the parts that the compiler made of it. NULL: of none, and nothing else here has to be called. */
void annotate_init(const char *function);
bool annotate_is_on(void);

/* Counts the instruction at that address from now on, if it is of the function. */
void annotate_watch(struct qemu_plugin_insn *insn, uint32_t name, uint64_t at);

void annotate_open(void);

/* Writes the lines of what was executed since annotate_open. */
void annotate_close(FILE *to);

#endif
