/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trial_run - measures one point in a trial; what that is stands in trial.h */
#ifndef NODEHOP_TRIAL_RUN_H
#define NODEHOP_TRIAL_RUN_H

#include "engine/trial.h"

/* Measures the point. Free the result with trial_result_free. NULL with a fault when there is no memory or no process. */
struct trial_result *trial_run(const struct trial_request *request);

void trial_result_free(struct trial_result *result);

/* When a trial of the point is ended, in seconds: longer for more memory, and in a guest that keeps no time. */
unsigned trial_deadline_s(const struct point *point, const struct machine *m);

/* The smallest of many differences between two neighbouring clock readings, in clock units. */
double trial_clock_floor(void);

#endif
