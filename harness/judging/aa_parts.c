// SPDX-License-Identifier: GPL-2.0-or-later
/* aa_parts - an A/A record of hardware as its parts, read back and checked; aa_join.c adds a part */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/text.h"
#include "judging/aa_parts.h"

static json_t *get(const json_t *object, const char *key)
{
	return json_object_get(object, key);
}

static bool is_relaid(const json_t *boot)
{
	return !json_equal(get(boot, "a"), get(boot, "b"));
}

static size_t count_of(const json_t *boot)
{
	json_int_t pairs = json_integer_value(get(boot, "pairs"));

	return pairs > 0 ? (size_t)pairs : 0;
}

/* Parts that measured one binary say nothing about layout: they count only while there is no other part. */
static bool counts(const struct aa_parts *p, const json_t *boot)
{
	return (!p->relaid || is_relaid(boot)) && count_of(boot);
}

/* Was a boot of this id among those before? */
static bool is_known(const struct aa_parts *p, const json_t *boots, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		const json_t *boot = json_array_get(boots, k);

		if (counts(p, boot) && json_equal(get(boot, "boot_id"), get(json_array_get(boots, i), "boot_id")))
			return true;
	}
	return false;
}

/* ---- pairs ------------------------------------------------------------------------ */

static double ratio_of(const json_t *point, size_t at)
{
	double a = json_number_value(json_array_get(get(point, "a"), at)),
	       b = json_number_value(json_array_get(get(point, "b"), at));
	const char *better = json_string_value(get(point, "better"));

	if (!(a > 0) || !(b > 0))
		return NAN;
	return better && !strcmp(better, "higher") ? log(a / b) : log(b / a);
}

static int add_part(struct aa_parts *p, size_t first, size_t n)
{
	struct pairs *part = &p->part[p->parts];
	const json_t *points = get(p->record, "points"), *order = get(p->record, "b_first");

	pairs_make(part, p->points, n);
	p->parts++;
	p->pairs += n;
	for (size_t i = 0; i < n; i++) {
		part->b_first[i] = json_is_true(json_array_get(order, first + i));
		for (size_t k = 0; k < p->points; k++)
			part->ratio[k * n + i] = ratio_of(json_array_get(points, k), first + i);
	}
	return 0;
}

static int add_parts(struct aa_parts *p)
{
	const json_t *boots = get(p->record, "boots"), *boot;
	size_t i, first = 0;

	json_array_foreach ((json_t *)boots, i, boot)
		p->relaid |= is_relaid(boot) && count_of(boot);
	json_array_foreach ((json_t *)boots, i, boot) {
		if (counts(p, boot)) {
			p->boots += !is_known(p, boots, i);
			if (add_part(p, first, count_of(boot)) < 0)
				return -1;
		}
		first += count_of(boot);
	}
	if (first != json_array_size(get(p->record, "b_first")))
		return fault("\"boots\" counts %zu pairs, \"b_first\" has %zu", first,
			     json_array_size(get(p->record, "b_first")));
	return p->parts ? 0 : fault("has no pair of sessions");
}

/* ---- the whole --------------------------------------------------------------------- */

static int add_points(struct aa_parts *p)
{
	const json_t *points = get(p->record, "points"), *point;
	size_t i;

	p->point = xcalloc(json_array_size(points) + 1, sizeof(*p->point));
	p->part = xcalloc(json_array_size(get(p->record, "boots")) + 1, sizeof(*p->part));
	json_array_foreach ((json_t *)points, i, point) {
		const json_t *steps = get(point, "clock_steps");

		p->point[i] = (struct aa_parts_point){ json_string_value(get(point, "point")),
						       json_string_value(get(point, "metric")),
						       json_is_number(steps) ? json_number_value(steps) : NAN };
		if (!p->point[i].point || !p->point[i].metric)
			return fault("a point lacks its name or its metric");
		p->points++;
	}
	return p->points ? 0 : fault("has no point");
}

static int read_parts(struct aa_parts *p)
{
	if (!json_is_array(get(p->record, "points")))
		return fault("is not an A/A record; `nodehop ab --aa` writes one");
	if (!json_is_array(get(p->record, "boots")) || !json_is_array(get(p->record, "b_first")))
		return fault("its pairs were not taken in turns on this machine; `nodehop ab --aa` does that");
	p->session_seconds = json_number_value(get(p->record, "session_seconds"));
	return add_points(p) < 0 ? -1 : add_parts(p);
}

struct aa_parts *aa_parts_load(const char *path)
{
	struct aa_parts *p = xcalloc(1, sizeof(*p));
	json_error_t error;

	p->path = xstrdup(path);
	if (!(p->record = json_load_file(path, JSON_REJECT_DUPLICATES, &error)))
		fault("%s:%d: %s", path, error.line, error.text);
	else if (read_parts(p) < 0)
		fault_at("%s", path);
	else
		return p;
	aa_parts_free(p);
	return NULL;
}

char *aa_parts_describe(const struct aa_parts *p)
{
	return text_append(NULL, "%zu pairs of sessions over %zu boot%s", p->pairs, p->boots, p->boots == 1 ? "" : "s");
}

char *aa_parts_doubt(const struct aa_parts *p)
{
	if (!p->relaid)
		return text_append(
			NULL,
			"both sides of its A/A record are one program, which says nothing of how builds differ: "
			"ci/record-boot measures a build with another layout in each of %d boots",
			AA_BOOTS);
	if (p->boots < AA_BOOTS)
		return text_append(NULL,
				   "its A/A record spans %zu of %d boots: reboot, and ci/record-boot adds the next one",
				   p->boots, AA_BOOTS);
	return NULL;
}

void aa_parts_free(struct aa_parts *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->parts; i++)
		pairs_free(&p->part[i]);
	free(p->part);
	free(p->point);
	json_decref(p->record);
	free(p->path);
	free(p);
}
