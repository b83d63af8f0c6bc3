/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outcome - the words for enum outcome, in records and in points.csv */
#ifndef NODEHOP_OUTCOME_H
#define NODEHOP_OUTCOME_H

#include "bench.h"

#define OUTCOMES (BROKEN + 1)

/* "ok", "unstable", "skipped", "blocked", "wrong" or "broken". */
const char *outcome_name(enum outcome outcome);

/* 0, or -1 with a fault when there is no such word. */
int outcome_parse(const char *name, enum outcome *outcome);

#endif
