/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * instrument - the contract of one thing that looks at repetitions
 *
 *   parent             child
 *   prepare            open                             once a trial
 *                      begin [ the timed region ] end   in each repetition
 *                      record                           when it is verified
 *                      close                            after the last one
 *   complete, mark                                      of all that there were
 *
 * An instrument is one file of this folder that defines one `const struct
 * instrument NAME_instrument`, and one line of the table in instruments.h,
 * which says how close to the timed region it stands. What it keeps between
 * its calls is a state of its own, zeroed once and inherited by each child;
 * what it saw of a repetition goes into the repetition.
 *
 * Between the clock's two readings stands nothing but the benchmark's run: an
 * instrument sees the readings, and the readings do not see an instrument.
 */
#ifndef NODEHOP_INSTRUMENT_H
#define NODEHOP_INSTRUMENT_H

#include "instruments/repetition.h"

struct load_window;

/* In which repetitions an instrument looks. A trial has those of one kind, after warm-ups that are timed. */
enum repetition_kind {
	REPETITION_TIMED = 1,
	REPETITION_EVENTS = 2,	  /* events instead of time: engine/counting.h */
	REPETITION_EXPLAINED = 4, /* where the kernel spends the time: nodehop explain */
};

#define MODE_ANY (MODE_HARDWARE | MODE_COUNTED | MODE_FAST)

/* What an instrument may know of the trial. */
struct subject {
	const struct benchmark *benchmark;
	const char *point;	    /* its key */
	struct load_window *window; /* shared with the parent */
	bool allow_load;	    /* the user measures beside other work: nothing is marked for it */
};

/* A value that it leaves in each repetition. */
struct instrument_metric {
	const char *name; /* of METRIC_KIND_COST without unit, as struct metric's */
	enum metric_kind kind;
	const char *unit, *better, *meaning;
};

/* Every function may be NULL. What returns an int returns 0, or -1 with a fault. */
struct instrument {
	const char *name;
	unsigned repetitions; /* of enum repetition_kind */
	unsigned modes;	      /* of enum lab_modes */
	size_t state_size;
	const struct instrument_metric *metrics; /* NULL: values that only who asked for them can name */
	size_t metric_count;
	bool (*has)(size_t metric); /* does this kernel have it? NULL: all of them */
	const char *reason;	    /* the code of a trial that is BROKEN because it failed; NULL: its name */

	/* In the parent, before the fork: what must be open before there is a child. What is not is the child's fault. */
	void (*prepare)(void *state);
	/* In the child, before setup and after the last repetition: in trials whose repetitions it looks at, not for warm-ups
	 * alone. close() only when all went well: the child's exit does the rest. */
	int (*open)(void *state, const struct subject *subject);
	int (*close)(void *state, const struct subject *subject);
	/* Right before and after: all that was begun is ended, in reverse order, whatever run() returned. */
	int (*begin)(void *state);
	int (*end)(void *state);
	/* Writes into seen[] its metrics in their order (NAN before), and what the parent judges the repetition by. The
	 * standard metrics are filled by then; m is what verify counted, of all runs of the train. */
	void (*record)(void *state, const struct measured *m, struct repetition *r, double *seen);
	/* After a verify that found pages misplaced: base pages that the kernel itself moved between nodes meanwhile, so that
	 * nobody is to blame. */
	double (*moved_between_nodes)(void *state);

	/* In the parent, of a trial that has ended: writes those of its metrics (from seen[at] on, of each of n repetitions)
	 * that need the repetitions around. */
	void (*complete)(const struct subject *subject, struct repetition *repetition, unsigned n, size_t at);
	/* And then: what the sample must be marked with ("disturbed"), by its metrics; NULL: nothing. */
	const char *(*mark)(const struct subject *subject, const struct repetition *r, const double *seen);
};

#endif
