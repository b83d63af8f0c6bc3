/* SPDX-License-Identifier: GPL-2.0-or-later */
/* selection - what the user selected, for plan.c; plan.h has the rest of it */
#ifndef NODEHOP_SELECTION_H
#define NODEHOP_SELECTION_H

#include "plan/plan.h"

/* Is each of request->set an axis of a selected benchmark, given once? 0, or -1 with a fault. */
int selection_check_sets(const struct plan_request *request);

#endif
