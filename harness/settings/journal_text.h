/* SPDX-License-Identifier: GPL-2.0-or-later */
/* journal_text - the journal's text (journal.h), printed and read */
#ifndef NODEHOP_JOURNAL_TEXT_H
#define NODEHOP_JOURNAL_TEXT_H

#include "settings/changes.h"

/* free(data). */
struct bytes journal_print(const struct changes *list);

/*
 * Into an empty list; the text of a version before (lines "path\tfound\tto" behind the boot's id) too. *earlier becomes
 * the count of changes of another boot, which are dropped. -1 with a fault, and an empty list, when it is damaged.
 */
int journal_parse(const struct bytes *text, struct changes *list, size_t *earlier);

#endif
