/* SPDX-License-Identifier: GPL-2.0-or-later */
/* condense - a run folder with session medians for samples: small enough to commit, and read like any other */
#ifndef NODEHOP_CONDENSE_H
#define NODEHOP_CONDENSE_H

#include <stdbool.h>
#include "record/run.h"

/*
 * Writes the run to the new folder `dir`, condensed to its primary metrics
 * and its exact ones, the latter where they change; env.json gets a
 * "baseline" object. -1 with a fault.
 */
int condense_run(const struct run *run, const char *dir, bool pinned);

#endif
