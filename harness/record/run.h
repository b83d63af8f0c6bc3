/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * run - the run folder: closing one, and reading one back
 *
 * DIR.part/ holds a session-NNN.log (reclog.h) for each session. Closing turns
 * them into DIR/: samples.csv, points.csv, metrics.csv, env.json,
 * topology.xml, and, once analysis has added summary.csv, manifest.json,
 * written last by rename. A folder without a manifest is no run.
 * results/README.md is the dictionary of every column.
 */
#ifndef NODEHOP_RUN_H
#define NODEHOP_RUN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* ---- writing ------------------------------------------------------------ */

/*
 * Makes DIR.part/ (parents too) and locks it until this process and its
 * children end. -1 with a fault when DIR or DIR.part is there already, or
 * cannot be written.
 */
int run_part_create(const char *dir);

/*
 * Locks the DIR.part/ of a run that was interrupted. -1 with a fault when it
 * is not there, or another process still has it after 2 s.
 */
int run_part_lock(const char *dir);

/* Removes DIR.part/ and the files in it; for what was never measured. Keeps the fault of whoever calls. */
void run_part_remove(const char *dir);

/* Removes the files that closing a run makes, and no other. */
void run_remove_tables(const char *folder);

/*
 * Writes the CSV files and env.json into DIR.part/ from the intact records of
 * its sessions. `complete` is what the manifest will say; a session without
 * its "end" record makes it false whatever the caller says, and points
 * planned but without outcome become broken: unfinished (or, when `cause` is
 * given, broken with that reason code and `detail`).
 * Outcome of a point over sessions: the gravest, its detail naming the session.
 * -1 with a fault when there is no intact record at all.
 */
int run_collect(const char *dir, bool complete, const char *cause, const char *detail);

/* Writes manifest.json (row counts, sha256) and renames DIR.part to DIR. -1 with a fault. */
int run_seal(const char *dir);

/* ---- reading ------------------------------------------------------------ */

struct run_point {
	char *key, *benchmark, *primary, *figure;
	int revision;
	char *outcome, *reason, *detail;
	char *settings; /* "thp=madvise;numa_balancing=1": what it set, in order */
	json_t *params; /* base units */
};

struct run_metric {
	char *name, *unit, *better, *class, *meaning;
};

struct run {
	char *dir;
	bool complete;
	json_t *env, *manifest;
	struct run_point *point;
	size_t points;
	struct run_metric *metric;
	size_t metrics;
	int sessions;
	json_t *point_index, *metric_index; /* key to index; see run_find_point */
};

/* Could the caches of both nodes hold what the point moved? Told on hardware only, where their size is known. */
bool run_point_within_cache(const struct run_point *p);

struct run_sample {
	int session, order, rep;
	size_t point, metric; /* indexes into the run */
	bool warmup;
	double value;
	const char *status; /* "ok" or what a sample is marked with */
};

#define FUNCTION_REST "(rest)"
#define FUNCTION_ALL  "all" /* who executes the rest */

/* A row of functions.csv (function_table.h). */
struct run_function {
	size_t point; /* index into the run */
	const char *executor, *function, *kind;
	double insns, calls; /* a unit of the point's primary metric; the rest has no calls (NAN) */
	double least, most;  /* insns, over sessions */
	unsigned repetitions, agree;
};

/*
 * Loads a sealed folder (or an incomplete one; see `complete`). Every file is
 * held against the manifest: NULL with a fault that names the file and what
 * differs (missing, cut, edited, duplicated rows, unknown schema).
 */
struct run *run_load(const char *dir);

/*
 * The same for DIR.part/ after run_collect and before run_seal: there is no
 * manifest yet to hold the files against (`manifest` stays NULL).
 */
struct run *run_load_part(const char *dir);

/* Is this file a part of the run: listed in its manifest, or without one simply there? What else lies in a folder is not. */
bool run_has_file(const struct run *run, const char *name);

/*
 * Writes points.csv of DIR.part/ anew from the run's points, for analysis
 * that found a point unstable. -1 with a fault; the old file stays then.
 */
int run_write_points(const struct run *run);

/* Streams samples.csv in file order; `each` returns non-zero to stop. 0, or -1 with a fault that names the line. */
int run_samples(const struct run *run, int (*each)(const struct run_sample *sample, void *context), void *context);

/* Index of a point or metric, or -1. */
long run_find_point(const struct run *run, const char *key);
long run_find_metric(const struct run *run, const char *name);

/* Index of the metric that gates this point: its `primary`, as it stands or with _ns or _insns. -1 when it has none. */
long run_primary_metric(const struct run *run, size_t point);

void run_free(struct run *run);

/* ---- making one in memory ---------------------------------------------- */

/* A run without points, metrics or files. */
struct run *run_new(const char *dir);

/* Adds a copy. Its index, or -1 with a fault (there already). */
long run_add_point(struct run *run, const struct run_point *point);
long run_add_metric(struct run *run, const struct run_metric *metric);

/* Are the two the same in all but outcome, reason, detail and settings? -1 with a fault that names what differs. */
int run_same_point(const struct run_point *a, const struct run_point *b);
int run_same_metric(const struct run_metric *a, const struct run_metric *b);

/* Replaces the point's outcome by copies of these. */
void run_set_outcome(struct run_point *point, const char *outcome, const char *reason, const char *detail);

/* The same for what it set. */
void run_set_settings(struct run_point *point, const char *settings);

#endif
