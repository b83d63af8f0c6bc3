/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * judge - from the log ratios of one point's session pairs to a verdict
 *
 * The code that compare, ab, gate and the simulations of tests/ share. A
 * ratio here is a natural logarithm, positive where side B is worse, and a
 * pair is one session of each side. A test counts the pairs beyond the margin (a
 * sign test: latency is skewed, and a tie inside the margin is no change), so
 * how far beyond it a pair lies does not matter.
 */
#ifndef NODEHOP_JUDGE_H
#define NODEHOP_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include "analysis/stats.h"

enum verdict {
	VERDICT_REGRESSED, /* shown to be worse by more than the margin */
	VERDICT_IMPROVED,  /* the mirror */
	VERDICT_PASS,  /* within the margin, and no worse than the bound: by the interval, in a gate by the estimate */
	VERDICT_SMALL, /* shown to differ by more than half the margin, not by more than the margin */
	VERDICT_FLAGGED,      /* beyond the margin in a gate's screen; fresh sessions did not settle it */
	VERDICT_INCONCLUSIVE, /* beyond the margin and not shown to be, or the interval spans, or there is none */
	VERDICT_UNSTABLE,
	VERDICT_SEMANTICS, /* a status, count or outcome differs */
	VERDICT_INCOMPARABLE,
	VERDICT_SKIPPED,
	VERDICT_ERROR, /* wrong or broken on a side */
	VERDICT_SHOWN, /* not judged: only the primary metric is */
	VERDICTS,
};

const char *verdict_name(enum verdict v);

/* What was settled before looking. Log ratios. */
struct limits {
	double margin; /* up to here a ratio is no change */
	double bound;  /* up to here a worse one is tolerated as pass */
};

struct judgement {
	size_t pairs;
	double estimate;   /* median log ratio; NAN without pairs */
	bool has_interval; /* six pairs at least */
	struct interval interval;
	double p;	   /* two-sided, of a change beyond the margin */
	double p_adjusted; /* by Holm over all points that were tested together */
	enum verdict verdict;
};

/* A point with what it is judged by. */
struct judged {
	double *ratio; /* of its pairs */
	size_t pairs;
	struct limits limits;
	struct judgement j;
};

/* One stage (compare): every point judged, Holm over all of them. 0, or -1 with a fault (memory). */
int judge_all(struct judged *const *points, size_t n, double alpha);

#define CONFIRM_MAX 20 /* points a gate confirms at most */

/*
 * First of two stages (gate): nothing is claimed to have changed. A point is
 * flagged when its estimate is beyond the margin or not below the bound; the
 * others pass, or are small. Writes the indexes of those to confirm, at most CONFIRM_MAX,
 * those furthest beyond their margins first. Returns their count.
 */
size_t judge_screen(struct judged *const *points, size_t n, size_t picked[CONFIRM_MAX]);

/*
 * Second stage: the picked points on fresh sessions that the screen has not
 * seen, Holm over just these. What is still beyond its margin and not shown to
 * be stays flagged. 0, or -1 with a fault.
 */
int judge_confirm(struct judged *const *points, size_t n, double alpha);

#endif
