// SPDX-License-Identifier: GPL-2.0-or-later
/* page_lists - keeps the page allocator's per-CPU lists from running full in counted mode */
#include "engine/page_lists.h"
#include "settings/knobs.h"

/* The high mark is this fraction of a zone: 8 is the least that the kernel takes, so the longest lists. */
#define HIGH_FRACTION "/proc/sys/vm/percpu_pagelist_high_fraction"
#define LARGEST	      "8"

void page_lists_lengthen(const struct machine *m)
{
	if (m->timekeeper == TIME_COUNTED && !knob_is_held(HIGH_FRACTION))
		(void)knob_set(HIGH_FRACTION, LARGEST); /* a kernel without it has its digits all the same */
}
