/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * similar - is there a function of a name, and if not, which are called like it
 */
#ifndef NODEHOP_SIMILAR_H
#define NODEHOP_SIMILAR_H

#include <stdbool.h>
#include <stddef.h>

#define SIMILAR_NAMES 3

/* All zero but for the name. */
struct similar {
	const char *name;
	bool found;
	struct {
		char *name;
		size_t distance;
	} best[SIMILAR_NAMES];
	size_t count;
};

/* One name that there is. */
void similar_take(struct similar *s, const char *name);

/* Looks through a table of symbols (symbols.h). 0, or -1 with a fault when it cannot be read. */
int similar_look(struct similar *s, const char *table);

/* -1, with the fault that there is none. */
int similar_fault(const struct similar *s);

void similar_free(struct similar *s);

#endif
