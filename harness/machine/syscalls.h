/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * syscalls - which system calls this process may make at all
 *
 * Containers, services and security modules refuse some, whoever asks and for
 * whatever. Each is tried once, with arguments that the kernel itself refuses
 * before it does anything, and how is known: any other answer is somebody else's.
 */
#ifndef NODEHOP_SYSCALLS_H
#define NODEHOP_SYSCALLS_H

#include <stdbool.h>
#include <stddef.h>
#include "bench.h"

/*
 * May all calls of this mask (enum calls) be made? OK; BLOCKED where a filter
 * or another guard refuses one; SKIPPED where this kernel has not got one. Then
 * `code` is the reason, and a fault names the calls, the answer and the remedy.
 */
enum outcome syscalls_check(unsigned mask, const char **code);

/* One of the mask's bits by its index: its name, or NULL beyond the last. */
const char *syscalls_name(size_t i);

#endif
