/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compare - two runs side by side: per point the ratio, its interval, a verdict
 *
 * Rows come point by point, the primary metric first; only that is judged. A
 * metric of class exact must be equal, the others are shown. Session i of one
 * run is paired with session i of the other.
 */
#ifndef NODEHOP_COMPARE_H
#define NODEHOP_COMPARE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include "judging/judge.h"
#include "record/run.h"

struct aa;
struct gate_file;

struct compare_options {
	const char *variant;	   /* kernel, append, possible_cpus, build, knob:NAME, set:AXIS; NULL for nothing */
	const char *const *ignore; /* further keys that may differ, NULL-terminated; or NULL */
	const struct aa *aa;	   /* margins measured on this machine, or NULL */
	const struct gate_file *gate_file; /* which points gate, and their bounds; NULL: all, by default */
	double alpha;
	bool strict;	       /* semantics fail too */
	bool strict_functions; /* and so does a function that grew beyond its noise */
	bool explain;	       /* by function, too */
	size_t a_skip, a_take; /* of side A, leave out this many sessions and take that many; 0, 0: all */
};

/* One point and metric. Ratios inside `judged` are positive where B is worse; compare_change turns them back. */
struct compare_row {
	char *point, *metric, *unit, *better, *class, *benchmark;
	bool primary; /* the metric that gates its point */
	bool gating;  /* of a point that decides the exit code; false: advisory */
	size_t a_sessions, b_sessions;
	double a, b;	     /* median over sessions; NAN: none */
	double a_mad, b_mad; /* within a session; NAN: none */
	struct judged judged;
	size_t *place;	      /* of each ratio: the place of its sessions among those of their sides, from 0 */
	bool margin_measured; /* from an A/A record */
	double catches; /* smallest change that had a chance of `power` of being shown: log ratio, INFINITY, NAN unknown */
	double *null; /* from the A/A record: log ratios of pairs with nothing changed; or NULL */
	size_t null_n;
	bool seen;	    /* each session of both sides is one that the A/A record has seen (aa_has_seen) */
	bool within_record; /* and that settled it, in the first sessions of a gate */
	bool tested;	    /* had pairs to judge */
	bool fewer_bytes;   /* of a path, beside which less was copied or cleared: what passes has improved */
	bool confirmed;	    /* numbers are those of a gate's second stage */
	bool one_sided;	    /* measured on side A, not on B */
	enum verdict verdict;
	char *why; /* a sentence where numbers do not say it, else "" */
};

/* One side, for titles. */
struct compare_side {
	char *dir, *kernel, *build, *machine, *mode;
	size_t sessions;
};

struct comparison {
	struct compare_side a, b;
	char *variant;
	json_t *ignored;   /* [{key, a, b}]: differ, and were ignored on request */
	json_t *differing; /* the same, not ignored: nothing was compared */
	double alpha;
	bool strict, strict_functions;
	bool gate;	       /* judged in two stages */
	size_t tested;	       /* points judged together */
	size_t screen;	       /* sessions a side that a gate screens by; 0: as many as there are */
	size_t needs_sessions; /* a side, before any of them can be called changed */
	double power;	       /* chance with which a point's `catches` is called */
	char *margin_from;     /* a sentence: where margins come from */
	json_t *notes;	       /* further sentences on how it was judged */
	char *undecided;       /* a sentence: why the whole is open, whatever single points say; "" */
	json_t *functions;     /* that left their own noise: [{point, executor, kind, function, a, b, noise, gating}] */
	json_t *explained; /* what each point's change is made of (docs/exact.md); NULL where it was not asked for */
	struct compare_row *row;
	size_t rows;
};

/* Metric of what is explained where the primary one is the same on both sides: all that was executed. */
#define EXPLAINED_WHOLE "whole"

/*
 * Matches and measures; judges nothing yet. An incomparable pair has
 * `differing` filled and no rows. NULL with a fault (incomplete run, one point twice under set:AXIS).
 */
struct comparison *compare_runs(const struct run *a, const struct run *b, const struct compare_options *options);

/* Finds the pair incomparable after all: these keys differ, and no row says anything. */
void compare_refuse(struct comparison *c, json_t *differing);

/* One stage: every tested row gets its verdict. 0, or -1 with a fault. */
int compare_judge(struct comparison *c);

/* First sessions of a gate: rows that the A/A record has seen pass. How many gating points must be measured further. */
size_t compare_pass_seen(struct comparison *c);

/* Rows that passed then pass now, whatever their further sessions say. */
void compare_keep_seen(struct comparison *c, const struct comparison *first);

/*
 * First stage of a gate; `confirm` is how many sessions a side the second will
 * take. Returns how many rows need fresh sessions; their indexes in picked. -1 with a fault.
 */
long compare_screen(struct comparison *c, size_t confirm, size_t picked[CONFIRM_MAX]);

/* Smallest change of a point that a gate of this many sessions finds 4 times in 5; INFINITY when none. Log ratio. */
double compare_gate_catches(const double *null, size_t null_n, double margin, size_t screen, size_t confirm,
			    size_t points, double alpha);

/* Second stage: takes the picked rows' numbers from `fresh`, a comparison of the fresh sessions. 0, or -1 with a fault.
 */
int compare_confirm(struct comparison *c, const struct comparison *fresh, const size_t *picked, size_t n);

/* Share by which B differs from A: b/a - 1 and its interval, from a row's log ratios. NAN where there is none. */
struct change {
	double change, lo, hi, coverage;
};

struct change compare_change(const struct compare_row *row);

/* Primary rows with this verdict; with `gating_only`, of those that gate. */
size_t compare_count(const struct comparison *c, enum verdict verdict, bool gating_only);

/* Rows of any metric that are semantics. */
size_t compare_semantics(const struct comparison *c);

/*
 * Of an entry of c->functions: "moved inside" where its point is within its margin all the same, "moved", "only in A",
 * "only in B".
 */
const char *compare_function_verdict(const struct comparison *c, const json_t *function);

/* Did any of a gating point become more? */
bool compare_functions_grew(const struct comparison *c);

/* The exit code of design: 5, 1, 3, 4 or 0. */
int compare_exit(const struct comparison *c);

/* The whole record, and back; the JSON is what `compare --format=json` prints. NULL with a fault. */
json_t *compare_to_json(const struct comparison *c);
struct comparison *compare_from_json(const json_t *json);

void compare_free(struct comparison *c);

#endif
