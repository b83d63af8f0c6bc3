// SPDX-License-Identifier: GPL-2.0-or-later
/* aa_functions - the noise of each function in an A/A record: what lies between its least and its most session */
#include <math.h>
#include <string.h>
#include "compare/aa_functions.h"
#include "compare/compare_internal.h"
#include "record/function_table.h"

static double at(const json_t *function, size_t place)
{
	return json_number_value(json_array_get(function, place));
}

/* Of a function that a side does not name: less than can be named. */
static void add_noise(json_t *noise, const char *key, const json_t *a, const json_t *b)
{
	double spread = fmax(at(a, 2), at(b, 2)) - fmin(at(a, 1), at(b, 1));

	if (fmax(at(a, 2), at(b, 2)) >= FUNCTION_COMPARED && spread > AA_NOISE_LEAST)
		json_object_set_new(noise, key, json_real(round(spread * 1000) / 1000));
}

static json_t *noise_of(const json_t *a, const json_t *b)
{
	json_t *noise = json_object(), *function;
	const char *key;

	json_object_foreach ((json_t *)a, key, function)
		add_noise(noise, key, function, json_object_get(b, key));
	json_object_foreach ((json_t *)b, key, function)
		if (!json_object_get(a, key))
			add_noise(noise, key, NULL, function);
	return noise;
}

int aa_functions_add(json_t *points, const struct run *a, const struct run *b)
{
	json_t *of_a = compare_functions_of(a, false), *of_b = of_a ? compare_functions_of(b, false) : NULL, *point;
	int r = of_b ? 0 : -1;
	size_t i;

	json_array_foreach (points, i, point) {
		const char *key = json_string_value(json_object_get(point, "point"));
		const json_t *in_a = json_object_get(of_a, key), *in_b = json_object_get(of_b, key);

		if (in_a && in_b)
			json_object_set_new(point, "functions", noise_of(in_a, in_b));
	}
	json_decref(of_a);
	json_decref(of_b);
	return r;
}
