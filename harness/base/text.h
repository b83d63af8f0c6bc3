/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * text - text that grows as it is written, so that no buffer's size cuts it
 */
#ifndef NODEHOP_TEXT_H
#define NODEHOP_TEXT_H

#include <stdarg.h>

/*
 * Appends (printf style) to `text`, which malloc made or which is NULL for an
 * empty one, and returns it; free() it. Leaves the program without memory.
 */
char *text_append(char *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A new text, for those who take such arguments themselves. */
char *text_of_args(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

/* The same, behind a ", " unless it is the first word. */
char *text_list(char *list, const char *word);

#endif
