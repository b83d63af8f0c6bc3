/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * disturbance - was a sample taken while something else went on?
 *
 * Each is judged by what happened in it and right around it, never against the
 * others: where all are disturbed alike they agree.
 */
#ifndef NODEHOP_DISTURBANCE_H
#define NODEHOP_DISTURBANCE_H

#include "engine/trial.h"

/*
 * Writes each repetition's status, "ok" or what it is marked
 * with: "disturbed", "contaminated" or "contaminated:CAUSE"; on hardware the
 * metrics taken_share, others_cpus and stolen_cpus too. With allow_load
 * nothing is marked for the load of this machine.
 */
void disturbance_judge(struct trial_result *r, const struct machine *m, const struct benchmark *b, bool allow_load);

#endif
