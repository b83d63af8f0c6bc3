/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * collect - the logs of a run's sessions become its tables
 *
 * Two passes: the first learns points, metrics, facts and outcomes, the second
 * writes the samples as they come. A session that was resumed has more than
 * one log; a point counts where it was finished, or else where it was tried
 * last. What is intact is kept, whatever lies beside it. Shared by collect.c, collect_records.c and collect_samples.c only; run_collect is in run.h.
 */
#ifndef NODEHOP_COLLECT_H
#define NODEHOP_COLLECT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include "base/csv.h"
#include "record/function_table.h"
#include "record/run.h"

struct log {
	char *name;
	int session;
	long records;
	bool ended; /* its "end" record says complete */
	json_t *begin, *env;
};

struct collect {
	struct run *run;
	struct log *log; /* by session; one without any intact record has no begin */
	size_t logs;
	struct log *now;  /* the one being read */
	long record;	  /* its record being read, from 1 */
	json_t *left_out; /* why, a text for each record or log that is not what it must be */
	json_t *hard_env; /* the first session's facts; all others must agree */
	json_t *trials;	  /* session number: { point: {log, outcome, reason, detail, measured} } */
	struct check_order *order;
	char *topology;
	struct csv_writer *samples;
	struct csv_writer *series; /* NULL until a record of that kind comes */
	struct function_table *functions;
	bool unfinished; /* some point has no outcome in a session that planned it */
};

enum collect_pass { PASS_FACTS, PASS_SAMPLES };

/*
 * Hands the log's records to that pass. A record that is not what it must be
 * is left out, and why is added to left_out; a log that does not begin as one
 * of this run is left out entirely. 0, or -1 with a fault when it cannot be read.
 */
int collect_read(struct collect *c, struct log *log, enum collect_pass pass);

/* What is known of a point in that session; NULL when it was not planned there. */
json_t *collect_trial(const struct collect *c, int session, const char *key);

/* The second pass's records. 0, or -1 with a fault and nothing of the record written. */
int collect_take_samples(struct collect *c, const json_t *record);
int collect_take_series(struct collect *c, const json_t *record);
int collect_take_functions(struct collect *c, const json_t *record);

#endif
