/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * request - what is to be measured, and for `run` how, once the command line is read
 */
#ifndef NODEHOP_REQUEST_H
#define NODEHOP_REQUEST_H

#include <stdbool.h>
#include <stdint.h>
#include "plan/plan.h"
#include "instruments/counters.h"

/* Of plan, run, check and explain. Starts zeroed; free with request_free. */
struct request {
	struct plan_request plan;
	char **words; /* benchmarks and axes, from the command line */
	size_t word_count;
};

/* Reads the words; no words select every benchmark of these kinds (bits 1 << kind). 0, or -1 with a fault. */
int request_select(struct request *request, unsigned kinds);

void request_free(struct request *request);

/* Of run, on this system and in a lab guest. Free with run_request_free. */
struct run_request {
	struct request request;
	const char *out;    /* --out, or NULL */
	const char *resume; /* --resume, or NULL */
	const char *cpus;   /* --cpus, or NULL */
	uint64_t sessions;
	uint64_t within_ns; /* --within: as many sessions as fit; 0: `sessions` of them */
	uint64_t seed;	    /* of the first session */
	bool no_tune;
	bool allow_load;   /* mark no sample for the load of this machine */
	const char **knob; /* "NAME=VALUE" */
	size_t knobs;
	struct counters events; /* --events and --counters; none: nothing is counted */
};

/* Its points on this machine. 0, or -1 with a fault. */
int run_request_plan(struct run_request *r, const struct machine *m, struct plan *plan);

void run_request_free(struct run_request *r);

/* Tells how many points and repetitions there will be, in that many sessions (or "boot"s), and about how long they take. */
void run_request_announce(const struct run_request *r, const struct plan *plan, const char *session, uint64_t sessions,
			  double expected_s);

#endif
