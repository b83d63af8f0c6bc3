/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lab_explain - `explain` of a counted guest, seen from outside: the guest runs the point, and the host saw each instruction
 */
#ifndef NODEHOP_LAB_EXPLAIN_H
#define NODEHOP_LAB_EXPLAIN_H

#include "campaign/lab_command.h"

/* Is that what is asked for, by --source exact or by naming no source in counted mode? */
bool lab_explain_is_exact(const struct lab_request *request);

/*
 * Boots that guest, and prints the explanation of the first of its points that can be measured; where functions cannot
 * be reported and no source was named, that of the guest itself, after a line that says why. The exit code; then boot_free.
 */
int lab_explain(const struct lab *lab, const struct lab_request *request, struct boot *boot);

#endif
