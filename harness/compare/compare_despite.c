// SPDX-License-Identifier: GPL-2.0-or-later
/* compare_despite - ignores each fact in which two runs differ, by its name, so that the comparison lists them */
#include <stdlib.h>
#include "base/alloc.h"
#include "compare/compare_despite.h"
#include "judging/aa.h"
#include "judging/baseline.h"
#include "record/fingerprint.h"

/* NULL-terminated; NULL with a fault. */
static const char **differing_keys(const struct run *a, const struct run *b)
{
	json_t *differing = NULL, *entry;
	int n = fingerprint_compare(a->env, b->env, NULL, NULL, &differing);
	const char **keys = n < 0 ? NULL : xcalloc((size_t)n + 2, sizeof(*keys));
	size_t i;

	if (keys) {
		json_array_foreach (differing, i, entry)
			keys[i] = xstrdup(json_string_value(json_object_get(entry, "key")));
		keys[n] = xstrdup("revision");
	}
	json_decref(differing);
	return keys;
}

static void free_keys(const char **keys)
{
	for (size_t i = 0; keys && keys[i]; i++)
		free((void *)keys[i]);
	free(keys);
}

struct comparison *compare_despite(const struct run *a, const struct run *b, const char *root)
{
	const char **keys = differing_keys(a, b);
	struct aa *records = aa_new();
	struct compare_options options = { .ignore = keys, .aa = records, .alpha = 0.05 };
	struct comparison *c = NULL;

	if (keys && baseline_add_aa(records, root, a->env) >= 0)
		c = compare_runs(a, b, &options);
	if (c && compare_judge(c) < 0) {
		compare_free(c);
		c = NULL;
	}
	aa_free(records);
	free_keys(keys);
	return c;
}
