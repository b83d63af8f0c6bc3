/* SPDX-License-Identifier: GPL-2.0-or-later */
/* knob_restore - putting changed settings back, and saying what became of each; shared by knobs*.c only */
#ifndef NODEHOP_KNOB_RESTORE_H
#define NODEHOP_KNOB_RESTORE_H

#include <stdbool.h>
#include "settings/changes.h"
#include "settings/knob_report.h"

/*
 * Puts back the changes whose serial is the mark or a later one, latest first,
 * and takes them out of the list and its journal. `report` (NULL: none) gets
 * those that fail, and with say_success all. -1 with a fault when one failed:
 * it stays in both, with serial 0.
 */
int changes_put_back(struct changes *list, unsigned long mark, void (*report)(const struct knob_report *knob),
		     bool say_success);

/* Says of all of them why they are not put back. The fault is `why` afterwards, which may be fault_text(). */
void changes_report(const struct changes *list, void (*report)(const struct knob_report *knob), const char *why);

#endif
