/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gate_here - the gate of a file without a topology: this machine, both sides measured in turns */
#ifndef NODEHOP_GATE_HERE_H
#define NODEHOP_GATE_HERE_H

#include "compare/compare.h"

struct gate;
struct gate_here;

/* Record and plan, which is printed. 0, 1 when too few points can gate (said on stdout), or -1 with a fault. */
int gate_here_prepare(struct gate *g);

/* Both stages. NULL with a fault. An incomparable pair comes back unjudged. */
struct comparison *gate_here_judge(const struct gate *g);

void gate_here_free(struct gate_here *here);

#endif
