// SPDX-License-Identifier: GPL-2.0-or-later
/* knob_held - the settings that the user wants held at a value, whatever a benchmark asks for */
#include <stddef.h>
#include <string.h>
#include "base/alloc.h"
#include "settings/knob_held.h"

static struct {
	char *path, *value;
} * held;
static size_t held_count;

const char *knob_held_value(const char *path)
{
	for (size_t i = 0; i < held_count; i++)
		if (!strcmp(held[i].path, path))
			return held[i].value;
	return NULL;
}

void knob_held_add(const char *path, const char *value)
{
	if (knob_held_value(path))
		return;
	held = xgrow(held, held_count, sizeof(*held));
	held[held_count].path = xstrdup(path);
	held[held_count++].value = xstrdup(value);
}
