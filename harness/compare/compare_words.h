/* SPDX-License-Identifier: GPL-2.0-or-later */
/* compare_words - numbers and sentences of a comparison, as every text format puts them */
#ifndef NODEHOP_COMPARE_WORDS_H
#define NODEHOP_COMPARE_WORDS_H

#include <stddef.h>
#include <stdio.h>
#include "compare/compare.h"

#define WORDS_MAX 64

/* "16336", "33.12M": five digits; "-" for NAN. All return buffer. */
char *words_value(char buffer[WORDS_MAX], double value);

/* "6720 -> 8113", or one number where both sides have it. Returns buffer. */
#define WORDS_BOTH (2 * WORDS_MAX + 8)
char *words_both(char buffer[WORDS_BOTH], double a, double b);

/* "+1.13 %", or "-". */
char *words_share(char buffer[WORDS_MAX], double share);

/* "[+1.10, +1.15]", or "[-]" when there are too few sessions for one. */
char *words_interval(char buffer[WORDS_MAX], const struct change *change);

/* A log ratio without sign, "0.31 %"; "never" for INFINITY, "-" for NAN. */
char *words_size(char buffer[WORDS_MAX], double log_ratio);

/* Each hands one sentence a call to `say`, in order. */
typedef void words_say(FILE *out, const char *sentence);

/* Before the table: sides, variant, what was ignored, sessions needed, margins, what the mode's numbers are. */
void words_head(FILE *out, const struct comparison *c, words_say *say);

/* After it: counts of verdicts, and what the exit code says. */
void words_tail(FILE *out, const struct comparison *c, words_say *say);

#endif
