/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * environment - the machine we are on, a lab guest's job included
 */
#ifndef NODEHOP_ENVIRONMENT_H
#define NODEHOP_ENVIRONMENT_H

#include <jansson.h>
#include "machine/facts.h"

/* This system; in a lab guest with the mode and topology that the job names. 0, or -1 with a fault. */
int environment_machine(struct machine *m);

/* {"hard": {...}, "soft": {...}} of this system, the lab's own facts included. A new reference. */
json_t *environment_facts(const struct machine *m);

#endif
