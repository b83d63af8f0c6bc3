/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sides_internal - what the files that take the sessions of sides share */
#ifndef NODEHOP_SIDES_INTERNAL_H
#define NODEHOP_SIDES_INTERNAL_H

#include "sides/sides.h"

/* A closed run folder that lacks sessions or points; false also when it cannot be read. */
bool side_is_incomplete(const char *dir);

/* So many more died twice and were left out. */
void sides_count_lost(size_t sessions);

#endif
