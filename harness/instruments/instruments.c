// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * instruments - the table's order around a repetition, and where each leaves what it saw
 */
#include <math.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "instruments/instruments.h"

#define INSTRUMENT_ADDRESS(name) &name##_instrument,

static const struct instrument *const table[] = { INSTRUMENTS(INSTRUMENT_ADDRESS) };

#define TABLE_SIZE (sizeof(table) / sizeof(*table))
#define ADDED_MAX  1

struct instruments {
	unsigned mode;
	size_t n;
	const struct instrument *instrument[TABLE_SIZE + ADDED_MAX];
	void *state[TABLE_SIZE + ADDED_MAX];
};

struct instruments *instruments_new(unsigned mode)
{
	struct instruments *all = xcalloc(1, sizeof(*all));

	all->mode = mode;
	all->n = TABLE_SIZE;
	for (size_t i = 0; i < TABLE_SIZE; i++) {
		all->instrument[i] = table[i];
		all->state[i] = xcalloc(1, table[i]->state_size ?: 1);
	}
	return all;
}

void instruments_add(struct instruments *all, const struct instrument *instrument, void *state)
{
	all->instrument[all->n] = instrument;
	all->state[all->n++] = state;
}

void *instruments_state(struct instruments *all, const struct instrument *instrument)
{
	size_t i = 0;

	while (all->instrument[i] != instrument)
		i++;
	return all->state[i];
}

void instruments_free(struct instruments *all)
{
	for (size_t i = 0; i < TABLE_SIZE; i++)
		free(all->state[i]);
	free(all);
}

/* ---- around a repetition ---- */

static bool is_of(const struct instrument *instrument, unsigned mode, enum repetition_kind kind)
{
	return (instrument->modes & mode) && (instrument->repetitions & kind);
}

static bool looks(const struct instruments *all, size_t i, enum repetition_kind kind)
{
	return is_of(all->instrument[i], all->mode, kind);
}

void instruments_prepare(struct instruments *all, enum repetition_kind kind)
{
	for (size_t i = 0; i < all->n; i++)
		if (looks(all, i, kind) && all->instrument[i]->prepare)
			all->instrument[i]->prepare(all->state[i]);
}

const struct instrument *instruments_open(struct instruments *all, enum repetition_kind kind, const struct subject *s)
{
	for (size_t i = 0; i < all->n; i++)
		if (looks(all, i, kind) && all->instrument[i]->open && all->instrument[i]->open(all->state[i], s))
			return all->instrument[i];
	return NULL;
}

const struct instrument *instruments_close(struct instruments *all, enum repetition_kind kind, const struct subject *s)
{
	for (size_t i = 0; i < all->n; i++)
		if (looks(all, i, kind) && all->instrument[i]->close && all->instrument[i]->close(all->state[i], s))
			return all->instrument[i];
	return NULL;
}

const struct instrument *instruments_begin(struct instruments *all, enum repetition_kind kind)
{
	for (size_t i = all->n; i-- > 0;)
		if (looks(all, i, kind) && all->instrument[i]->begin && all->instrument[i]->begin(all->state[i]))
			return all->instrument[i];
	return NULL;
}

const struct instrument *instruments_end(struct instruments *all, enum repetition_kind kind)
{
	const struct instrument *failed = NULL;

	for (size_t i = 0; i < all->n; i++)
		if (looks(all, i, kind) && all->instrument[i]->end && all->instrument[i]->end(all->state[i]) && !failed)
			failed = all->instrument[i];
	return failed;
}

double instruments_moved_between_nodes(struct instruments *all)
{
	double most = 0;

	for (size_t i = 0; i < all->n; i++)
		if (all->instrument[i]->moved_between_nodes)
			most = fmax(most, all->instrument[i]->moved_between_nodes(all->state[i]));
	return most;
}

/* ---- what they saw ---- */

size_t instruments_at(const struct instrument *instrument)
{
	size_t at = 0;

	for (size_t i = 0; i < TABLE_SIZE && table[i] != instrument; i++)
		at += table[i]->metric_count;
	return at;
}

void instruments_record(struct instruments *all, enum repetition_kind kind, const struct measured *m,
			struct repetition *r)
{
	for (size_t i = 0; i < SEEN_MAX; i++)
		r->seen[i] = NAN;
	for (size_t i = 0; i < all->n; i++)
		if (looks(all, i, kind) && all->instrument[i]->record)
			all->instrument[i]->record(all->state[i], m, r, &r->seen[instruments_at(all->instrument[i])]);
}

static int each_of(const struct instrument *instrument, size_t at,
		   int (*each)(const struct instrument_metric *metric, size_t at, void *context), void *context)
{
	int result = 0;

	for (size_t i = 0; instrument->metrics && !result && i < instrument->metric_count; i++)
		if (!instrument->has || instrument->has(i))
			result = each(&instrument->metrics[i], at + i, context);
	return result;
}

void instruments_complete(unsigned mode, enum repetition_kind kind, const struct subject *s,
			  struct repetition *repetition, unsigned n)
{
	for (size_t i = 0; i < TABLE_SIZE; i++)
		if (is_of(table[i], mode, kind) && table[i]->complete)
			table[i]->complete(s, repetition, n, instruments_at(table[i]));
}

const char *instruments_mark(unsigned mode, enum repetition_kind kind, const struct subject *s,
			     const struct repetition *r)
{
	const char *mark = NULL;

	for (size_t i = TABLE_SIZE; !mark && i-- > 0;)
		if (is_of(table[i], mode, kind) && table[i]->mark)
			mark = table[i]->mark(s, r, &r->seen[instruments_at(table[i])]);
	return mark;
}

int instruments_each(unsigned mode, enum repetition_kind kind,
		     int (*each)(const struct instrument_metric *metric, size_t at, void *context), void *context)
{
	size_t at = 0;
	int result = 0;

	for (size_t i = 0; !result && i < TABLE_SIZE; i++) {
		if (is_of(table[i], mode, kind))
			result = each_of(table[i], at, each, context);
		at += table[i]->metric_count;
	}
	return result;
}
