/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * promise - what a gate of noisy points can tell, from an A/A record of the machine, before it measures
 *
 * The record comes in parts, one per boot: pairs of sessions in which nothing
 * differed but the build's layout. All sizes are log ratios. docs/gate.md
 * argues each constant, tests/unit/noisy_gate.c counts what they are worth.
 */
#ifndef NODEHOP_PROMISE_H
#define NODEHOP_PROMISE_H

#include "judging/pairs.h"

#define NOISY_SCREEN  8	   /* pairs, by default */
#define NOISY_CONFIRM 14   /* fresh ones */
#define NOISY_DETECT  0.10 /* share: a point that cannot catch this does not gate, by default */
#define NOISY_NOUGHT  0.01 /* what a regression must exceed beyond doubt: less may be a build's layout */
#define NOISY_FEW     8	   /* gating points; fewer make no gate, and no picture of the whole machine */

struct promise_terms {
	size_t screen, confirm; /* pairs */
	double alpha;
};

struct promise {
	size_t points;	 /* of the record; the machine as a whole comes behind them, as one more */
	double *margin;	 /* up to here an estimate is no change */
	double *sd;	 /* of a pair */
	double *catches; /* smallest change that is caught in 95 % of gates */
	double df;	 /* degrees of freedom of sd */
	double between;	 /* sd of what a build's layout shifts a point by; 0 where it does not show */
	bool common;	 /* what all points share is taken out of each pair; else the machine's row means nothing */
};

/* The parts have the same points; NANs for a point that lacks a pair. Free with promise_free. */
void promise_make(struct promise *promise, const struct pairs *part, size_t parts, const struct promise_terms *terms);
void promise_free(struct promise *promise);

#endif
