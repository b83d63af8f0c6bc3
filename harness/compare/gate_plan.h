/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gate_plan - before anything is measured: how many sessions, how long, and what they will be able to say
 */
#ifndef NODEHOP_GATE_PLAN_H
#define NODEHOP_GATE_PLAN_H

#include <stdio.h>
#include "judging/aa.h"
#include "judging/gate_file.h"

#define GATE_FIRST 2 /* sessions a side, after which a point passes that the A/A record has seen */

struct gate_plan {
	size_t screen, confirm;	 /* sessions a side in each stage */
	size_t gating, advisory; /* points of the A/A record */
	size_t blind;		 /* gating points that cannot see `detect` with any number of sessions */
	double detect;		 /* log ratio; 0 when none was asked for */
	double alpha;
	double catches_median, catches_worst; /* log ratio: smallest change seen by half of the gating points, by all */
	double first_s, screen_s,
		confirm_s; /* wall time: of the first sessions, of the others, of the fresh ones; 0 unknown */
};

struct gate_request {
	const struct aa *aa;
	const struct gate_file *gate_file; /* or NULL */
	size_t screen, confirm;		   /* to begin with; 0: choose */
	bool screen_fixed, confirm_fixed;  /* not to be raised for `detect` */
	double detect;			   /* log ratio, 0: none */
	double alpha;
	size_t sides;	 /* how many are measured: 1 when side A is stored */
	size_t parallel; /* sessions at the same time */
};

/* 0, or -1 with a fault: no gating point, too few sessions to call anything, or none would see `detect`. */
int gate_plan(const struct gate_request *request, struct gate_plan *plan);

/* Says it in a few lines; names the points that are blind. */
void gate_plan_print(FILE *out, const struct gate_request *request, const struct gate_plan *plan);

#endif
