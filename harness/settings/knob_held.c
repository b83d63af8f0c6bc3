// SPDX-License-Identifier: GPL-2.0-or-later
/* knob_held - the settings that the user wants held at a value, whatever a benchmark asks for */
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "settings/knob_held.h"
#include "settings/knobs.h"

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

bool knob_is_held(const char *knob)
{
	const char *path = knob_path(knob);

	return path && knob_held_value(path);
}

int knob_hold(const char *knob, const char *value)
{
	const char *path = knob_path(knob);

	if (!path || knob_set(knob, value))
		return -1;
	if (knob_held_value(path))
		return 0;
	held = xgrow(held, held_count, sizeof(*held));
	held[held_count].path = xstrdup(path);
	held[held_count++].value = xstrdup(value);
	return 0;
}
