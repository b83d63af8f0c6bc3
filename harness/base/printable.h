/* SPDX-License-Identifier: GPL-2.0-or-later */
/* printable - bytes that someone else wrote, as text that a terminal shows and does not obey */
#ifndef NODEHOP_PRINTABLE_H
#define NODEHOP_PRINTABLE_H

#include <stddef.h>

/* A copy in which every byte but printable ASCII, and the backslash, is written \n, \t, \\ or \x1b. free() it; never NULL. */
char *printable(const char *bytes, size_t size);

/*
 * Bytes of the character at `at`, when it is well-formed UTF-8 that can be
 * shown and stands in XML: no control character, surrogate or noncharacter.
 * 0 when it is not, or at the end.
 */
size_t printable_bytes(const char *at);

/* Puts '?' in the place of each byte that cannot be shown, ' ' for line ends and tabs, and breaks a first "::", which CI hosts obey. */
void printable_in_place(char *text);

#endif
