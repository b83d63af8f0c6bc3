/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan - which points a run consists of, before anything is measured
 */
#ifndef NODEHOP_PLAN_H
#define NODEHOP_PLAN_H

#include "plan/point.h"
#include "machine/facts.h"

#define POINTS_MAX 100000 /* more are probably a typing error; --yes lifts it */

/* A benchmark, and the axes that the user narrowed for it ("batch=1,512"). */
struct selection {
	const struct benchmark *benchmark;
	const char **set;
	size_t sets;
	bool named; /* by the user: it gets a point even where its profile has none */
};

struct plan_request {
	enum profile profile;
	struct selection *selection;
	size_t selections;
	const char **set; /* for every selected benchmark that has the axis */
	size_t sets;
	bool any_size; /* --yes */
};

struct plan {
	struct point *point;
	size_t points;
};

/*
 * Reads words like `move_pages batch=1 page=base null` into selections; the
 * name of a kind (`semantics`) selects all of it, no words select every
 * benchmark of the kinds in `kinds` (bits 1 << kind). 0, or -1 with a fault.
 */
int plan_select(struct plan_request *request, char *const *words, size_t count, unsigned kinds);

/* All points, each once, with what the machine lacks for it. 0, or -1 with a fault. */
int plan_make(const struct plan_request *request, const struct machine *m, struct plan *plan);

/* A rough guess of one session's wall time, in seconds. */
double plan_expected_s(const struct plan *plan, const struct machine *m, enum profile profile);

/* About how many instructions an emulator runs in a second: what makes the lab's time of them. */
#define PLAN_INSNS_A_S 2e8

void plan_free(struct plan *plan);

#endif
