// SPDX-License-Identifier: GPL-2.0-or-later
/* explanation - builds the JSON record of an explanation; looking is the sources', printing output/explanation_text's */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "analysis/explanation.h"

json_t *explanation_new(const char *point)
{
	return json_pack("{s:i, s:s, s:[]}", "explain_schema", EXPLAIN_SCHEMA, "point", point, "notes");
}

void explanation_say(json_t *e, const char *key, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	json_object_set_new(e, key, json_vsprintf(format, args));
	va_end(args);
}

void explanation_note(json_t *e, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	json_array_append_new(json_object_get(e, "notes"), json_vsprintf(format, args));
	va_end(args);
}

/* The array of that key, made when it is first asked for. */
static json_t *array_of(json_t *e, const char *key)
{
	if (!json_object_get(e, key))
		json_object_set_new(e, key, json_array());
	return json_object_get(e, key);
}

void explanation_count(json_t *e, const char *kind, const char *name, double count, double folios)
{
	json_t *entry = json_pack("{s:s, s:s, s:f}", "kind", kind, "name", name, "count", count);

	if (folios > 0)
		json_object_set_new(entry, "per_folio", json_real(count / folios));
	json_array_append_new(array_of(e, "counts"), entry);
}

static void set_functions(json_t *e, const struct breakdown *b, double scale, double units)
{
	json_t *functions = array_of(e, "functions");

	for (size_t i = 0; i < b->rows && b->total > 0; i++)
		json_array_append_new(functions,
				      json_pack("{s:s, s:s, s:f, s:f}", "name", b->row[i].name, "work",
						work_name(b->row[i].work), "share", b->row[i].weight / b->total,
						"value", b->row[i].weight * scale / units));
}

/* The heaviest kind of work that is not listed yet; -1 when all are. */
static int heaviest(const struct breakdown *b, const bool *listed)
{
	int best = -1;

	for (int w = 0; w < WORKS; w++)
		if (!listed[w] && b->work[w] > 0 && (best < 0 || b->work[w] > b->work[best]))
			best = w;
	return best;
}

static void set_works(json_t *e, const struct breakdown *b)
{
	json_t *works = array_of(e, "works");
	bool listed[WORKS] = {};

	for (int w = heaviest(b, listed); w >= 0; w = heaviest(b, listed)) {
		listed[w] = true;
		json_array_append_new(works,
				      json_pack("{s:s, s:f}", "work", work_name(w), "share", b->work[w] / b->total));
	}
}

void explanation_set(json_t *e, struct breakdown *b, const char *unit, double scale, const char *per, double units)
{
	char *sentence = breakdown_sentence(b);

	breakdown_sort(b);
	explanation_say(e, "unit", "%s", unit);
	explanation_say(e, "per", "%s", per);
	set_functions(e, b, scale, units);
	set_works(e, b);
	explanation_say(e, "sentence", "%s", sentence ?: "");
	free(sentence);
}
