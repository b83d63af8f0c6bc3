/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * request - the options that say what to measure, shared by plan, run and check
 *
 * Add request_argp as a child of a command's argp, with a struct request as
 * its input, zeroed.
 */
#ifndef NODEHOP_REQUEST_H
#define NODEHOP_REQUEST_H

#include <argp.h>
#include "plan/plan.h"

struct request {
	struct plan_request plan;
	char **words; /* benchmarks and axes, from the command line */
	size_t word_count;
};

extern const struct argp request_argp;

/* Reads the words; no words select every benchmark of these kinds (bits 1 << kind). 0, or -1 with a fault. */
int request_select(struct request *request, unsigned kinds);

#endif
