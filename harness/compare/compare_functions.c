// SPDX-License-Identifier: GPL-2.0-or-later
/* compare_functions - functions that left their own noise, in points whose A/A record knows that noise */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/fault.h"
#include "base/text.h"
#include "compare/aa_functions.h"
#include "compare/compare_internal.h"
#include "judging/aa.h"
#include "record/function_table.h"

#define ONE_SIDED_FROM 1 /* where a baseline leaves out small ones, a side without one may have had that much */

/* ---- what a side has: by point, by "executor kind function" ---- */

struct gathering {
	const struct run *run;
	json_t *points;
	bool all;
};

/* Interrupts fall where they fall. */
static bool is_compared(const struct run_function *f)
{
	return strcmp(f->kind, "interrupt") && strcmp(f->kind, "rest");
}

static int gather(const struct run_function *f, void *context)
{
	const struct gathering *g = context;
	const char *point = g->run->point[f->point].key;
	json_t *functions = json_object_get(g->points, point);
	char *key = text_append(NULL, "%s %s %s", f->executor, f->kind, f->function);

	if (!functions)
		json_object_set_new(g->points, point, functions = json_object());
	if (g->all || is_compared(f))
		json_object_set_new(functions, key,
				    json_pack("[f, f, f, f, s, s, s]", f->insns, f->least, f->most,
					      isnan(f->calls) ? 0 : f->calls, f->executor, f->kind, f->function));
	free(key);
	return 0;
}

json_t *compare_functions_of(const struct run *run, bool all)
{
	struct gathering g = { run, json_object(), all };

	if (run_functions(run, gather, &g) >= 0)
		return g.points;
	json_decref(g.points);
	return NULL;
}

/* ---- what moved ---- */

static double at(const json_t *function, size_t place)
{
	return json_number_value(json_array_get(function, place));
}

struct pair {
	const char *point;
	bool gating;
	const json_t *a, *b, *noise; /* of its functions */
	json_t *found;
};

/* As {point, executor, kind, function, a, b, noise, gating}; null where a side does not have it. */
static void report(const struct pair *p, const json_t *a, const json_t *b, double noise)
{
	const json_t *named = a ?: b;

	json_array_append_new(p->found,
			      json_pack("{s:s, s:O, s:O, s:O, s:O?, s:O?, s:f, s:b}", "point", p->point, "executor",
					json_array_get(named, FUNCTION_EXECUTOR), "kind",
					json_array_get(named, FUNCTION_KIND), "function",
					json_array_get(named, FUNCTION_NAME), "a", json_array_get(a, FUNCTION_INSNS),
					"b", json_array_get(b, FUNCTION_INSNS), "noise", noise, "gating", p->gating));
}

static void compare_one(const struct pair *p, const char *key, const json_t *a, const json_t *b)
{
	double noise = fmax(AA_NOISE_LEAST, json_number_value(json_object_get(p->noise, key)));
	bool moved;

	if (a && b)
		moved = fmax(at(a, 0), at(b, 0)) >= FUNCTION_COMPARED &&
			aa_function_moved((double[]){ at(a, 1), at(a, 2) }, (double[]){ at(b, 1), at(b, 2) }, noise);
	else
		moved = at(a ? a : b, 1) >= ONE_SIDED_FROM + noise;
	if (moved)
		report(p, a, b, noise);
}

static void compare_pair(const struct pair *p)
{
	const char *key;
	json_t *function;

	json_object_foreach ((json_t *)p->a, key, function)
		compare_one(p, key, function, json_object_get(p->b, key));
	json_object_foreach ((json_t *)p->b, key, function)
		if (!json_object_get(p->a, key))
			compare_one(p, key, NULL, function);
}

static double size_of(const json_t *f)
{
	return fabs(json_number_value(json_object_get(f, "b")) - json_number_value(json_object_get(f, "a")));
}

static const char *name_of(const json_t *f)
{
	return json_string_value(json_object_get(f, "function"));
}

static int largest_first(const void *a, const void *b)
{
	const json_t *f = *(json_t *const *)a, *g = *(json_t *const *)b;
	double x = size_of(f), y = size_of(g);

	return (x < y) - (x > y) ?: strcmp(name_of(f), name_of(g));
}

json_t *compare_largest_first(json_t *array)
{
	size_t n = json_array_size(array);
	json_t *entry[n + 1], *result = json_array();

	for (size_t i = 0; i < n; i++)
		entry[i] = json_array_get(array, i);
	qsort(entry, n, sizeof(*entry), largest_first);
	for (size_t i = 0; i < n; i++)
		json_array_append(result, entry[i]);
	json_decref(array);
	return result;
}

static void compare_point(struct comparison *c, const struct run_point *a, const struct run_point *b,
			  const json_t *of_a, const json_t *of_b, const struct aa *aa)
{
	const struct compare_row *row = compare_primary_of(c, a->key);
	struct aa_point record;
	struct pair p = { .point = a->key,
			  .a = json_object_get(of_a, a->key),
			  .b = json_object_get(of_b, b->key),
			  .found = c->functions };

	if (!row || !p.a || !p.b || !aa_lookup(aa, row->point, row->metric, &record) || !record.functions)
		return;
	p.gating = row->gating;
	p.noise = record.functions;
	compare_pair(&p);
}

int compare_add_functions(struct comparison *c, const struct run *a, const struct run *b,
			  const struct compare_options *options)
{
	json_t *of_a = options->aa ? compare_functions_of(a, false) : NULL,
	       *of_b = of_a ? compare_functions_of(b, false) : NULL;
	size_t matches = 0;
	struct match *match = of_b ? compare_match(a, b, options->variant, &matches) : NULL;
	int r = match || !options->aa ? 0 : -1;

	for (size_t i = 0; i < matches; i++)
		if (match[i].a >= 0 && match[i].b >= 0)
			compare_point(c, &a->point[match[i].a], &b->point[match[i].b], of_a, of_b, options->aa);
	c->functions = compare_largest_first(c->functions);
	free(match);
	json_decref(of_a);
	json_decref(of_b);
	return r;
}

/* ---- what is said of it ---- */

const char *compare_function_verdict(const struct comparison *c, const json_t *f)
{
	const struct compare_row *row = compare_primary_of(c, json_string_value(json_object_get(f, "point")) ?: "");

	if (!json_is_number(json_object_get(f, "b")))
		return "only in A";
	if (!json_is_number(json_object_get(f, "a")))
		return "only in B";
	return row && (row->verdict == VERDICT_PASS || row->verdict == VERDICT_SMALL) ? "moved inside" : "moved";
}

/* What became less did not become slower. */
bool compare_functions_grew(const struct comparison *c)
{
	const json_t *f;
	size_t i;

	json_array_foreach (c->functions, i, f)
		if (json_is_true(json_object_get(f, "gating")) &&
		    json_number_value(json_object_get(f, "b")) > json_number_value(json_object_get(f, "a")))
			return true;
	return false;
}
