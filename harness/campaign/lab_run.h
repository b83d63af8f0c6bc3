/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lab_run - `run` in lab guests: each boot a session, all of them one run folder
 */
#ifndef NODEHOP_LAB_RUN_H
#define NODEHOP_LAB_RUN_H

#include "campaign/lab_request.h"

/* Of the option of lab, ab and gate; the numbers are those of boot.h. */
#define DEADLINE_HELP                                                                                                  \
	"end a boot that takes longer than this, its first sign of life included (default: 120s to that, and in all "  \
	"600s or twenty times what its points should take)"

/*
 * Boots all, collects their records in DIR.part as they come, closes the
 * folder and prints its table. A boot that fails leaves its points broken, with its
 * reason, in the folder. Returns the exit code.
 */
int lab_run(const struct lab *lab, struct boot *boot, int count, const struct lab_request *request);

#endif
