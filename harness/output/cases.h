/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cases - a run or a comparison as test cases: the record that JUnit, KTAP and annotations are written from
 */
#ifndef NODEHOP_CASES_H
#define NODEHOP_CASES_H

#include <stddef.h>
#include "compare/compare.h"
#include "record/run.h"

enum case_status {
	CASE_PASS,
	CASE_FAIL,  /* regressed; wrong */
	CASE_ERROR, /* broken, or measured wrongly on a side */
	CASE_SKIP,  /* skipped, blocked, undecided: the message says which */
};

struct test_case {
	char *suite; /* the benchmark */
	char *name;  /* the point */
	enum case_status status;
	char *word;    /* verdict or outcome */
	char *message; /* one line, with the numbers */
	double size;   /* of the change, to put the worst first; 0 for none */
};

struct cases {
	char *title; /* what was tested */
	char *machine;
	char *when; /* "2026-01-01T00:00:00Z", or "" */
	struct test_case *item;
	size_t n;
};

/* NULL with a fault. */
struct cases *cases_of_comparison(const struct comparison *c);
struct cases *cases_of_run(const struct run *run);

size_t cases_count(const struct cases *cases, enum case_status status);

void cases_free(struct cases *cases);

#endif
