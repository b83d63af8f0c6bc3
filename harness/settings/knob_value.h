/* SPDX-License-Identifier: GPL-2.0-or-later */
/* knob_value - reading and writing one setting, be it a file or something special; shared by knobs*.c only */
#ifndef NODEHOP_KNOB_VALUE_H
#define NODEHOP_KNOB_VALUE_H

#include <stdbool.h>
#include "settings/knob_file.h"

/* All that it reads, as it would stand in the journal. 0, or -1 with a fault. */
int knob_value_read(const char *path, struct bytes *content);

/* 0, or -1 with a fault. */
int knob_value_write(const char *path, const struct bytes *value);

/* Does it read as it did, but for what only the display adds (knob_file_value)? A while is given to what takes one. False with a fault. */
bool knob_value_is_back(const char *path, const struct bytes *content);

/* Are these the same words, however they are parted? */
bool knob_value_same_words(const struct bytes *a, const char *b);

/* Its value as text to be printed; "unreadable" when it cannot be read. free() it. */
char *knob_value_shown(const char *path);
char *knob_value_text(const char *path, const struct bytes *content);

#endif
