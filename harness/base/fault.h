/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fault - one line that says what went wrong, where, and what would be right
 *
 * A function that fails stores its sentence here and returns -1; whoever
 * handles the failure prints it once. One fault is kept for each thread: the last.
 */
#ifndef NODEHOP_FAULT_H
#define NODEHOP_FAULT_H

/* Stores the sentence (printf style, no newline). Always returns -1, so that `return fault(...)` reads well. */
int fault(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Puts "WHERE: " before the stored sentence. Always returns -1. */
int fault_at(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The stored sentence; never NULL. */
const char *fault_text(void);

#endif
