/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rules - a gate file: what is measured, which points decide, how much is tolerated
 *
 *   [gate]      topology, mode, profile, kernel, baseline, screen, confirm, alpha, detect, and
 *               run = words for `nodehop run`; none: the profile's points
 *   [gating]    point = GLOB     these decide the exit code (none given: all)
 *   [advisory]  point = GLOB     ... but not these
 *   [bound]     2% = GLOB        what pass tolerates for these points; the last match counts
 *
 * ci/gate.ini is the one that is shipped.
 */
#ifndef NODEHOP_RULES_H
#define NODEHOP_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GATE_SESSIONS_MAX 60 /* a side and stage; more is a night's work, not a gate */

struct rules {
	char *topology, *mode, *profile, *kernel, *baseline; /* NULL when not given */
	char **run;					     /* words, NULL-terminated; NULL when not given */
	uint64_t screen, confirm;			     /* sessions a side in each stage; 0 when not given */
	double alpha;					     /* 0 when not given */
	double detect;					     /* share (0.01); 0 when not given */
	struct rule *rule;				     /* in the order of the file */
	size_t rules_n;
};

/* NULL with a fault: FILE:LINE, what is wrong and what would be right. */
struct rules *rules_load(const char *path);

/* Does the point decide the exit code? null never does: it is the harness's own floor. r may be NULL: no rules. */
bool rules_is_gating(const struct rules *r, const char *point);

/* Does the file have [bound]? */
bool rules_has_bounds(const struct rules *r);

/* What pass tolerates for it, as a log ratio; 0 when the file does not say. */
double rules_bound(const struct rules *r, const char *point);

/* Reads "1%", "0.5 %" or "0.01" into a share above 0 and below 1. 0, or -1 with a fault. */
int rules_parse_share(const char *text, double *share);

void rules_free(struct rules *r);

#endif
