/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exact_words - the words of an `explain` whose guest is looked at from outside */
#ifndef NODEHOP_EXACT_WORDS_H
#define NODEHOP_EXACT_WORDS_H

#include <stdbool.h>

struct exact_words {
	const char *source;   /* NULL: not named */
	const char *folded;   /* a file to write stacks to; NULL for none */
	const char *annotate; /* a function whose instructions are wanted; NULL for none */
	bool tree, json;
	const char **run; /* "nodehop run POINT...", what the guest has to do; NULL-terminated */
	int run_words;
};

/* Of "nodehop explain WORD...". 0, or -1 with a fault: a value is missing. Either way free it. */
int exact_words_parse(struct exact_words *w, int argc, char **argv);
void exact_words_free(struct exact_words *w);

/* Does it ask for what the exact source alone can tell? */
bool exact_words_need_exact(const struct exact_words *w);

#endif
