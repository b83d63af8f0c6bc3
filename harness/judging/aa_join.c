// SPDX-License-Identifier: GPL-2.0-or-later
/* aa_join - a fresh part is put behind those of a stored A/A record; all that was measured stays */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "analysis/env_text.h"
#include "analysis/margin.h"
#include "base/fault.h"
#include "judging/aa_parts.h"
#include "record/env.h"
#include "record/fingerprint.h"

/* ---- a fresh part ---------------------------------------------------------------- */

static json_t *text_fact(const struct run *run, const char *key)
{
	json_t *facts = env_session_facts(run->env, 0), *value = json_object_get(facts, key);

	value = json_is_string(value) ? json_incref(value) : json_string("");
	json_decref(facts);
	return value;
}

void aa_parts_begin(json_t *record, const struct run *a, const struct run *b, const bool *b_first)
{
	size_t pairs = json_array_size(json_object_get(a->env, "sessions"));
	json_t *order = json_array(), *part;

	for (size_t i = 0; i < pairs; i++)
		json_array_append_new(order, json_boolean(b_first[i]));
	part = json_pack("{s:o, s:I, s:o, s:o}", "boot_id", text_fact(a, "boot_id"), "pairs", (json_int_t)pairs, "a",
			 text_fact(a, "build.sha256"), "b", text_fact(b, "build.sha256"));
	json_object_set_new(record, "b_first", order);
	json_object_set_new(record, "boots", json_pack("[o]", part));
}

/* ---- joining ------------------------------------------------------------------------ */

static json_t *get(const json_t *object, const char *key)
{
	return json_object_get(object, key);
}

static json_t *find_point(const json_t *record, const json_t *like)
{
	json_t *point;
	size_t i;

	json_array_foreach (get(record, "points"), i, point)
		if (json_equal(get(point, "point"), get(like, "point")) &&
		    json_equal(get(point, "metric"), get(like, "metric")))
			return point;
	return NULL;
}

static void append_nulls(json_t *array, size_t n)
{
	while (n--)
		json_array_append_new(array, json_null());
}

static double *numbers(const json_t *array)
{
	double *value = xcalloc(json_array_size(array) + 1, sizeof(*value));

	for (size_t i = 0; i < json_array_size(array); i++)
		value[i] = json_number_value(json_array_get(array, i));
	return value;
}

/* What compare takes from the point, from all its pairs. */
static void update_margin(json_t *point)
{
	json_t *a = get(point, "a"), *b = get(point, "b");
	double *of_a = numbers(a), *of_b = numbers(b);
	double floor = margin_floor(false, of_a, json_array_size(a), of_b, json_array_size(b));

	json_object_set_new(point, "floor", json_real(floor));
	json_object_set_new(point, "margin", json_real(margin_from_floor(false, floor)));
	free(of_a);
	free(of_b);
}

/* A point that is new has no value in the pairs before. */
static json_t *add_point(json_t *old, const json_t *fresh, size_t before)
{
	json_t *point = json_deep_copy(fresh);

	json_array_clear(get(point, "a"));
	json_array_clear(get(point, "b"));
	append_nulls(get(point, "a"), before);
	append_nulls(get(point, "b"), before);
	json_array_append_new(get(old, "points"), point);
	return point;
}

static void join_points(json_t *old, const json_t *fresh, size_t before, size_t added)
{
	json_t *point, *again;
	size_t i;

	json_array_foreach (get(fresh, "points"), i, point) {
		again = find_point(old, point) ?: add_point(old, point, before);
		json_array_extend(get(again, "a"), get(point, "a"));
		json_array_extend(get(again, "b"), get(point, "b"));
		json_object_set(again, "clock_steps", get(point, "clock_steps"));
	}
	json_array_foreach (get(old, "points"), i, point) {
		if (!find_point(fresh, point)) {
			append_nulls(get(point, "a"), added);
			append_nulls(get(point, "b"), added);
		}
		update_margin(point);
	}
}

static void add_count(json_t *old, const json_t *fresh, const char *key)
{
	json_object_set_new(old, key,
			    json_integer(json_integer_value(get(old, key)) + json_integer_value(get(fresh, key))));
}

static void join(json_t *old, const json_t *fresh)
{
	size_t before = json_array_size(get(old, "b_first")), added = json_array_size(get(fresh, "b_first"));

	join_points(old, fresh, before, added);
	json_array_extend(get(old, "b_first"), get(fresh, "b_first"));
	json_array_extend(get(old, "boots"), get(fresh, "boots"));
	add_count(old, fresh, "sessions");
	for (const char *const *key = (const char *const[]){ "points", "regressed", "improved", NULL }; *key; key++)
		add_count(get(old, "false_alarms"), get(fresh, "false_alarms"), *key);
	if (json_number_value(get(fresh, "session_seconds")) > json_number_value(get(old, "session_seconds")))
		json_object_set(old, "session_seconds", get(fresh, "session_seconds"));
}

/* ---- may they be joined? -------------------------------------------------------------- */

static int check_fits(const char *path, const json_t *old, const json_t *fresh)
{
	json_t *differing = NULL;
	int n;
	char *keys;

	if (!json_is_array(get(old, "boots")))
		return fault("%s: its pairs were not taken in turns, so nothing can be added; give the record another "
			     "--name",
			     path);
	n = fingerprint_compare(old, fresh, NULL, NULL, &differing);
	keys = n > 0 ? fingerprint_describe(differing) : NULL;
	if (n > 0)
		fault("%s: is of another state of this machine, so nothing is added: %s; give the record another "
		      "--name",
		      path, keys);
	json_decref(differing);
	free(keys);
	return n ? -1 : 0;
}

json_t *aa_parts_join(const char *path, json_t *fresh)
{
	json_error_t error;
	json_t *old;

	if (!json_is_array(get(fresh, "boots")) || access(path, F_OK))
		return fresh;
	old = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (!old) {
		fault("%s:%d: %s", path, error.line, error.text);
	} else if (check_fits(path, old, fresh) == 0) {
		join(old, fresh);
		json_decref(fresh);
		return old;
	}
	json_decref(old);
	return NULL;
}
