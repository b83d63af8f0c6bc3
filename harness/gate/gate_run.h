/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gate_run - a gate from its file to its exit code */
#ifndef NODEHOP_GATE_RUN_H
#define NODEHOP_GATE_RUN_H

#include "gate/gate.h"

/* Plans, measures, judges, prints, writes gate.json. The exit code. */
int gate_run(struct gate *g);

void gate_free(struct gate *g);

#endif
