/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * window - the measured regions, as the guest marks them
 */
#ifndef NODEHOP_PLUGIN_WINDOW_H
#define NODEHOP_PLUGIN_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where profiles are written. 0, or -1 when it cannot be. */
int window_init(uint64_t plugin, const char *path, void (*armed)(uint64_t plugin));

/* Has the guest asked for profiles yet? Until then nothing is counted, and the boot costs nothing more. */
bool window_is_armed(void);

/* The marker that this instruction is, or -1: see instruments/window.h. */
int window_marker(const unsigned char *code, size_t size);

/* A callback for it. */
void window_on_marker(unsigned cpu, void *marker);

#endif
