/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * explanation - where the cost of a point goes, as one JSON record: what explain prints and reports draw
 *
 *   explain_schema  1
 *   point           its key; `matched` is how many points were asked for, of which this is the first that can be measured
 *   machine, time   where; who kept the time (timekeeper_name), and in `stamp` what that is worth
 *   outcome         of the point; unless "ok" there are `reason` and `detail`, and nothing of what follows
 *   source, basis   how it was observed, and a sentence on what that rests on
 *   notes           sentences on what is missing or not as it should be
 *   measured        {repetitions, calls, folios, pages_asked, pages_moved, wall_ns, cpu_ns}: sums
 *   unit, per       of the values below: "ns" per "folio"
 *   functions       [{name, work, share, value}], the largest first; shares add up to 1
 *                   Of the exact source each also has its executor, calls and insns_per_call, and `work` is a kind of work
 *   tree            exact source, when asked for: [{name, share, value, self, calls, children}] by caller, the roots on top
 *                   (caller, task, interrupt), the largest first; `value` and `share` with all that it calls, `self` without
 *   annotate        exact source, when asked for: a function, and in `annotation` [{at, count, text}] its instructions that
 *                   were executed, where, how often for each unit, and what they are
 *   works           [{work, share}], the same by what it is for
 *   counts          [{kind, name, count, per_folio}]: events counted as well; per_folio only where it means something
 *   sentence        what dominates
 */
#ifndef NODEHOP_EXPLANATION_H
#define NODEHOP_EXPLANATION_H

#include <jansson.h>
#include "analysis/breakdown.h"

#define EXPLAIN_SCHEMA 1

/* An empty record of a point. Drop it with json_decref. Never NULL. */
json_t *explanation_new(const char *point);

/* Sets the key's text, as printf does. */
void explanation_say(json_t *e, const char *key, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* One more sentence among the notes. */
void explanation_note(json_t *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* An event that was counted; folios is 0 where the count is not of the repetitions alone. */
void explanation_count(json_t *e, const char *kind, const char *name, double count, double folios);

/*
 * Functions, works and sentence. Weights times `scale` are in `unit`; a function's value is what it costs each of
 * `units`, which are folios, calls or repetitions (`per`). Sorts the breakdown.
 */
void explanation_set(json_t *e, struct breakdown *b, const char *unit, double scale, const char *per, double units);

#endif
