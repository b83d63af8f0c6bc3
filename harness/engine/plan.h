/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan - which points a run consists of, before anything is measured
 */
#ifndef NODEHOP_PLAN_H
#define NODEHOP_PLAN_H

#include "bench.h"
#include "machine/facts.h"

#define POINTS_MAX 100000	/* more are probably a typing error; --yes lifts it */

struct point {
	const struct benchmark *benchmark;
	char *key;		/* "move_pages size=1m batch=512 pair=0:1 page=base" */
	void *params;
	enum outcome outcome;	/* OK: to be measured; else what the machine or mode lacks */
	char *reason, *detail;
};

/* A benchmark, and the axes that the user narrowed for it ("batch=1,512"). */
struct selection {
	const struct benchmark *benchmark;
	const char **set;
	size_t sets;
};

struct plan_request {
	enum profile profile;
	struct selection *selection;
	size_t selections;
	const char **set;	/* for every selected benchmark that has the axis */
	size_t sets;
	bool any_size;		/* --yes */
};

struct plan {
	struct point *point;
	size_t points;
};

/*
 * Reads words like `move_pages batch=1 page=base null` into selections; no
 * words select every benchmark of the kinds in `kinds` (bits 1 << kind).
 * 0, or -1 with a fault.
 */
int plan_select(struct plan_request *request, char *const *words, size_t count, unsigned kinds);

/* All points, each once, with what the machine lacks for it. 0, or -1 with a fault. */
int plan_make(const struct plan_request *request, const struct machine *m, struct plan *plan);

/* A rough guess of one session's wall time, in seconds. */
double plan_expected_s(const struct plan *plan, const struct machine *m, enum profile profile);

void plan_free(struct plan *plan);

/* "quick", "gate", "standard"; -1 with a fault. */
int profile_parse(const char *text, enum profile *profile);
const char *profile_name(enum profile profile);

/* Repetitions a point gets in that profile, beside the warm-ups. */
unsigned profile_repetitions(enum profile profile);

/* The same for this point, whose benchmark may ask for fewer (and then has no warm-ups). */
unsigned point_repetitions(const struct point *point, enum profile profile);
unsigned point_warmups(const struct point *point);

#define WARMUPS 2		/* kept and marked */
#define REPETITIONS_MAX 15

/* The size axis of a benchmark's point in bytes, 0 when it has none. */
size_t point_size_bytes(const struct point *point);

/* The benchmark's axis of that type, or NULL. */
const struct axis *benchmark_axis(const struct benchmark *b, enum axis_type type);

#endif
