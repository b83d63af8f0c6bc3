/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * quotable - may a point's number be quoted, by what is known of its samples?
 *
 * It may not, and is `unstable`, when
 *   disturbed     too few of its repetitions were left undisturbed (tally.h),
 *                 or those that were say something else than all together
 *   contaminated  the same, mostly because other tasks migrated pages
 *   too-few       on hardware, no session has three repetitions
 *   noisy         it scatters too much within a session
 */
#ifndef NODEHOP_QUOTABLE_H
#define NODEHOP_QUOTABLE_H

#include "analysis/values.h"

/*
 * Judges every point that is ok, or was found unstable by this same judgement:
 * sessions come together in a merge. Rewrites points.csv where an outcome
 * changed. 0, or -1 with a fault.
 */
int quotable_judge(struct run *run, const struct values *v);

#endif
