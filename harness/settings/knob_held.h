/* SPDX-License-Identifier: GPL-2.0-or-later */
/* knob_held - the settings that the user wants held at a value; shared by knobs*.c only */
#ifndef NODEHOP_KNOB_HELD_H
#define NODEHOP_KNOB_HELD_H

#include <stddef.h>

/* A zeroed one holds nothing. */
struct held {
	struct {
		char *path, *value;
	} * setting;
	size_t n;
};

/* From now on; a setting that is held already keeps its value. */
void knob_held_add(struct held *held, const char *path, const char *value);

/* The value that the setting is held at; NULL: it is not held. */
const char *knob_held_value(const struct held *held, const char *path);

#endif
