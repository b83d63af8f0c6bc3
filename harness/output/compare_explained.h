/* SPDX-License-Identifier: GPL-2.0-or-later */
/* compare_explained - a comparison's changes function by function, in words and numbers; the layout is each format's */
#ifndef NODEHOP_COMPARE_EXPLAINED_H
#define NODEHOP_COMPARE_EXPLAINED_H

#include "compare/compare.h"
#include "compare/compare_words.h"

#define EXPLAINED_MOST 12 /* rows of a point; the JSON has all */

struct explained_row {
	const char *function, *executor, *kind;
	const char *mark; /* ", within its noise", or "" */
	char change[WORDS_MAX], by_calls[WORDS_MAX], by_length[WORDS_MAX];
	char insns[WORDS_BOTH], calls[WORDS_BOTH], length[WORDS_BOTH]; /* "A -> B" */
};

struct explained_layout {
	void (*title)(FILE *out);						     /* once, before the first point */
	void (*head)(FILE *out, const char *point, const char *sentence, bool rows); /* are there rows? */
	void (*row)(FILE *out, const struct explained_row *row);
	words_say *say;		/* a sentence below the rows */
	void (*end)(FILE *out); /* of a point */
};

/* All points of c->explained; nothing where there are none. */
void explained_write(FILE *out, const struct comparison *c, const struct explained_layout *layout);

#endif
