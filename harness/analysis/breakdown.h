/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * breakdown - where the kernel spends a call: functions, and the work they are for
 *
 * Sources hand in stacks with a weight (time spent in the last function
 * itself). What lies below a wait is that wait, whatever runs meanwhile; any
 * other function does the work of the nearest one above it that is known.
 */
#ifndef NODEHOP_BREAKDOWN_H
#define NODEHOP_BREAKDOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum work {
	WORK_RCU,   /* waiting for an expedited RCU grace period */
	WORK_DRAIN, /* waiting for every CPU to drain its batches of pages */
	WORK_WAIT,  /* waiting for something else: a lock, a page, I/O */
	WORK_COPY,
	WORK_ZERO,
	WORK_UNMAP, /* taking mappings away and putting them back, flushing TLBs */
	WORK_ALLOC, /* and freeing */
	WORK_RETRY, /* taking a mapping away more than once for a folio */
	WORK_INTERRUPT,
	WORK_REST,    /* walking, isolating, locking, accounting */
	WORK_UNSPLIT, /* on the CPU, by a source that sees no functions */
	WORKS,
};

/* "waiting for an expedited RCU grace period", "copying", ... */
const char *work_name(enum work work);

bool work_is_waiting(enum work work);

#define BREAKDOWN_CACHE 1024

struct breakdown_row {
	char *name;
	enum work work;
	double weight;
	uint64_t calls;		  /* entries into it */
	uint64_t entries, inside; /* the same with those below it that are shown as it; and from it into others */
};

struct breakdown {
	struct breakdown_row *row;
	size_t rows, room;
	double total;
	double least; /* weight of a call that called nothing */
	double work[WORKS];
	/* by hash: where the row of a name was found last, and what a name is for */
	size_t row_cache[BREAKDOWN_CACHE];
	struct {
		char *name;
		enum work work;
	} work_cache[BREAKDOWN_CACHE];
};

/*
 * Adds weight to the last function of the stack (outermost first). `calls`
 * is 1 for an entry into it, 0 for a look at it; `inside` the entries from it
 * into other functions.
 */
void breakdown_add(struct breakdown *p, const char *const *stack, size_t depth, double weight, unsigned calls,
		   unsigned inside);

/*
 * Takes away what tracing itself costs, which is `each` for an entry: in the
 * function entered as much of it as the least call there was, the rest in the
 * one it is made from. Returns the weight that is gone.
 */
double breakdown_correct(struct breakdown *p, double each);

/* The same for time that has no stack, under a name of the caller's choice. */
void breakdown_add_work(struct breakdown *p, const char *name, enum work work, double weight);

/* How often a function was entered, in whatever work. */
uint64_t breakdown_calls(const struct breakdown *p, const char *name);

/* Moves the share of unmapping that was useless to WORK_RETRY: `attempts` at unmapping were made for `folios`. */
void breakdown_split_retries(struct breakdown *p, double attempts, double folios);

/* Heaviest row first. */
void breakdown_sort(struct breakdown *p);

/*
 * One sentence on what the time goes into, in percent of the total: "Waiting
 * dominates, ...". An empty breakdown says so. free() it.
 */
char *breakdown_sentence(const struct breakdown *p);

void breakdown_free(struct breakdown *p);

#endif
