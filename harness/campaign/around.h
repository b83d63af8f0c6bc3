/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * around - looks around before measuring: which CPUs to take, and who disturbs
 */
#ifndef NODEHOP_AROUND_H
#define NODEHOP_AROUND_H

#include <jansson.h>
#include <stdio.h>
#include "machine/surroundings.h"

/* On hardware: watches the CPUs for a quarter of a second, chooses those that measure, finds what disturbs. In the lab: nothing. */
void around_look(struct surroundings *s, struct machine *m);

/* A line each, with what to do: of all findings, or of those alone that disturb. */
void around_print(FILE *out, const struct surroundings *s, bool all);

/* For ab and gate, before the first session: what disturbs here, to stderr. -1 with a fault. */
int around_report(void);

/* As facts "around.load", ..., each "what was seen", into an object. */
void around_record(const struct surroundings *s, json_t *facts);

#endif
