// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * point - what a point's axes say of it, and the profiles
 */
#include <string.h>
#include "base/fault.h"
#include "plan/axis.h"
#include "plan/point.h"

static const struct {
	const char *name;
	unsigned repetitions;
} profiles[PROFILES] = {
	[PROFILE_QUICK] = { "quick", 5 },
	[PROFILE_GATE] = { "gate", 9 },
	[PROFILE_STANDARD] = { "standard", REPETITIONS_MAX },
};

int profile_parse(const char *text, enum profile *profile)
{
	for (int i = 0; i < PROFILES; i++) {
		if (!strcmp(text, profiles[i].name)) {
			*profile = i;
			return 0;
		}
	}
	return fault("no profile \"%s\"; there are quick, gate and standard", text);
}

const char *profile_name(enum profile profile)
{
	return profiles[profile].name;
}

unsigned profile_repetitions(enum profile profile)
{
	return profiles[profile].repetitions;
}

unsigned point_repetitions(const struct point *point, enum profile profile)
{
	unsigned most = point->benchmark->repetitions;

	return most && most < profile_repetitions(profile) ? most : profile_repetitions(profile);
}

unsigned point_warmups(const struct point *point)
{
	return point->benchmark->repetitions ? 0 : WARMUPS;
}

const struct axis *benchmark_axis(const struct benchmark *b, enum axis_type type)
{
	for (const struct axis *a = b->axes; a && a->name; a++)
		if (a->type == type)
			return a;
	return NULL;
}

size_t point_size_bytes(const struct point *point)
{
	const struct axis *size = benchmark_axis(point->benchmark, AXIS_TYPE_SIZE);

	return size ? axis_number(size, point->params) : 0;
}

/* The first node with CPUs for us that is not of the pair. */
static int third_node(const struct machine *m, struct pair pair)
{
	for (int i = 0; i < m->nodes; i++)
		if (m->node[i].cpu >= 0 && m->node[i].id != pair.from && m->node[i].id != pair.to)
			return m->node[i].id;
	return -2;
}

int point_caller_node(const struct point *point, const struct machine *m)
{
	const struct axis *caller = benchmark_axis(point->benchmark, AXIS_TYPE_CALLER);
	const struct axis *axis = benchmark_axis(point->benchmark, AXIS_TYPE_PAIR);
	struct pair pair;

	if (!caller || !axis)
		return -1;
	pair = axis_pair(axis, point->params);
	switch ((enum caller)axis_number(caller, point->params)) {
	case CALLER_SOURCE:
		return pair.from;
	case CALLER_TARGET:
		return pair.to;
	case CALLER_THIRD:
		return third_node(m, pair);
	case CALLER_ANY:
		break;
	}
	return -1;
}
