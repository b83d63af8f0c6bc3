/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * settings - the knobs that must hold while a point runs
 *
 * The base state is the machine as found, what --knob holds, and, unless
 * --no-tune leaves it, a quiet machine (no balancing, no KSM, ...). On top of
 * it stands what a point needs, from three sources: the benchmark's own list,
 * what its kind of page asks for (THP on request, one mTHP size, a hugetlb
 * pool on both nodes), and the hugetlb pages of a rule.
 */
#ifndef NODEHOP_SETTINGS_H
#define NODEHOP_SETTINGS_H

#include "plan/point.h"

/* A quiet machine's setting that could not be set. */
struct unquiet {
	const char *knob, *now, *wanted;
	const char *effect; /* what it does to a measurement */
	const char *why;    /* it stays */
};

/* Makes the machine quiet, once for all sessions. `stays` is called for each setting that it may not change; NULL: no one. */
void settings_quiet(void (*stays)(const struct unquiet *setting));

/* One thing that a point needs. */
struct setting {
	char *knob, *value; /* to be set; value NULL: it is enough as it is */
	char *name, *shown; /* as the point's record has it: "thp", "madvise" */
};

struct settings {
	struct setting *setting;
	size_t n;
};

/* What the point needs, in the order in which it is set; changes nothing. 0, or -1 with a fault. Free with settings_free. */
int settings_of(const struct point *point, const struct machine *m, struct settings *list);
void settings_free(struct settings *list);

/* "thp=madvise;numa_balancing=1", the point's settings in order; free() it. */
char *settings_print(const struct settings *list);

/*
 * Sets what the point needs, after knobs_mark(). OK, SKIPPED or BLOCKED with
 * code and the fault: where the machine's settings are not to be changed
 * (tune is false), or --knob holds another value, nothing is set that is not so already.
 */
enum outcome settings_apply(const struct point *point, const struct machine *m, bool tune, const char **code);

/* The knob's value for the point, in text where it is a number; NULL when the point leaves the knob alone. */
const char *settings_value(const struct knob_value *knob, const struct point *point, char *text, size_t size);

#endif
