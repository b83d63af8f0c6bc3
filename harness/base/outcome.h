/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * outcome - what became of a point, and the words for it in records and tables
 */
#ifndef NODEHOP_OUTCOME_H
#define NODEHOP_OUTCOME_H

/*
 * In rising order of gravity. Every outcome but OK carries a fixed reason
 * code ("no-node") and a sentence with the numbers.
 */
enum outcome {
	OK,
	UNSTABLE, /* verified, but too noisy to quote */
	SKIPPED,  /* the machine lacks it */
	BLOCKED,  /* the machine has it, we may not or cannot measure it */
	WRONG,	  /* data differs, or a page is not where the call said */
	BROKEN,	  /* our fault, or a callback, deadline or signal */
};

#define OUTCOMES (BROKEN + 1)

/* "ok", "unstable", "skipped", "blocked", "wrong" or "broken". */
const char *outcome_name(enum outcome outcome);

/* 0, or -1 with a fault when there is no such word. */
int outcome_parse(const char *name, enum outcome *outcome);

#endif
