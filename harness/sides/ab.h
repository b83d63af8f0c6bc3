/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ab - two sides that differ in one thing, measured and compared; or two that are alike, for the A/A record */
#ifndef NODEHOP_AB_H
#define NODEHOP_AB_H

#include "output/compare_format.h"
#include "sides/sides.h"

struct ab {
	/* asked for */
	struct side a, b;
	struct experiment experiment;
	char *variant;		 /* what varies; NULL: nothing */
	uint64_t sessions, seed; /* a side; the first of side A */
	const char *out;	 /* folder for both runs; NULL: the default */
	const char *name;	 /* of the A/A record; NULL: the kernel's */
	const char *root;	 /* of baselines and records */
	const struct compare_format *format;
	double alpha;
	bool aa, strict, strict_functions, explain;
	/* made */
	char *dir, *dir_a, *dir_b, *log;
};

/* Measures, compares, prints. The exit code. */
int ab_run(struct ab *ab);

void ab_free(struct ab *ab);

#endif
