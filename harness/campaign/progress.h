/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * progress - what a run says while it goes on: to a person, to nobody, or to a program
 *
 * A person gets the plan, on a terminal a line rewritten in place, and the
 * table. A program gets a JSON object a line: {"event": "plan"}, "point" and
 * "end". What went wrong goes to stderr in any case.
 */
#ifndef NODEHOP_PROGRESS_H
#define NODEHOP_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum voice { VOICE_PLAIN, VOICE_QUIET, VOICE_JSON };

/* How this process speaks from here on; VOICE_PLAIN by default. */
void progress_set(enum voice voice);

/* For what a program would not understand: is it to be printed? */
bool progress_is_plain(void);

struct progress_plan {
	size_t points, to_measure; /* of a session */
	const char *profile;
	unsigned warmups, repetitions;
	uint64_t sessions;
	const char *session; /* "session" or "boot" */
	double expected_s;
};

void progress_plan(const struct progress_plan *plan);

struct progress_point {
	int session;
	size_t done; /* points, of all sessions */
	const char *point, *outcome, *reason;
};

/* After progress_plan, which starts the clock for the time left. */
void progress_point(const struct progress_point *p);

/* Wipes what is on the terminal's last line, before something else is printed there. */
void progress_wipe(void);

/* The run is closed, in that folder. */
void progress_end(const char *dir, bool complete, int exit_code);

#endif
