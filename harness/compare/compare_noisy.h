/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compare_noisy - a gate on hardware: which points of an A/A record gate, and a comparison judged by its two stages
 *
 * Joins the record (aa_parts.h), what it promises (promise.h) and the stages
 * (noisy_gate.h) with the rows of a comparison.
 */
#ifndef NODEHOP_COMPARE_NOISY_H
#define NODEHOP_COMPARE_NOISY_H

#include "compare/compare.h"
#include "judging/aa_parts.h"
#include "judging/promise.h"
#include "judging/gate_file.h"

struct noisy_plan {
	const struct aa_parts *parts;
	struct promise_terms terms;
	struct promise promise;
	double detect; /* log ratio: what a gating point must catch */
	char *doubt;   /* why this gate only advises, a sentence; NULL: it decides */
	bool *wanted;  /* by point: the gate file lets it gate, and it is no cost of a few steps of the clock */
	bool *gating;  /* by point, and the machine: it catches `detect`, too */
	size_t wanted_n, gating_n; /* without the machine */
	/* while judging */
	struct judgement *j;
	size_t *flagged;
	size_t flagged_n;
};

/* gate_file may be NULL. Free with noisy_plan_free. 0, or -1 with a fault. */
int noisy_plan_make(struct noisy_plan *plan, const struct aa_parts *parts, const struct gate_file *gate_file,
		    const struct promise_terms *terms, double detect);

/* Too few points gate for a gate that decides. */
bool noisy_plan_is_empty(const struct noisy_plan *plan);

void noisy_plan_free(struct noisy_plan *plan);

/* First stage: rows get their verdicts. Returns how many gating points want fresh pairs; -1 with a fault. */
long compare_noisy_screen(struct comparison *c, struct noisy_plan *plan, const bool *b_first);

/* Second stage: the flagged rows take their numbers from `fresh`. */
void compare_noisy_confirm(struct comparison *c, struct noisy_plan *plan, const struct comparison *fresh,
			   const bool *b_first);

#endif
