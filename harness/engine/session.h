/* SPDX-License-Identifier: GPL-2.0-or-later */
/* session - one process tree that measures the points of a plan, once each, in an order that its seed decides */
#ifndef NODEHOP_SESSION_H
#define NODEHOP_SESSION_H

#include "engine/session_log.h"

/*
 * Measures, appending records to the log as they come (record/reclog.h). Ends
 * early when a signal was noted (base/interrupt.h); then the end record says
 * complete: false. 0, or -1 with a fault (disk or channel full).
 */
int session_run(const struct session *session);

#endif
