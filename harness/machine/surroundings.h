/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * surroundings - what there is on this machine that may disturb a measurement
 */
#ifndef NODEHOP_SURROUNDINGS_H
#define NODEHOP_SURROUNDINGS_H

#include "machine/activity.h"
#include "machine/facts.h"

#define FINDINGS_MAX 12

struct finding {
	const char *what; /* one word: "load", "governor", ... */
	bool disturbs;
	char text[320];	    /* what was seen, with its numbers */
	const char *remedy; /* what to do about it; "" for nothing */
};

struct surroundings {
	struct finding finding[FINDINGS_MAX];
	size_t findings;
};

/*
 * Looks at what others do with CPUs and memory, and at the CPUs that measure:
 * their clock, their siblings, their interrupts. What is hidden from this user
 * is not found. `root` is "" for this system.
 */
void surroundings_look(struct surroundings *s, const struct machine *m, const struct activity *activity,
		       const char *root);

#endif
