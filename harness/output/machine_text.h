/* SPDX-License-Identifier: GPL-2.0-or-later */
/* machine_text - a machine as a person reads it: its nodes, their distances, its page sizes */
#ifndef NODEHOP_MACHINE_TEXT_H
#define NODEHOP_MACHINE_TEXT_H

#include "machine/facts.h"

/* To stdout. */
void machine_print(const struct machine *m);

#endif
