// SPDX-License-Identifier: GPL-2.0-or-later
/* compare_moved - the words and numbers of each function that left its noise; the layout is each format's */
#include <math.h>
#include <stdio.h>
#include "output/compare_moved.h"

static const char *text_of(const json_t *f, const char *key)
{
	return json_string_value(json_object_get(f, key)) ?: "";
}

/* NAN where a side does not have it. */
static double number_of(const json_t *f, const char *key)
{
	const json_t *number = json_object_get(f, key);

	return json_is_number(number) ? json_number_value(number) : NAN;
}

static struct moved words_of(const struct comparison *c, const json_t *f)
{
	double a = number_of(f, "a"), b = number_of(f, "b");
	struct moved m = {
		.verdict = compare_function_verdict(c, f),
		.function = text_of(f, "function"),
		.executor = text_of(f, "executor"),
		.kind = text_of(f, "kind"),
		.point = text_of(f, "point"),
	};

	words_value(m.a, a);
	words_value(m.b, b);
	words_value(m.noise, number_of(f, "noise"));
	snprintf(m.change, sizeof(m.change), "%+.3f", (isnan(b) ? 0 : b) - (isnan(a) ? 0 : a));
	return m;
}

size_t moved_each(const struct comparison *c, enum moved_sort sort, void (*each)(FILE *out, const struct moved *m),
		  FILE *out)
{
	const json_t *f;
	size_t i, n = 0;

	json_array_foreach (c->functions, i, f) {
		bool both = !isnan(number_of(f, "a") + number_of(f, "b"));
		struct moved m;

		if (both != (sort == MOVED_BOTH) || n++ >= MOVED_SHOWN)
			continue;
		m = words_of(c, f);
		each(out, &m);
	}
	return n;
}
