/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * measure - the sessions of a run on this very system, each in a process of its own
 */
#ifndef NODEHOP_MEASURE_H
#define NODEHOP_MEASURE_H

#include "engine/session.h"
#include "record/resume.h"

/* How the sessions went. */
struct measured_sessions {
	bool complete;	   /* all ended by themselves */
	const char *cause; /* "interrupted", "session-died", or NULL */
	char detail[200];
};

/*
 * Runs sessions 1 to `count` after each other, but none after the first that
 * would end later than `within_ns` from now if it took as long as the longest
 * so far (0: all), each writing a log in DIR.part,
 * with seeds from session->seed up. With `resume` only what it lacks. A signal
 * ends the present session gracefully and the rest is left out; a session that
 * is killed has its settings put back here. 0, or -1 with a fault.
 */
int measure_sessions(const struct session *session, const char *dir, int count, uint64_t within_ns,
		     const struct resume *resume, struct measured_sessions *how);

/*
 * Opens the knobs' journal, with the lock held: reports on stderr what an earlier run had left changed, or that settings
 * stay as they are. -1 with a fault when they stay.
 */
int measure_open_settings(void);

/* Takes the machine's lock and opens the knobs' journal, saying on stderr what an earlier run had left changed, and that
 * settings stay as they are where that cannot be done. */
int measure_prepare(void);

#endif
