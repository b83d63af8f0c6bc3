/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trial_child - the child of a trial, and what its parts share
 */
#ifndef NODEHOP_TRIAL_CHILD_H
#define NODEHOP_TRIAL_CHILD_H

#include "engine/trial.h"
#include "instruments/contamination.h"
#include "memory/trial_private.h"

struct child {
	const struct point *point;
	struct trial trial;
	struct trial_private own;    /* of the trial */
	struct trial_result *result; /* shared with the parent */
	char *states;		     /* one a run of the train */
	unsigned train;
	double floor;
	unsigned warmups;
	struct contamination others;
	const struct watch *watch; /* NULL: repetitions are timed */
};

/* In the forked child: repeats the point so many times, warm-ups included, leaves c->result, and exits. */
void trial_child(struct child *c, unsigned runs, pid_t parent) __attribute__((noreturn));

/* Pins the calling thread to that CPU. BROKEN "pin". */
enum outcome trial_pin_cpu(struct trial *t, int cpu);

#endif
