/* SPDX-License-Identifier: GPL-2.0-or-later */
/* surroundings_parts - what the files of surroundings share */
#ifndef NODEHOP_SURROUNDINGS_PARTS_H
#define NODEHOP_SURROUNDINGS_PARTS_H

#include "machine/surroundings.h"

/* Adds a finding, its text printf style. */
void surroundings_found(struct surroundings *s, const char *what, bool disturbs, const char *remedy, const char *format,
			...) __attribute__((format(printf, 5, 6)));

void surroundings_memory(struct surroundings *s, const struct machine *m, const char *root);
void surroundings_swap(struct surroundings *s, const char *root);

#endif
