/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tree - instructions by chain of callers, while a window is open
 *
 * Every instruction adds to one counter. At an event (a call, a return, an
 * interrupt, a switch) what was added since the event before belongs to the
 * function on top. Outside of windows nothing is kept.
 */
#ifndef NODEHOP_PLUGIN_TREE_H
#define NODEHOP_PLUGIN_TREE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

extern uint64_t tree_total;   /* instructions since the plugin was armed; translated code adds to it */
extern uint64_t tree_dropped; /* chains that found no room: 2^18 are there */
extern uint32_t tree_top;     /* the node that runs */

/* The node of a function called from `parent`'s; parent 0 and NAME_CALLER, NAME_TASK or NAME_INTERRUPT for a root. */
uint32_t tree_child(uint32_t parent, uint32_t name);

/* Gives the instructions since the last event to the top. `extra`: the instruction that runs, when not counted yet. */
void tree_account(unsigned extra);

/* A call of the node's function began. */
void tree_call(uint32_t node);

/* The instruction on which a fault was raised runs again: it counts once. */
void tree_uncount(void);

void tree_open(void);

/* The window will not be closed: forgets what it held. */
void tree_abandon(void);

/* Writes what the window held, to its end but for the line that says so, and forgets it: functions/calltree.h. */
void tree_close(FILE *to);

#endif
