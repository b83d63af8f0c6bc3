/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * changes - a list of changed settings in memory: what each read before, and what was written
 */
#ifndef NODEHOP_CHANGES_H
#define NODEHOP_CHANGES_H

#include <stddef.h>
#include "settings/knob_file.h"

struct change {
	char *path;
	struct bytes found;   /* what the file read before */
	struct bytes to;      /* what was written, or about to be */
	unsigned long serial; /* not on disk; 0: of a start before, or one that could not be put back */
};

struct changes {
	struct change *change;
	size_t n;
};

/* Adds a change; takes over found. Aborts without memory. */
struct change *changes_add(struct changes *list, const char *path, struct bytes found, const char *to, size_t to_size);

/* Removes the i-th. */
void changes_remove(struct changes *list, size_t i);
void changes_free(struct changes *list);

#endif
