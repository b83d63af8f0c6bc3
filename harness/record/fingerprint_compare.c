// SPDX-License-Identifier: GPL-2.0-or-later
/* fingerprint_compare - which hard facts of two runs differ, besides the variant and what is ignored */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/text.h"
#include "record/fingerprint.h"
#include "settings/knobs.h"

#define MEMORY_TOLERANCE 0.02
#define KERNEL_BYTES_MAX (64 << 20) /* address randomisation puts the kernel's own image into one node or another */

/* Is `key` the variant's own, or below it? "knob:thp" covers "knob.thp" and "knob.thp.defrag". */
static bool covers(const char *variant, const char *key)
{
	size_t length = variant ? strlen(variant) : 0;

	if (!length || strlen(key) < length)
		return false;
	for (size_t i = 0; i < length; i++)
		if (key[i] != (variant[i] == ':' ? '.' : variant[i]))
			return false;
	return !key[length] || key[length] == '.';
}

static bool excused(const char *key, const char *variant, const char *const *ignore, bool one_sided)
{
	if (covers(variant, key) || (one_sided && variant && !strcmp(variant, "kernel")))
		return true;
	for (; ignore && *ignore; ignore++)
		if (covers(*ignore, key))
			return true;
	return false;
}

static bool near_enough(const json_t *a, const json_t *b)
{
	double x = json_number_value(a), y = json_number_value(b);

	return fabs(x - y) <= fmax(MEMORY_TOLERANCE * fmax(x, y), KERNEL_BYTES_MAX);
}

/* One number a node, by node id. */
static bool same_memory(const json_t *a, const json_t *b)
{
	const char *node;
	const json_t *size;

	if (json_object_size(a) != json_object_size(b))
		return false;
	json_object_foreach ((json_t *)a, node, size)
		if (!json_object_get(b, node) || !near_enough(size, json_object_get(b, node)))
			return false;
	return true;
}

static bool same_fact(const char *key, const json_t *a, const json_t *b)
{
	if (!strcmp(key, "node.memory_bytes") && json_is_object(a) && json_is_object(b))
		return same_memory(a, b);
	return a && b && json_equal(a, b);
}

static void add_differing(json_t *differing, const char *key, const json_t *a, const json_t *b)
{
	json_array_append_new(differing, json_pack("{s:s, s:O?, s:O?}", "key", key, "a", a, "b", b));
}

/* "knob:/proc/sys/kernel/numa_balancing" is recorded by its name. free() it. */
static char *as_recorded(const char *variant)
{
	if (!variant || strncmp(variant, "knob:", 5))
		return xstrdup(variant ? variant : "");
	return text_append(NULL, "knob:%s", knob_name(variant + 5));
}

/*
 * A hard fact. What a counted run without FACT_POSSIBLE_CPUS was measured with
 * is known: such a guest had one.
 */
static const json_t *known_fact(const json_t *hard, const char *key)
{
	static json_t *one;
	const json_t *value = json_object_get(hard, key);
	const char *mode = json_string_value(json_object_get(hard, "mode"));

	if (value || strcmp(key, FACT_POSSIBLE_CPUS) || !mode || strcmp(mode, "counted"))
		return value;
	one = one ? one : json_integer(1);
	return one;
}

static void collect_differing(const json_t *env_a, const json_t *env_b, const char *variant, const char *const *ignore,
			      json_t *differing)
{
	const json_t *a = json_object_get(env_a, "hard"), *b = json_object_get(env_b, "hard");
	const json_t *value, *other;
	const char *key;

	json_object_foreach ((json_t *)a, key, value) {
		other = known_fact(b, key);
		if (!same_fact(key, value, other) && !excused(key, variant, ignore, !other))
			add_differing(differing, key, value, other);
	}
	json_object_foreach ((json_t *)b, key, value) {
		other = known_fact(a, key);
		if (!json_object_get(a, key) && !same_fact(key, other, value) && !excused(key, variant, ignore, !other))
			add_differing(differing, key, other, value);
	}
}

int fingerprint_compare(const json_t *env_a, const json_t *env_b, const char *variant, const char *const *ignore,
			json_t **differing)
{
	char *recorded = as_recorded(variant);

	*differing = json_array();
	collect_differing(env_a, env_b, recorded, ignore, *differing);
	free(recorded);
	return json_array_size(*differing);
}

/* A side without the fact has null, and a file that somebody edited may lack it. */
static char *fact_text(const json_t *fact)
{
	if (!fact || json_is_null(fact))
		return xstrdup("absent");
	if (json_is_string(fact))
		return xstrdup(json_string_value(fact));
	return json_dumps(fact, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS) ?: xstrdup("?");
}

static void print_fact(FILE *out, const json_t *fact)
{
	char *text = fact_text(fact);

	fprintf(out, "%.60s%s", text, strlen(text) > 60 ? "..." : "");
	free(text);
}

char *fingerprint_describe(const json_t *differing)
{
	char *line = NULL;
	size_t length, i;
	FILE *out = open_memstream(&line, &length);
	const json_t *entry;

	if (!out)
		alloc_failed();
	json_array_foreach ((json_t *)differing, i, entry) {
		fprintf(out, "%s%s (", i ? ", " : "", json_string_value(json_object_get(entry, "key")));
		print_fact(out, json_object_get(entry, "a"));
		fputs(" / ", out);
		print_fact(out, json_object_get(entry, "b"));
		fputc(')', out);
	}
	fclose(out);
	return line;
}
