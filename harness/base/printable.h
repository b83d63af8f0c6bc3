/* SPDX-License-Identifier: GPL-2.0-or-later */
/* printable - bytes that someone else wrote, as text that a terminal shows and does not obey */
#ifndef NODEHOP_PRINTABLE_H
#define NODEHOP_PRINTABLE_H

#include <stddef.h>

/* A copy in which every byte but printable ASCII, and the backslash, is written \n, \t, \\ or \x1b. free() it; never NULL. */
char *printable(const char *bytes, size_t size);

#endif
