/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * events - the state of events_instrument, which whoever asks for events fills
 *
 * Its metrics have no rows of a table: their names, and whether they can be
 * counted at all, are those of the counters.
 */
#ifndef NODEHOP_EVENTS_H
#define NODEHOP_EVENTS_H

#include "instruments/counter_sets.h"
#include "instruments/instruments.h"

struct events {
	const struct counters *counters; /* NULL: nobody asked */
	struct counter_sets open;
	double value[COUNTERS_MAX]; /* of the last repetition */
};

#endif
