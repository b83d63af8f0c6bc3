/* SPDX-License-Identifier: GPL-2.0-or-later */
/* idle_share - idle time cannot be counted: the clock of counted mode jumps over it */
#ifndef NODEHOP_IDLE_SHARE_H
#define NODEHOP_IDLE_SHARE_H

#include "engine/trial.h"

/* In counted mode, makes an OK trial BLOCKED when more than 0.1 % of its median timed region was idle. */
void idle_share_judge(struct trial_result *r, const struct machine *m);

#endif
