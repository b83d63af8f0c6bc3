/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain - where the kernel spends the time of a point */
#ifndef NODEHOP_EXPLAIN_H
#define NODEHOP_EXPLAIN_H

#include "plan/plan.h"
#include "explain/explain_source.h"

/*
 * Repeats the first point of the plan that can be measured, with the machine's lock held, while the source looks. What
 * tracing changes is put back. The record of explanation.h; drop it with json_decref. NULL with a fault.
 */
json_t *explain_plan(const struct plan *plan, const struct machine *m, const struct explain_source *source);

#endif
