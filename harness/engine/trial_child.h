/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trial_child - the child of a trial, and what its parts share
 */
#ifndef NODEHOP_TRIAL_CHILD_H
#define NODEHOP_TRIAL_CHILD_H

#include "engine/trial.h"
#include "memory/trial_private.h"

struct child {
	const struct trial_request *request;
	const struct point *point;
	struct trial trial;
	struct trial_private own;    /* of the trial */
	struct trial_result *result; /* shared with the parent */
	char *states;		     /* one a run of the train */
	unsigned train;
	unsigned warmups, repetitions;
};

/* In the forked child: repeats the point, leaves c->result, and exits. */
void trial_child(struct child *c, pid_t parent) __attribute__((noreturn));

/* Pins the calling thread to that CPU. BROKEN "pin". */
enum outcome trial_pin_cpu(struct trial *t, int cpu);

#endif
