// SPDX-License-Identifier: GPL-2.0-or-later
/* compare_match - which point of one run is which of the other */
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "compare/compare_internal.h"

/* "batch" of "set:batch", or NULL. */
static const char *varied_axis(const char *variant)
{
	return variant && !strncmp(variant, "set:", 4) ? variant + 4 : NULL;
}

/* The key without its " AXIS=value"; free() it. */
static char *key_without(const char *key, const char *axis)
{
	char *copy = xstrdup(key), *at = copy;
	size_t length = axis ? strlen(axis) : 0;

	while (axis && (at = strchr(at, ' '))) {
		size_t word = 1 + strcspn(at + 1, " ");

		if (!strncmp(at + 1, axis, length) && at[1 + length] == '=') {
			memmove(at, at + word, strlen(at + word) + 1);
			break;
		}
		at++;
	}
	return copy;
}

static int index_one(json_t *index, const struct run *run, size_t i, const char *axis)
{
	char *key = key_without(run->point[i].key, axis);
	int r = 0;

	if (json_object_get(index, key))
		r = fault("%s: has several points \"%s\" that differ in %s only; give each side one value of it",
			  run->dir, key, axis ? axis : "nothing");
	else
		r = json_object_set_new(index, key, json_integer((json_int_t)i));
	free(key);
	return r;
}

static json_t *index_points(const struct run *run, const char *axis)
{
	json_t *index = json_object();

	for (size_t i = 0; i < run->points; i++)
		if (index_one(index, run, i, axis) < 0) {
			json_decref(index);
			return NULL;
		}
	return index;
}

static size_t pair_up(const json_t *of_a, const json_t *of_b, struct match *match)
{
	const char *key;
	json_t *at;
	size_t n = 0;

	json_object_foreach ((json_t *)of_a, key, at) {
		const json_t *counterpart = json_object_get(of_b, key);

		match[n++] =
			(struct match){ json_integer_value(at), counterpart ? json_integer_value(counterpart) : -1 };
	}
	json_object_foreach ((json_t *)of_b, key, at)
		if (!json_object_get(of_a, key))
			match[n++] = (struct match){ -1, json_integer_value(at) };
	return n;
}

struct match *compare_match(const struct run *a, const struct run *b, const char *variant, size_t *matches)
{
	const char *axis = varied_axis(variant);
	json_t *of_a = index_points(a, axis), *of_b = of_a ? index_points(b, axis) : NULL;
	struct match *match = of_b ? xcalloc(a->points + b->points + 1, sizeof(*match)) : NULL;

	if (match)
		*matches = pair_up(of_a, of_b, match);
	json_decref(of_a);
	json_decref(of_b);
	return match;
}
