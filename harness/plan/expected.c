// SPDX-License-Identifier: GPL-2.0-or-later
/* expected - about how long a plan takes */
#include <math.h>
#include "instruments/load.h"
#include "plan/plan.h"

double plan_expected_s(const struct plan *plan, const struct machine *m, enum profile profile)
{
	/* placing, moving, verifying a page, and a point's own share; measured on one laptop-class machine and in the lab */
	static const double page_s[] = { [TIME_HARDWARE] = 8e-6, [TIME_COUNTED] = 1e-4, [TIME_UNTIMED] = 1e-4 };
	static const double point_s[] = { [TIME_HARDWARE] = 0.01, [TIME_COUNTED] = 0.05, [TIME_UNTIMED] = 0.05 };
	static const double least_s[] = { [TIME_HARDWARE] = LOAD_WINDOW_S, [TIME_UNTIMED] = 0 };
	/* a counted guest's nanosecond is one instruction */
	double clock_s = m->timekeeper == TIME_COUNTED ? 1e9 / PLAN_INSNS_A_S : 1, expected_s = 0;

	for (size_t i = 0; i < plan->points; i++) {
		const struct point *p = &plan->point[i];
		double pages = (double)point_size_bytes(p) / m->page_size;
		double repetition_s = pages * page_s[m->timekeeper] + p->benchmark->repetition_ms / 1e3 * clock_s;

		if (p->outcome == OK)
			expected_s += fmax(least_s[m->timekeeper],
					   point_s[m->timekeeper] +
						   repetition_s * (point_warmups(p) + point_repetitions(p, profile)));
	}
	return expected_s;
}
