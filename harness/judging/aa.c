// SPDX-License-Identifier: GPL-2.0-or-later
/* aa - looks up the margins of points in A/A records of the lab; records of hardware are aa_parts' */
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "analysis/margin.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/json.h"
#include "base/minmax.h"
#include "base/text.h"
#include "judging/aa.h"
#include "record/env.h"
#include "record/fingerprint.h"

struct entry {
	char *point, *metric;
	bool is_counted;
	double margin;
	double *null;
	size_t null_n;
	double least, most;
	json_t *functions; /* NULL: not known */
};

struct aa {
	struct entry *entry;
	size_t entries, records;
	json_t *index; /* "metric point": index into entry */
	double session_seconds;
	char *names;
};

struct aa *aa_new(void)
{
	struct aa *aa = xcalloc(1, sizeof(*aa));

	aa->index = json_object();
	aa->names = xstrdup("");
	return aa;
}

static char *entry_key(const char *point, const char *metric)
{
	return text_append(NULL, "%s %s", metric, point);
}

static struct entry *find(const struct aa *aa, const char *point, const char *metric)
{
	char *key = entry_key(point, metric);
	const json_t *at = json_object_get(aa->index, key);

	free(key);
	return at ? &aa->entry[json_integer_value(at)] : NULL;
}

static struct entry *add_entry(struct aa *aa, const char *point, const char *metric)
{
	char *key = entry_key(point, metric);
	struct entry *e;

	json_object_set_new(aa->index, key, json_integer((json_int_t)aa->entries));
	free(key);
	aa->entry = xgrow(aa->entry, aa->entries, sizeof(*aa->entry));
	e = &aa->entry[aa->entries++];
	*e = (struct entry){ .point = xstrdup(point), .metric = xstrdup(metric), .least = INFINITY, .most = -INFINITY };
	return e;
}

static size_t get_numbers(const json_t *array, double *value, size_t room)
{
	size_t n = min(json_array_size(array), room);

	for (size_t i = 0; i < n; i++)
		value[i] = json_number_value(json_array_get(array, i));
	return n;
}

/* The pairs' log ratios join those that other records gave; the larger margin stands. */
static void merge(struct entry *e, bool is_counted, const double *a, size_t a_n, const double *b, size_t b_n)
{
	size_t pairs = min(a_n, b_n);

	e->null = xrealloc(e->null, (e->null_n + pairs + 1) * sizeof(*e->null));
	e->null_n += margin_ratios(a, b, pairs, false, e->null + e->null_n);
	for (size_t i = 0; i < a_n + b_n; i++) {
		e->least = fmin(e->least, i < a_n ? a[i] : b[i - a_n]);
		e->most = fmax(e->most, i < a_n ? a[i] : b[i - a_n]);
	}
	e->margin = fmax(e->margin, margin_from_floor(is_counted, margin_floor(is_counted, a, a_n, b, b_n)));
}

static void add_values(struct entry *e, bool is_counted, const json_t *a, const json_t *b)
{
	size_t a_n = json_array_size(a), b_n = json_array_size(b);
	double *value = xcalloc(a_n + b_n + 1, sizeof(*value));

	get_numbers(a, value, a_n);
	get_numbers(b, value + a_n, b_n);
	merge(e, is_counted, value, a_n, value + a_n, b_n);
	free(value);
}

/* Of two records the larger noise; one that does not name a function saw none. */
static void add_functions(struct entry *e, const json_t *functions)
{
	const char *key;
	json_t *noise;

	if (!json_is_object(functions))
		return;
	if (!e->functions)
		e->functions = json_object();
	json_object_foreach ((json_t *)functions, key, noise)
		if (json_number_value(noise) > json_number_value(json_object_get(e->functions, key)))
			json_object_set(e->functions, key, noise);
}

static int add_point(struct aa *aa, const json_t *point)
{
	const char *key, *metric, *class;
	json_t *a, *b;
	json_error_t error;
	struct entry *e;

	if (json_unpack_ex((json_t *)point, &error, 0, "{s:s, s:s, s:s, s:o, s:o}", "point", &key, "metric", &metric,
			   "class", &class, "a", &a, "b", &b) < 0)
		return fault("a point is not as an A/A record has it: %s", error.text);
	if (!json_array_size(a) || !json_array_size(b))
		return fault("%s has no sessions", key);
	e = find(aa, key, metric) ?: add_entry(aa, key, metric);
	e->is_counted = !strcmp(class, "counted");
	add_values(e, e->is_counted, a, b);
	add_functions(e, json_object_get(point, "functions"));
	return 0;
}

/* Is the path one of "a.json, d/b.json"? */
static bool is_listed(const char *names, const char *path)
{
	size_t length = strlen(path);

	for (const char *at = names; (at = strstr(at, path)); at += length)
		if ((at == names || at[-1] == ' ') && (!at[length] || at[length] == ','))
			return true;
	return false;
}

static void add_name(struct aa *aa, const char *path)
{
	aa->names = text_append(aa->names, "%s%s", *aa->names ? ", " : "", path);
	aa->records++;
}

static json_t *read_record(const char *path)
{
	json_t *record = json_file_read(path);
	int schema = 0;
	json_t *points;

	if (!record)
		return NULL;
	if (json_unpack(record, "{s:i, s:o}", "aa_schema", &schema, "points", &points) < 0 || !json_is_array(points))
		fault("%s: is not an A/A record; `nodehop ab --aa` writes one", path);
	else if (schema != AA_SCHEMA)
		fault("%s: A/A record of schema %d; this nodehop reads %d", path, schema, AA_SCHEMA);
	else
		return record;
	json_decref(record);
	return NULL;
}

static int add_record(struct aa *aa, const char *path, const json_t *record)
{
	const json_t *points = json_object_get(record, "points"), *point;
	double seconds = json_number_value(json_object_get(record, "session_seconds"));
	size_t i;

	if (is_listed(aa->names, path)) /* fits both sides of a comparison */
		return 0;
	json_array_foreach ((json_t *)points, i, point)
		if (add_point(aa, point) < 0)
			return fault_at("%s", path);
	aa->session_seconds = fmax(aa->session_seconds, seconds);
	add_name(aa, path);
	return 0;
}

int aa_add(struct aa *aa, const char *path)
{
	json_t *record = read_record(path);
	int r = record ? add_record(aa, path, record) : -1;

	json_decref(record);
	return r;
}

/* 1 when added, 0 when it is of another machine or kernel, or knows functions where these do not. */
static int add_if_fitting(struct aa *aa, const char *path, const json_t *env)
{
	json_t *record = read_record(path), *differing = NULL;
	int r = record ? fingerprint_compare(record, env, NULL, NULL, &differing) : -1;

	if (r == 0 && env_has(record, ENV_FUNCTIONS) != env_has(env, ENV_FUNCTIONS)) /* margins of another metric */
		r = 1;
	if (r >= 0)
		r = r ? 0 : add_record(aa, path, record) < 0 ? -1 : 1;
	json_decref(differing);
	json_decref(record);
	return r;
}

static int is_record(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && !strcmp(dot, ".json") && entry->d_name[0] != '.';
}

static int add_listed(struct aa *aa, const char *folder, const struct dirent *entry, const json_t *env)
{
	char *path = file_path(folder, entry->d_name);
	int r = add_if_fitting(aa, path, env);

	free(path);
	return r;
}

int aa_add_fitting(struct aa *aa, const char *folder, const json_t *env)
{
	char *records = file_path(folder, "aa");
	struct dirent **list = NULL;
	int n = scandir(records, &list, is_record, alphasort), added = 0;

	for (int i = 0; i < n; i++) {
		int one = added < 0 ? -1 : add_listed(aa, records, list[i], env);

		added = one < 0 ? -1 : added + one;
		free(list[i]);
	}
	free(list);
	if (n < 0 && errno != ENOENT)
		added = fault("%s: %s", records, strerror(errno));
	free(records);
	return added;
}

int aa_add_named(struct aa *aa, const char *folder, const char *name)
{
	char *path = text_append(NULL, "%s/aa/%s.json", folder, name);
	int r = access(path, F_OK) ? 0 : aa_add(aa, path) < 0 ? -1 : 1;
	free(path);
	return r;
}

static struct aa_point as_point(const struct entry *e)
{
	return (struct aa_point){
		.is_counted = e->is_counted,
		.margin = e->margin,
		.null = e->null,
		.null_n = e->null_n,
		.least = e->least,
		.most = e->most,
		.functions = e->functions,
	};
}

bool aa_lookup(const struct aa *aa, const char *point, const char *metric, struct aa_point *found)
{
	const struct entry *e = find(aa, point, metric);

	if (e)
		*found = as_point(e);
	return e;
}

/*
 * A margin is at least twice the width of what was seen, and at least the least one: a change of a margin leads out of
 * here from wherever it begins.
 */
bool aa_has_seen(const struct aa_point *point, const double *value, size_t n)
{
	double wider = exp(margin_least(point->is_counted) / 2);
	bool seen = n;

	for (size_t i = 0; i < n; i++)
		seen &= value[i] * wider >= point->least && value[i] <= point->most * wider;
	return seen;
}

bool aa_function_moved(const double a[2], const double b[2], double noise)
{
	return b[0] > a[1] + noise || b[1] < a[0] - noise;
}

size_t aa_records(const struct aa *aa)
{
	return aa->records;
}

const char *aa_names(const struct aa *aa)
{
	return aa->names;
}

double aa_session_seconds(const struct aa *aa)
{
	return aa->session_seconds;
}

int aa_each(const struct aa *aa,
	    int (*each)(const char *point, const char *metric, const struct aa_point *found, void *context),
	    void *context)
{
	int r = 0;

	for (size_t i = 0; i < aa->entries && !r; i++) {
		struct aa_point found = as_point(&aa->entry[i]);

		r = each(aa->entry[i].point, aa->entry[i].metric, &found, context);
	}
	return r;
}

void aa_free(struct aa *aa)
{
	if (!aa)
		return;
	for (size_t i = 0; i < aa->entries; i++) {
		free(aa->entry[i].point);
		free(aa->entry[i].metric);
		free(aa->entry[i].null);
		json_decref(aa->entry[i].functions);
	}
	free(aa->entry);
	json_decref(aa->index);
	free(aa->names);
	free(aa);
}
