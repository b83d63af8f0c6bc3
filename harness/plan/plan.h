/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan - which points a run consists of, before anything is measured
 */
#ifndef NODEHOP_PLAN_H
#define NODEHOP_PLAN_H

#include "machine/facts.h"
#include "plan/point.h"
#include "plan/selection.h"

#define POINTS_MAX 100000 /* more are probably a typing error; --yes lifts it */

struct plan {
	struct point *point;
	size_t points;
};

/* All points, each once, with what the machine lacks for it. 0, or -1 with a fault. Free with plan_free, either way. */
int plan_make(const struct plan_request *request, const struct machine *m, struct plan *plan);

/* A rough guess of one session's wall time, in seconds. */
double plan_expected_s(const struct plan *plan, const struct machine *m, enum profile profile);

/* About how many instructions an emulator runs in a second: what makes the lab's time of them. */
#define PLAN_INSNS_A_S 2e8

void plan_free(struct plan *plan);

#endif
