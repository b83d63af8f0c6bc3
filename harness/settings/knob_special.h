/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * knob_special - settings that are no file with a value
 *
 * A controller of cgroup v2 is passed down to groups by writing its name with
 * a sign, a group is a folder, and an empty list of the tracer reads as a
 * sentence. As knobs they are journalled and put back like the others.
 */
#ifndef NODEHOP_KNOB_SPECIAL_H
#define NODEHOP_KNOB_SPECIAL_H

#include <stdbool.h>
#include <stddef.h>

struct special_knob {
	const char *name, *path; /* the path is its name in the journal */
	bool (*exists)(void);
	char *(*read)(void);		 /* free() it; NULL with a fault */
	int (*write)(const char *value); /* 0, or -1 with a fault */
};

/* Each ends with {}. */
extern const struct special_knob cgroup_knobs[], tracing_knobs[];

/* By name or path; NULL for a setting that is a plain file. */
const struct special_knob *special_knob(const char *knob);

#endif
