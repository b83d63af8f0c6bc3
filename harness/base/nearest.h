/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nearest - what was probably meant by a word that does not exist */
#ifndef NODEHOP_NEAREST_H
#define NODEHOP_NEAREST_H

#include <stddef.h>

/* How many characters must be inserted, removed or replaced to make a into b. */
size_t nearest_distance(const char *a, const char *b);

#endif
