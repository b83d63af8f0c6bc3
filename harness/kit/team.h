/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * team - threads that do a part each, let go together
 */
#ifndef NODEHOP_TEAM_H
#define NODEHOP_TEAM_H

#include "bench.h"

struct team;

/*
 * Starts threads - 1 threads, each on a CPU of its own, near the calling one
 * first. Each does its part(state, index), which returns 0 or an errno; part 0
 * is the caller's. SKIPPED "no-cpu" when there are not so many CPUs.
 */
enum outcome team_start(struct trial *t, struct team **team, size_t threads, int (*part)(void *state, size_t index),
			void *state);

/* Lets all go, and returns when all have done their part: 0, or the first errno. One thread costs a call, no more. */
int team_run(struct team *team);

#endif
