// SPDX-License-Identifier: GPL-2.0-or-later
/* compare_fingerprints - in what two runs differ: refused, or allowed by the variant or ignored on request */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "compare/compare_internal.h"
#include "record/env.h"
#include "record/fingerprint.h"

static bool lists(const json_t *keys, const char *key)
{
	const json_t *entry;
	size_t i;

	json_array_foreach ((json_t *)keys, i, entry)
		if (!strcmp(json_string_value(json_object_get(entry, "key")), key))
			return true;
	return false;
}

/* --ignore revision excuses every benchmark, --ignore revision:NAME or revision.NAME one. */
static bool revision_is_ignored(const char *const *ignore, const char *benchmark)
{
	for (; ignore && *ignore; ignore++) {
		if (!strcmp(*ignore, "revision"))
			return true;
		if (!strncmp(*ignore, "revision", 8) && strchr(":.", (*ignore)[8]) && !strcmp(*ignore + 9, benchmark))
			return true;
	}
	return false;
}

/* A benchmark whose numbers changed their meaning, once. */
static int add_revision(struct comparison *c, const struct run_point *a, const struct run_point *b,
			const char *const *ignore)
{
	json_t *list = revision_is_ignored(ignore, a->benchmark) ? c->ignored : c->differing;
	char key[160];

	snprintf(key, sizeof(key), "revision.%s", a->benchmark);
	if (lists(list, key))
		return 0;
	return json_array_append_new(list,
				     json_pack("{s:s, s:i, s:i}", "key", key, "a", a->revision, "b", b->revision));
}

/* What gates is not the same number, once; the first point stands for all. No --ignore makes one out of two. */
static void add_primary(struct comparison *c, const struct run_point *a, const struct run_point *b)
{
	if (!lists(c->differing, "primary"))
		json_array_append_new(c->differing,
				      json_pack("{s:s, s:s, s:s}", "key", "primary", "a", a->primary, "b", b->primary));
}

/* Two runs, one of which knows its functions, gate by different metrics: the path, and the whole count. */
static void compare_functions(struct comparison *c, const struct run *a, const struct run *b)
{
	static const char known[] = "known: the path gates", not_known[] = "not known: the whole count gates";
	bool of_a = env_has(a->env, ENV_FUNCTIONS), of_b = env_has(b->env, ENV_FUNCTIONS);

	if (of_a != of_b)
		json_array_append_new(c->differing, json_pack("{s:s, s:s, s:s}", "key", ENV_FUNCTIONS, "a",
							      of_a ? known : not_known, "b", of_b ? known : not_known));
}

static int compare_points(struct comparison *c, const struct run *a, const struct run *b,
			  const struct compare_options *options)
{
	size_t matches = 0;
	struct match *match = compare_match(a, b, options->variant, &matches);
	int r = match ? 0 : -1;

	for (size_t i = 0; i < matches && r == 0; i++) {
		const struct run_point *pa, *pb;

		if (match[i].a < 0 || match[i].b < 0)
			continue;
		pa = &a->point[match[i].a];
		pb = &b->point[match[i].b];
		if (pa->revision != pb->revision)
			r = add_revision(c, pa, pb, options->ignore);
		if (strcmp(pa->primary, pb->primary) && !lists(c->differing, ENV_FUNCTIONS))
			add_primary(c, pa, pb);
	}
	free(match);
	return r;
}

/* What would differ without --ignore, minus what differs with it. */
static int find_ignored(struct comparison *c, const struct run *a, const struct run *b, const char *variant)
{
	json_t *all = NULL, *entry;
	size_t i;

	if (fingerprint_compare(a->env, b->env, variant, NULL, &all) < 0)
		return -1;
	json_array_foreach (all, i, entry)
		if (!lists(c->differing, json_string_value(json_object_get(entry, "key"))))
			json_array_append(c->ignored, entry);
	json_decref(all);
	return 0;
}

int compare_fingerprints(struct comparison *c, const struct run *a, const struct run *b,
			 const struct compare_options *options)
{
	if (fingerprint_compare(a->env, b->env, options->variant, options->ignore, &c->differing) < 0)
		return -1;
	c->ignored = json_array();
	if (find_ignored(c, a, b, options->variant) < 0)
		return -1;
	compare_functions(c, a, b);
	return compare_points(c, a, b, options);
}
