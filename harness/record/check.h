/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check - what a session, a point, a metric, a sample and a function of a run may be
 *
 * Closing a run and reading one hold everything to the same, so that what was
 * closed can be read. Each returns 0, or -1 with a fault.
 */
#ifndef NODEHOP_CHECK_H
#define NODEHOP_CHECK_H

#include <stdint.h>
#include "record/run.h"

/* The whole numbers of records and tables, each with its range in one table. */
enum check_number {
	NUMBER_REVISION,
	NUMBER_SESSION,
	NUMBER_SEED,
	NUMBER_ORDER,
	NUMBER_REP,
	NUMBER_REPETITIONS,
	NUMBER_AGREE
};

/* Of a record, as wide as JSON has it; of a table, as text. 0 and the number, or -1 with a fault that names it. */
int check_number(enum check_number which, int64_t value, int *number);
int check_number_text(enum check_number which, const char *text, int *number);

/*
 * A session, as env.json lists it and as its log begins: its number, and seed and
 * mode where it has them. 0 and the number, or -1 with a fault.
 */
int check_session(const json_t *entry, int *session);

/* Outcome and reason; parameters, which must be those of its key. */
int check_point(const struct run_point *p);

/* The words of class and better; a name. */
int check_metric(const struct run_metric *m);

/*
 * Its mark, and a value that something measured can have: 0 to 1e18 in any
 * unit. What is exact and neither better nor worse may be an errno, negative.
 */
int check_sample(const struct run_sample *s, const struct run_metric *m);

/*
 * Its words; of one repetition or more, and no more that agree. What is counted
 * is not below 0, but for the rest of a point (function_table.h), which has no calls.
 */
int check_function(const struct run_function *f);

/* ---- the order of samples ---- */

struct check_order;

/* For the run as it is now: no point and no metric may be added later. */
struct check_order *check_order_new(const struct run *run);

/*
 * Sessions ascend, and repetitions of a point's metric ascend within one: what
 * comes again was doubled. The second takes the sample into account.
 */
int check_order_fits(const struct check_order *o, const struct run_sample *s);
int check_order_take(struct check_order *o, const struct run_sample *s);

void check_order_free(struct check_order *o);

#endif
