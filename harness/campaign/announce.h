/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * announce - which of the machine's settings are changed, and which stay
 */
#ifndef NODEHOP_ANNOUNCE_H
#define NODEHOP_ANNOUNCE_H

#include "plan/plan.h"
#include "plan/settings.h"
#include "settings/knobs.h"

/* On stdout: what has been changed for the time of the run, and what points are going to change, once each. */
void announce_settings(const struct plan *plan, const struct machine *m, bool tune);

/* On stderr, for settings_quiet: a setting that stays, and what that means. */
void report_unquiet(const struct unquiet *setting);

/* On stderr, for knobs_open: what an earlier run had left changed, and what cannot be put back. */
void report_put_back(const struct knob_report *knob);

#endif
