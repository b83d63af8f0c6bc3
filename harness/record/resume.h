/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * resume - what an incomplete run still lacks
 */
#ifndef NODEHOP_RESUME_H
#define NODEHOP_RESUME_H

#include <jansson.h>
#include <stdbool.h>

struct resume {
	char *dir;	  /* the run folder's name, without .part */
	char *part;	  /* what it is called while it is measured */
	bool sealed;	  /* it is called dir now */
	bool lab;	  /* a boot starts anew: only whole sessions of it can be kept */
	json_t *argv;	  /* the command of the first session, a word each */
	json_t *sessions; /* number as text: {"ended": bool, "logs": count, "done": {point: true}} */
};

/*
 * Looks at an incomplete run, sealed or in progress (DIR or DIR.part), and
 * changes nothing. A fault when it is complete, is no run, or is being
 * measured. Free with resume_close.
 */
int resume_open(struct resume *resume, const char *dir);

/* Makes it a run in progress again: afterwards DIR.part has its logs and no tables. 0, or -1 with a fault. */
int resume_begin(struct resume *resume);

/* Has the session that point's outcome (an interrupted trial has none)? */
bool resume_has(const struct resume *resume, int session, const char *key);

/* Did the session end by itself? */
bool resume_ended(const struct resume *resume, int session);

/* The path of the session's next log in DIR.part; free() it. */
char *resume_session_path(const struct resume *resume, int session);

void resume_close(struct resume *resume);

#endif
