// SPDX-License-Identifier: GPL-2.0-or-later
/* knob_held - the settings that the user wants held at a value, whatever a benchmark asks for */
#include <stddef.h>
#include <string.h>
#include "base/alloc.h"
#include "settings/knob_held.h"

const char *knob_held_value(const struct held *held, const char *path)
{
	for (size_t i = 0; i < held->n; i++)
		if (!strcmp(held->setting[i].path, path))
			return held->setting[i].value;
	return NULL;
}

void knob_held_add(struct held *held, const char *path, const char *value)
{
	if (knob_held_value(held, path))
		return;
	held->setting = xgrow(held->setting, held->n, sizeof(*held->setting));
	held->setting[held->n].path = xstrdup(path);
	held->setting[held->n++].value = xstrdup(value);
}
