/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lab_functions - a lab guest's records, with what the host saw of them: in which functions its instructions are
 */
#ifndef NODEHOP_LAB_FUNCTIONS_H
#define NODEHOP_LAB_FUNCTIONS_H

#include <jansson.h>
#include "functions/calltree.h"
#include "record/reclog.h"

struct lab_functions;

/* For one boot, with kinds of work from that file, which must stay, or this program's own when NULL. Never NULL. */
struct lab_functions *lab_functions_new(const char *kinds);

/*
 * Appends the record to the log. With a profile (`calls`; NULL for none) the path gates points whose pages the kernel
 * moves; the samples of a point get the metrics that the profile tells, and a record of its functions follows. Where
 * that cannot be, the samples stay as the guest sent them, the reason is reported once, and a point that the path
 * would gate is unstable. 0, or -1 with a fault.
 */
int lab_functions_append(struct lab_functions *f, struct calltree *calls, const json_t *record, struct reclog *log);

void lab_functions_free(struct lab_functions *f);

#endif
