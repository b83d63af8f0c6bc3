/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * path - of a counted point whose functions are known, what those who read a run need to know by name
 *
 * functions/functions.h has all that the lab's host adds to such a point. The
 * path is what gates it; the rest stands beside it.
 */
#ifndef NODEHOP_PATH_H
#define NODEHOP_PATH_H

#include <stdbool.h>
#include <string.h>
#include "record/run.h"

#define PATH_INSNS   "path_insns"   /* the calling thread's own way, for each folio moved */
#define PATH_WHOLE   "page_insns"   /* all that was executed, for each base page moved */
#define PATH_WAIT    "wait_insns"   /* of other tasks meanwhile, for each folio moved */
#define PATH_COPIED  "copied_bytes" /* for each base page moved; these two gate by equality */
#define PATH_ZEROED  "zeroed_bytes"
#define PATH_UNMAPS  "unmap_tries" /* for each folio moved: paths of points that need more than one do not compare */
#define PATH_SPIN    "spin_insns"
#define PATH_UNKNOWN "no-functions" /* reason of a point whose path should be known, and is not */

/* Is the path what gates the point? */
static inline bool path_is_primary(const struct run_point *p)
{
	return !strcmp(p->primary, PATH_INSNS);
}

/* Bytes decide the verdict of the path that they stand beside, and have none of their own. */
static inline bool path_has_bytes(const char *metric)
{
	return !strcmp(metric, PATH_COPIED) || !strcmp(metric, PATH_ZEROED);
}

#endif
