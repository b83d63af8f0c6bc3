/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * events - instructions that cost a CPU more than one: how often the kernel executed each kind in a window
 */
#ifndef NODEHOP_PLUGIN_EVENTS_H
#define NODEHOP_PLUGIN_EVENTS_H

#include <stddef.h>
#include <stdio.h>
#include "../../functions/calltree.h"
#include "qemu_plugin.h"

/* Which one the instruction in these bytes is; CALLTREE_EVENTS for none. */
enum calltree_event event_of(const unsigned char *code, size_t size);

/* Counts the instruction from now on, if it is one. */
void events_watch(struct qemu_plugin_insn *insn, const unsigned char *code, size_t size);

void events_open(void);

/* Writes the line of what was counted since events_open. */
void events_close(FILE *to);

#endif
