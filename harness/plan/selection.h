/* SPDX-License-Identifier: GPL-2.0-or-later */
/* selection - what the user selected, and how much of it; plan makes points of it */
#ifndef NODEHOP_SELECTION_H
#define NODEHOP_SELECTION_H

#include <stdbool.h>
#include <stddef.h>
#include "bench.h"

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

/*
 * Reads words like `move_pages batch=1 page=base null` into selections; the
 * name of a kind (`semantics`) selects all of it, no words select every
 * benchmark of the kinds in `kinds` (bits 1 << kind). 0, or -1 with a fault.
 * Free with plan_unselect, either way.
 */
int plan_select(struct plan_request *request, char *const *words, size_t count, unsigned kinds);

/* Frees the selections; `set`, and the words, are the caller's. */
void plan_unselect(struct plan_request *request);

/* Is each of request->set an axis of a selected benchmark, given once? 0, or -1 with a fault. */
int selection_check_sets(const struct plan_request *request);

#endif
