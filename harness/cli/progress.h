/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NODEHOP_PROGRESS_H
#define NODEHOP_PROGRESS_H

#include "engine/session.h"

/* One line on a terminal's stderr, rewritten in place, with the time left; nothing elsewhere. A session's progress. */
void progress_show(const struct session *s, size_t done, const struct point *point, const struct trial_result *result);

#endif
