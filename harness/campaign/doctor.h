/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor - what this machine can measure, and why not the rest */
#ifndef NODEHOP_DOCTOR_H
#define NODEHOP_DOCTOR_H

#include "machine/facts.h"

/* Tries it all, and prints a line for each thing, with the remedy for what is missing. */
void doctor_print(struct machine *m);

#endif
