/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gate_file - the file that says what is measured, which points decide, how much is tolerated
 *
 *   [gate]      topology, mode, profile, kernel, baseline, screen, confirm, alpha, detect, and
 *               run = words for `nodehop run`; none: the profile's points
 *   [gating]    point = GLOB     these decide the exit code (none given: all)
 *   [advisory]  point = GLOB     ... but not these
 *   [bound]     2% = GLOB        what pass tolerates for these points; the last match counts
 *
 * ci/gate.ini is the one that is shipped.
 */
#ifndef NODEHOP_GATE_FILE_H
#define NODEHOP_GATE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GATE_SESSIONS_MAX 60 /* a side and stage; more is a night's work, not a gate */

struct gate_file {
	char *topology, *mode, *profile, *kernel, *baseline; /* NULL when not given */
	char **run;					     /* words, NULL-terminated; NULL when not given */
	uint64_t screen, confirm;			     /* sessions a side in each stage; 0 when not given */
	double alpha;					     /* 0 when not given */
	double detect;					     /* share (0.01); 0 when not given */
	struct gate_line *line;				     /* in the order of the file */
	size_t lines;
};

/* NULL with a fault: FILE:LINE, what is wrong and what would be right. */
struct gate_file *gate_file_load(const char *path);

/* Does the point decide the exit code? null never does: it is the harness's own floor. f may be NULL: no file. */
bool gate_file_is_gating(const struct gate_file *f, const char *point);

/* Does the file have [bound]? */
bool gate_file_has_bounds(const struct gate_file *f);

/* What pass tolerates for it, as a log ratio; 0 when the file does not say. */
double gate_file_bound(const struct gate_file *f, const char *point);

/* Reads "1%", "0.5 %" or "0.01" into a share above 0 and below 1. 0, or -1 with a fault. */
int gate_file_parse_share(const char *text, double *share);

void gate_file_free(struct gate_file *f);

#endif
