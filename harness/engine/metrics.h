/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * metrics - what is recorded of every sample, and under which names
 *
 * Times on hardware are wall_ns, page_ns, ...; in counted mode the same
 * readings are instructions: wall_insns, page_insns, ... A metric that the
 * mode does not have is absent, never 0.
 */
#ifndef NODEHOP_METRICS_H
#define NODEHOP_METRICS_H

#include <jansson.h>
#include "bench.h"
#include "instruments/repetition.h"
#include "machine/facts.h"

#define COLUMNS_LEFT_MAX 32 /* more different statuses than that no kernel gives */

/*
 * Fills the standard metrics of a repetition from its readings, which are of
 * a train of `train` runs; m as verify left it.
 */
void metrics_fill(struct repetition *r, const struct machine *m, const struct measured *measured, unsigned train);

/* What the samples of one trial are written as: its standard metrics, its own, and the statuses of pages it left. */
struct columns {
	const struct benchmark *benchmark;
	const struct machine *machine;
	int left[COLUMNS_LEFT_MAX]; /* statuses */
	size_t lefts;
};

struct columns metrics_columns_of(const struct benchmark *b, const struct machine *m, const struct repetition *r,
				  size_t count);

/* A record's "metrics", and the values of one of its "rows" in the same order: null for a metric that is not there. */
json_t *metrics_names(const struct columns *c);
json_t *metrics_values(const struct columns *c, const struct repetition *r);

/* The x and y of the points of one series, as two arrays; NULL when the repetition has none. */
json_t *metrics_series(const struct repetition *r, unsigned series, json_t **y);

/*
 * Calls `each` with a "metric" record (name, unit, better, class, meaning)
 * for every metric that samples of the benchmark can have in this mode.
 */
int metrics_describe(const struct benchmark *b, const struct machine *m, int (*each)(json_t *record, void *context),
		     void *context);

/* The same for the statuses of pages that this repetition left: "left_EBUSY". Which there are is known only then. */
int metrics_describe_left(const struct repetition *r, int (*each)(json_t *record, void *context), void *context);

/* The full name of the benchmark's primary metric in this mode ("page_insns"); returns buffer. */
char *metrics_primary(const struct benchmark *b, const struct machine *m, char *buffer, size_t size);

#endif
