// SPDX-License-Identifier: GPL-2.0-or-later
/* announce - which of the machine's settings are changed, and which stay */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "campaign/announce.h"

static void print_change(const char *path, const char *found, const char *to)
{
	printf("for the time of the run: %s %s -> %s\n", path, found, to);
}

/* ---- of points ---- */

/* {path: [values]}, each value once. */
static void collect_value(json_t *knobs, const char *path, const char *value)
{
	json_t *values = json_object_get(knobs, path), *known;
	size_t i;

	if (!values && json_object_set_new(knobs, path, values = json_array()))
		return;
	json_array_foreach (values, i, known)
		if (!strcmp(json_string_value(known), value))
			return;
	json_array_append_new(values, json_string(value));
}

static void collect_point(json_t *knobs, const struct point *p, const struct machine *m)
{
	struct settings list;

	if (p->outcome != OK || settings_of(p, m, &list))
		return;
	for (const struct setting *s = list.setting; s < list.setting + list.n; s++) {
		if (s->value && knob_may_be_set(s->knob) && !knob_is_held(s->knob) && !knob_is(s->knob, s->value))
			collect_value(knobs, knob_path(s->knob), s->value);
	}
	settings_free(&list);
}

static void print_values(const char *path, const json_t *values)
{
	char *now = knob_read(path);
	const json_t *value;
	size_t i;

	printf("for the time of a point: %s %s ->", path, now ?: "?");
	json_array_foreach ((json_t *)values, i, value)
		printf("%s %s", i ? "," : "", json_string_value(value));
	putchar('\n');
	free(now);
}

static void announce_points(const struct plan *plan, const struct machine *m)
{
	json_t *knobs = json_object();
	const json_t *values;
	const char *path;

	for (size_t i = 0; knobs && i < plan->points; i++)
		collect_point(knobs, &plan->point[i], m);
	json_object_foreach (knobs, path, values)
		print_values(path, values);
	json_decref(knobs);
}

void announce_settings(const struct plan *plan, const struct machine *m, bool tune)
{
	knobs_changed(1, print_change);
	if (tune)
		announce_points(plan, m);
	fflush(stdout);
}

/* ---- of what stays ---- */

void report_unquiet(const struct unquiet *s)
{
	fprintf(stderr, "not set: %s stays %s (wanted %s): %s\n", s->knob, s->now, s->wanted, s->effect);
}

void report_put_back(const struct knob_report *k)
{
	if (k->why)
		fprintf(stderr, "not put back: %s is %s, was %s: %s\n", k->path, k->now, k->found, k->why);
	else
		fprintf(stderr, "put back: %s %s -> %s\n", k->path, k->now, k->found);
}
