/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * counting - repetitions that count events instead of time
 *
 * Counters cost what they stand around, so no timed repetition has any: when
 * a session has timed all its points, each of them is repeated a few times
 * more with events, /proc/vmstat, /proc/interrupts and the load of the machine
 * read around it. These samples hold no times, and their status says what
 * they are: "counters", "counters-scaled" (more events than counters: an
 * estimate) or "counters-doubted" (0 of something that cannot be 0).
 */
#ifndef NODEHOP_COUNTING_H
#define NODEHOP_COUNTING_H

#include <signal.h>
#include "engine/session_log.h"
#include "instruments/counters.h"

#define COUNTING_REPETITIONS 3

/*
 * Counts the points whose outcome is OK or UNSTABLE. Events that cannot be
 * counted are metrics without samples, whose meaning says why. 0, or -1 with a
 * fault (disk or channel full).
 */
int counting_run(const struct session *s, const enum outcome *outcome, double floor, const volatile sig_atomic_t *stop);

#endif
