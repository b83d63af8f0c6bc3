/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check - what a point, a metric and a sample of a run may be
 *
 * Closing a run and reading one hold everything to the same, so that what was
 * closed can be read. Each returns 0, or -1 with a fault.
 */
#ifndef NODEHOP_CHECK_H
#define NODEHOP_CHECK_H

#include "record/run.h"

/* Outcome and reason; parameters, which must be those of its key. */
int check_point(const struct run_point *p);

/* The words of class and better; a name. */
int check_metric(const struct run_metric *m);

/*
 * Its mark, and a value that something measured can have: 0 to 1e18 in any
 * unit. What is exact and neither better nor worse may be an errno, negative.
 */
int check_sample(const struct run_sample *s, const struct run_metric *m);

/* ---- the order of samples ---- */

struct check_order;

/* For the run as it is now: no point and no metric may be added later. NULL with a fault. */
struct check_order *check_order_new(const struct run *run);

/*
 * Sessions ascend, and repetitions of a point's metric ascend within one: what
 * comes again was doubled. The second takes the sample into account.
 */
int check_order_fits(const struct check_order *o, const struct run_sample *s);
int check_order_take(struct check_order *o, const struct run_sample *s);

void check_order_free(struct check_order *o);

#endif
