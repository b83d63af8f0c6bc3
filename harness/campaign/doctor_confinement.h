/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor_confinement - what keeps this process from a part of the machine */
#ifndef NODEHOP_DOCTOR_CONFINEMENT_H
#define NODEHOP_DOCTOR_CONFINEMENT_H

#include "machine/facts.h"

/* Prints a line for each thing that confines us, with what to do, and one for each system call that matters. */
void doctor_confinement(const struct machine *m);

/* In a sentence: can pages be migrated between nodes of this machine, by this process? */
bool doctor_can_migrate(const struct machine *m, char *text, size_t size);

#endif
