/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rules - a table of promises, made a benchmark like the others
 *
 * The table is the only source: the words of the axis `rule` are its names,
 * so each rule is a point with a key, needs and an outcome. A rule is checked
 * once, without warm-ups, in a child of its own, and no time is recorded: its
 * one metric is the status, result or count that it saw.
 */
#ifndef NODEHOP_RULES_H
#define NODEHOP_RULES_H

#include "plan/point.h"

/* A copy with axis, metric and callbacks when b has rules, else b itself. NULL with a fault for an ill-formed table. */
const struct benchmark *rules_complete(const struct benchmark *b);

/* The rule that is this point, or NULL. */
const struct rule *rules_of_point(const struct point *point);

/* Where rules run: the first node with memory and a CPU, and another with memory (the same when there is none). */
struct pair rules_nodes(const struct machine *m);

#endif
