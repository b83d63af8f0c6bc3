/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * diagnose - what a guest's console says about how it ended
 */
#ifndef NODEHOP_DIAGNOSE_H
#define NODEHOP_DIAGNOSE_H

#include <stddef.h>

/* The console's telling lines in one line: a panic or an out-of-memory kill where there is one, and its last lines. */
void diagnose_tail(const char *console, char *text, size_t size);

/*
 * Why init never started: the option that the kernel lacks, by what the
 * console says, or else by the kernel's configuration where it can be found.
 */
void diagnose_no_start(const char *console, const char *kernel, char *text, size_t size);

#endif
