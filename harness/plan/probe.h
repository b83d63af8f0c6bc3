/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * probe - does the machine have what only the benchmark itself can ask for?
 */
#ifndef NODEHOP_PROBE_H
#define NODEHOP_PROBE_H

#include "bench.h"
#include "machine/facts.h"
#include "memory/trial_private.h"

/* Runs the benchmark's probe in a child; its answer's reason and detail go to `answer`. BROKEN "probe" when it dies. */
enum outcome probe_run(const struct benchmark *b, const struct machine *m, struct trial_private *answer);

#endif
