/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * instruments - all that look at repetitions, as one
 */
#ifndef NODEHOP_INSTRUMENTS_H
#define NODEHOP_INSTRUMENTS_H

#include "instruments/instrument.h"

/*
 * The table, from the inside out: the first begins last, right before the
 * clocks are read, and ends first. Metrics are recorded in this order.
 */
/* clang-format off */
#define INSTRUMENTS(INSTRUMENT)		\
	INSTRUMENT(switches)		\
	INSTRUMENT(load)		\
	INSTRUMENT(idle)		\
	INSTRUMENT(contamination)	\
	INSTRUMENT(window)		\
	INSTRUMENT(thread_clock)	\
	INSTRUMENT(events)		\
	INSTRUMENT(faults)		\
	INSTRUMENT(other_tasks)		\
	INSTRUMENT(vmstat_rises)	\
	INSTRUMENT(interrupts)
/* clang-format on */

#define INSTRUMENT_DECLARE(name) extern const struct instrument name##_instrument;
INSTRUMENTS(INSTRUMENT_DECLARE)

/* ---- to look with ---- */

struct instruments;

/* The table's, for trials in that mode (of enum lab_modes). Once a program: what is open stays open. */
struct instruments *instruments_new(unsigned mode);

/* One more, outermost, whose state the caller has. It must not have metrics: they are the caller's to show. */
void instruments_add(struct instruments *all, const struct instrument *instrument, void *state);

/* The state of one of the table's. */
void *instruments_state(struct instruments *all, const struct instrument *instrument);

void instruments_free(struct instruments *all);

/*
 * For all whose mode and kind of repetition this is; see struct instrument.
 * Those that may fail return NULL, or the instrument that did, with a fault.
 */
void instruments_prepare(struct instruments *all, enum repetition_kind kind);
const struct instrument *instruments_open(struct instruments *all, enum repetition_kind kind, const struct subject *s);
const struct instrument *instruments_close(struct instruments *all, enum repetition_kind kind, const struct subject *s);
const struct instrument *instruments_begin(struct instruments *all, enum repetition_kind kind);
const struct instrument *instruments_end(struct instruments *all, enum repetition_kind kind);
void instruments_record(struct instruments *all, enum repetition_kind kind, const struct measured *m,
			struct repetition *r);
double instruments_moved_between_nodes(struct instruments *all);

/* In the parent, of all n repetitions of a trial that was of that mode and kind; see struct instrument. */
void instruments_complete(unsigned mode, enum repetition_kind kind, const struct subject *s,
			  struct repetition *repetition, unsigned n);

/* What a sample is marked with, by the outermost instrument that has a reason: what happened to the pages comes before
 * what happened to the CPUs. NULL: nothing. */
const char *instruments_mark(unsigned mode, enum repetition_kind kind, const struct subject *s,
			     const struct repetition *r);

/* ---- what they saw ---- */

/* Where in a repetition's seen[] the values of an instrument of the table begin. */
size_t instruments_at(const struct instrument *instrument);

/* Calls `each` for every metric of the table's that this kernel has in that mode and kind, with its place in seen[]. Ends early with a non-zero. */
int instruments_each(unsigned mode, enum repetition_kind kind,
		     int (*each)(const struct instrument_metric *metric, size_t at, void *context), void *context);

#endif
