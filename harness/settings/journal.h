/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * journal - the changed settings on disk, so that they can be put back by someone else
 *
 *   nodehop journal 2
 *   boot ID
 *   PATH-BYTES FOUND-BYTES TO-BYTES      for each change, and behind it these three, unseparated, and a newline
 *   sha256 HEX                           of all bytes before this line
 *
 * It is written beside and renamed, so that there is the old one or the new.
 * Only its owner and root write it; what is no regular file there is refused.
 */
#ifndef NODEHOP_JOURNAL_H
#define NODEHOP_JOURNAL_H

#include <stddef.h>
#include "settings/changes.h"

/*
 * Reads what is in the journal into an empty list. *earlier becomes the count of changes of an earlier boot, which are
 * not in the list: that boot's settings are gone with it. No journal is an empty one. -1 with a fault when it is
 * damaged, no regular file, or may not be read; it then stays as it is.
 */
int journal_read(struct changes *list, size_t *earlier);

/* Writes the list in the journal's place, to disk; without changes there is no file. 0, or -1 with a fault. */
int journal_write(const struct changes *list);

/* Could it be written now? Leaves the journal as it is. 0, or -1 with a fault. */
int journal_try(void);

#endif
