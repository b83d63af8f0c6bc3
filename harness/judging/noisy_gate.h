/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * noisy_gate - the two stages of a gate on hardware: every point screened, what is flagged confirmed by fresh pairs
 *
 * The code that `nodehop gate` and its simulation (tests/unit/noisy_gate.c)
 * share. Arrays over points have one more, the machine as a whole
 * (promise.h), which gates where the promise takes out what all points share.
 */
#ifndef NODEHOP_NOISY_GATE_H
#define NODEHOP_NOISY_GATE_H

#include "judging/judge.h"
#include "judging/promise.h"

/* Is the machine as noisy as its record says? */
struct noise_check {
	double typical; /* sd of a pair over that of the record, of the typical gating point */
	double noisier; /* share of gating points that are noisier than the record, beyond doubt */
	bool too_noisy; /* then nothing can be promised: the gate is undecided */
};

/*
 * Judges every point by its estimate: pass up to the margin, flagged beyond.
 * `pairs` has the points of the promise. The indexes of those that gate and
 * are flagged go to `flagged`, the furthest beyond first; it has room for all
 * points and the machine. Returns their count, or -1 with a fault.
 */
long noisy_screen(const struct promise *promise, const bool *gating, const struct pairs *pairs, struct judgement *j,
		  size_t *flagged, struct noise_check *check);

/*
 * Judges the first CONFIRM_MAX of the flagged again, by pairs that the screen
 * has not seen: regressed beyond the margin and beyond doubt, pass within the
 * margin, else still flagged. What is only slower beside a machine that became
 * faster stays flagged.
 */
void noisy_confirm(const struct promise *promise, const bool *gating, const struct pairs *fresh, const size_t *flagged,
		   size_t n, double alpha, struct judgement *j);

#endif
