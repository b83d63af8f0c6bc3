/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * settings - the knobs that must hold while a point runs
 *
 * Four sources: a quiet machine (no balancing, no KSM, ...; left out with
 * --no-tune), the benchmark's own list, what its kind of page asks for (THP
 * on request, one mTHP size, a hugetlb pool on both nodes), and the hugetlb
 * pages of a rule.
 */
#ifndef NODEHOP_SETTINGS_H
#define NODEHOP_SETTINGS_H

#include "engine/point.h"

/* Makes the machine quiet for a session. What it may not change it leaves; never fails. */
void settings_quiet(void);

/* Sets what the point needs, after knobs_mark(). OK, SKIPPED or BLOCKED with code and the fault. */
enum outcome settings_apply(const struct point *point, const struct machine *m, const char **code);

/* The knob's value for the point, in text where it is a number; NULL when the point leaves the knob alone. */
const char *settings_value(const struct knob_value *knob, const struct point *point, char *text, size_t size);

#endif
