/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * target - the machine that a question is about: this one, or one from a file
 *
 * Add target_argp as a child with a zeroed struct target as its input.
 */
#ifndef NODEHOP_TARGET_H
#define NODEHOP_TARGET_H

#include <argp.h>
#include "machine/facts.h"

struct target {
	const char *topology; /* a shipped name, a .topo file or hwloc XML; NULL: this system */
	enum timekeeper mode; /* how the lab would boot it: counted (the default) or fast */
	bool mode_given;
};

extern const struct argp target_argp;

/* 0, or -1 with a fault that names the file; never this system in place of a file. */
int target_load(const struct target *target, struct machine *m);

#endif
