// SPDX-License-Identifier: GPL-2.0-or-later
/* compare_explain - a point's change, function by function, so that the parts add up to it; it judges nothing */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/fault.h"
#include "compare/aa_functions.h"
#include "compare/compare_internal.h"
#include "functions/kinds.h"
#include "judging/aa.h"
#include "record/function_table.h"
#include "record/path.h"

/* All is counted in thousandths, as in functions.csv, so that what is printed adds up to the digit. No -0. */
static double thousandths(double value)
{
	return round(value * 1000) / 1000 + 0.0;
}

static double at(const json_t *function, enum function_place place)
{
	return json_number_value(json_array_get(function, place));
}

static const char *kind_of(const json_t *function)
{
	return json_string_value(json_array_get(function, FUNCTION_KIND));
}

/* A JSON number, or null for NAN. */
static json_t *known(double value)
{
	return isnan(value) ? json_null() : json_real(value);
}

/* ---- one function ---- */

struct point {
	const char *metric;	     /* what is explained: the point's primary, or EXPLAINED_WHOLE */
	const json_t *a, *b, *noise; /* of its functions; noise is NULL where no record knows it */
	json_t *functions, *only_a, *only_b;
	size_t unchanged;
	double named; /* sum of the changes of all functions that are listed */
};

/* The rest is no function: what it changed by is in the residual. */
static bool is_part(const struct point *p, const json_t *function)
{
	if (!strcmp(json_string_value(json_array_get(function, FUNCTION_NAME)), FUNCTION_REST))
		return false;
	return strcmp(p->metric, PATH_INSNS) || !strcmp(kind_of(function), kind_name(KIND_PATH));
}

static json_t *named(const json_t *function)
{
	return json_pack("{s:O, s:O, s:O}", "function", json_array_get(function, FUNCTION_NAME), "executor",
			 json_array_get(function, FUNCTION_EXECUTOR), "kind", json_array_get(function, FUNCTION_KIND));
}

static double length_of(const json_t *function)
{
	double calls = at(function, FUNCTION_CALLS);

	return calls > 0 ? at(function, FUNCTION_INSNS) / calls : NAN;
}

/* The calls that changed have the length that a call has in A; all calls of B have what its length changed by. */
static void decompose(json_t *entry, const json_t *a, const json_t *b, double change)
{
	double more_calls = at(b, FUNCTION_CALLS) - at(a, FUNCTION_CALLS);
	double by_calls = isnan(length_of(b)) ? NAN : thousandths(more_calls * length_of(a));

	json_object_set_new(entry, "a_calls", json_real(at(a, FUNCTION_CALLS)));
	json_object_set_new(entry, "b_calls", json_real(at(b, FUNCTION_CALLS)));
	json_object_set_new(entry, "a_length", known(length_of(a)));
	json_object_set_new(entry, "b_length", known(length_of(b)));
	json_object_set_new(entry, "by_calls", known(by_calls));
	json_object_set_new(entry, "by_length", known(thousandths(change - by_calls)));
}

/* null where no record knows the noise. */
static json_t *within_noise(const struct point *p, const char *key, const json_t *a, const json_t *b)
{
	double noise = fmax(AA_NOISE_LEAST, json_number_value(json_object_get(p->noise, key)));

	if (!p->noise)
		return json_null();
	return json_boolean(!aa_function_moved((double[]){ at(a, FUNCTION_LEAST), at(a, FUNCTION_MOST) },
					       (double[]){ at(b, FUNCTION_LEAST), at(b, FUNCTION_MOST) }, noise));
}

static void add_both(struct point *p, const char *key, const json_t *a, const json_t *b)
{
	double change = thousandths(at(b, FUNCTION_INSNS) - at(a, FUNCTION_INSNS));
	json_t *entry;

	if (change == 0) {
		p->unchanged++;
		return;
	}
	entry = named(a);
	json_object_set(entry, "a", json_array_get(a, FUNCTION_INSNS));
	json_object_set(entry, "b", json_array_get(b, FUNCTION_INSNS));
	json_object_set_new(entry, "change", json_real(change));
	json_object_set_new(entry, "within_noise", within_noise(p, key, a, b));
	decompose(entry, a, b, change);
	json_array_append_new(p->functions, entry);
	p->named += change;
}

/* A function that one side lacks may have another name there, or be inlined: no change of its own. */
static void add_one_sided(struct point *p, json_t *list, const json_t *function, int sign)
{
	json_t *entry = named(function);
	double change = sign * thousandths(at(function, FUNCTION_INSNS));

	json_object_set(entry, sign < 0 ? "a" : "b", json_array_get(function, FUNCTION_INSNS));
	json_object_set(entry, sign < 0 ? "a_calls" : "b_calls", json_array_get(function, FUNCTION_CALLS));
	json_object_set_new(entry, "change", json_real(change));
	json_array_append_new(list, entry);
	p->named += change;
}

static void add_functions(struct point *p)
{
	json_t *function;
	const char *key;

	json_object_foreach ((json_t *)p->a, key, function) {
		const json_t *fellow = json_object_get(p->b, key);

		if (is_part(p, function) && fellow)
			add_both(p, key, function, fellow);
		else if (is_part(p, function))
			add_one_sided(p, p->only_a, function, -1);
	}
	json_object_foreach ((json_t *)p->b, key, function)
		if (is_part(p, function) && !json_object_get(p->a, key))
			add_one_sided(p, p->only_b, function, 1);
}

/* ---- a point ---- */

static double sum_of(const json_t *functions, const char *kind)
{
	json_t *function;
	const char *key;
	double sum = 0;

	json_object_foreach ((json_t *)functions, key, function)
		if (!kind || !strcmp(kind_of(function), kind))
			sum += at(function, FUNCTION_INSNS);
	return thousandths(sum);
}

/* Of all that was executed, whatever the point's primary metric is. */
static json_t *kinds_of_point(const struct point *p)
{
	json_t *kinds = json_object();

	for (enum kind kind = 0; kind < KINDS; kind++) {
		double a = sum_of(p->a, kind_name(kind)), b = sum_of(p->b, kind_name(kind));

		if (a != 0 || b != 0)
			json_object_set_new(kinds, kind_name(kind), json_real(thousandths(b - a)));
	}
	return kinds;
}

static json_t *explained(struct point *p, const char *name, double a, double b)
{
	double change = thousandths(b - a), whole_a = sum_of(p->a, NULL), whole_b = sum_of(p->b, NULL);

	p->functions = json_array();
	p->only_a = json_array();
	p->only_b = json_array();
	add_functions(p);
	return json_pack("{s:s, s:s, s:f, s:f, s:f, s:f, s:o, s:o, s:o, s:I, s:o, s:f, s:f, s:b}", "point", name,
			 "metric", p->metric, "a", a, "b", b, "change", change, "residual",
			 thousandths(change - p->named), "functions", compare_largest_first(p->functions), "only_in_a",
			 compare_largest_first(p->only_a), "only_in_b", compare_largest_first(p->only_b), "unchanged",
			 (json_int_t)p->unchanged, "kinds", kinds_of_point(p), "whole_a", whole_a, "whole_b", whole_b,
			 "noise_known", p->noise != NULL);
}

/* Where the primary metric did not change but something else did, all that was executed is explained. */
static void explain_point(struct comparison *c, const struct compare_row *row, struct point *p)
{
	double a = thousandths(row->a), b = thousandths(row->b);

	if (a == b && sum_of(p->a, NULL) == sum_of(p->b, NULL))
		return;
	p->metric = row->metric;
	if (a == b) {
		p->metric = EXPLAINED_WHOLE;
		a = sum_of(p->a, NULL);
		b = sum_of(p->b, NULL);
	}
	json_array_append_new(c->explained, explained(p, row->point, a, b));
}

struct sides {
	const struct run *a, *b;
	const json_t *of_a, *of_b; /* their functions */
	const struct aa *aa;
};

static bool explain_match(struct comparison *c, const struct sides *s, const struct match *m)
{
	struct aa_point record;
	struct point p = {};
	const struct compare_row *row;

	if (m->a < 0 || m->b < 0)
		return false;
	row = compare_primary_of(c, s->a->point[m->a].key);
	p.a = json_object_get(s->of_a, s->a->point[m->a].key);
	p.b = json_object_get(s->of_b, s->b->point[m->b].key);
	if (!row || !p.a || !p.b || isnan(row->a) || isnan(row->b))
		return false;
	if (s->aa && aa_lookup(s->aa, row->point, row->metric, &record))
		p.noise = record.functions;
	explain_point(c, row, &p);
	return true;
}

/* One sentence where there is nothing to show. */
static void note_nothing(struct comparison *c, const struct sides *s, size_t known_points)
{
	bool in_a = json_object_size(s->of_a), in_b = json_object_size(s->of_b);

	if (json_array_size(c->explained))
		return;
	if (known_points)
		json_array_append_new(c->notes, json_string("function by function: no point differs"));
	else if (in_a && in_b)
		json_array_append_new(c->notes, json_string("function by function: no point has functions and a cost "
							    "on both sides"));
	else
		json_array_append_new(c->notes,
				      json_sprintf("function by function: %s functions.csv; only the lab's counted "
						   "mode writes one, without --no-functions",
						   in_a	  ? "B has no"
						   : in_b ? "A has no"
							  : "neither side has"));
}

static int explain_sides(struct comparison *c, const struct sides *s, const char *variant)
{
	size_t matches = 0, known_points = 0;
	struct match *match = compare_match(s->a, s->b, variant, &matches);

	for (size_t i = 0; i < matches; i++)
		known_points += explain_match(c, s, &match[i]);
	if (match)
		note_nothing(c, s, known_points);
	free(match);
	return match ? 0 : -1;
}

int compare_add_explained(struct comparison *c, const struct run *a, const struct run *b,
			  const struct compare_options *options)
{
	json_t *of_a, *of_b;
	int r = -1;

	if (!options->explain)
		return 0;
	of_a = compare_functions_of(a, true);
	of_b = of_a ? compare_functions_of(b, true) : NULL;
	c->explained = json_array();
	if (of_b)
		r = explain_sides(c, &(struct sides){ a, b, of_a, of_b, options->aa }, options->variant);
	json_decref(of_a);
	json_decref(of_b);
	return r;
}
