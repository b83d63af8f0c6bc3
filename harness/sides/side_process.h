/* SPDX-License-Identifier: GPL-2.0-or-later */
/* side_process - one call of a side's program */
#ifndef NODEHOP_SIDE_PROCESS_H
#define NODEHOP_SIDE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

/* The program and its arguments; starts zeroed. The words are borrowed. */
struct side_words {
	const char **word; /* NULL-terminated */
	size_t n;
};

void side_words_add(struct side_words *w, const char *word);

/* "NAME VALUE"; nothing when value is NULL. */
void side_words_add_option(struct side_words *w, const char *name, const char *value);

/*
 * Runs the program to its end and frees the list. What it prints goes to the log, what it says on stderr to ours. 0
 * also when points are wrong or missing; -1 with a fault when it could not measure, died or was interrupted.
 */
int side_words_run(const struct side_words *w, const char *log);

/* Has such a program said on stderr, since the start, why it could not measure? */
bool side_has_reported(void);

#endif
