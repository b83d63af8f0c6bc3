// SPDX-License-Identifier: GPL-2.0-or-later
/* knob_special - looks up a setting that is not a plain file; what each does is in cgroup.c and tracing_knobs.c */
#include <string.h>
#include "settings/knob_special.h"

static const struct special_knob *find(const struct special_knob *knobs, const char *knob)
{
	for (; knobs->name; knobs++)
		if (!strcmp(knob, knobs->name) || !strcmp(knob, knobs->path))
			return knobs;
	return NULL;
}

const struct special_knob *special_knob(const char *knob)
{
	return find(cgroup_knobs, knob) ?: find(tracing_knobs, knob);
}
