// SPDX-License-Identifier: GPL-2.0-or-later
/* params - a point's parameters as text in base units, sorted by name, both ways */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/csv.h"
#include "base/fault.h"
#include "record/params.h"

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool plain(const char *text)
{
	return !strpbrk(text, ";=\n");
}

static int print_param(FILE *out, const char *name, const json_t *value)
{
	char number[32];

	if (!plain(name))
		return fault("parameter \"%s\" has no plain name", name);
	if (json_is_integer(value))
		fprintf(out, "%s=%" JSON_INTEGER_FORMAT ";", name, json_integer_value(value));
	else if (json_is_real(value))
		fprintf(out, "%s=%s;", name, csv_print_number(number, sizeof(number), json_real_value(value)));
	else if (json_is_string(value) && plain(json_string_value(value)))
		fprintf(out, "%s=%s;", name, json_string_value(value));
	else
		return fault("parameter %s is neither a number nor a plain text", name);
	return 0;
}

char *params_print(const json_t *params)
{
	size_t count = json_object_size(params), i = 0, length;
	const char **name = xcalloc(count + 1, sizeof(*name));
	char *text = NULL;
	FILE *out = open_memstream(&text, &length);
	const char *key;
	json_t *value;
	int failed = 0;

	if (!name || !out)
		alloc_failed();
	json_object_foreach ((json_t *)params, key, value)
		name[i++] = key;
	qsort(name, count, sizeof(*name), compare_names);
	for (i = 0; i < count && !failed; i++)
		failed = print_param(out, name[i], json_object_get(params, name[i]));
	fclose(out);
	free(name);
	if (failed) {
		free(text);
		return NULL;
	}
	if (length)
		text[length - 1] = 0; /* the last semicolon */
	return text;
}

static json_t *parse_value(const char *text)
{
	double number;
	uint64_t whole;

	if (!csv_parse_count(text, INT64_MAX, &whole))
		return json_integer(whole);
	return csv_parse_number(text, &number) < 0 ? json_string(text) : json_real(number);
}

/* Enters one "batch=512" into the object. */
static int parse_param(char *item, json_t *params)
{
	char *value = strchr(item, '=');

	if (!value || value == item)
		return -1;
	*value++ = 0;
	if (json_object_get(params, item))
		return -1;
	return json_object_set_new(params, item, parse_value(value));
}

json_t *params_parse(const char *text)
{
	json_t *params = json_object();
	char *line = xstrdup(text), *rest = line, *item;
	int failed = 0;

	while (!failed && rest && *line && (item = strsep(&rest, ";")))
		failed = parse_param(item, params);
	free(line);
	if (!failed)
		return params;
	json_decref(params);
	fault("parameters \"%.80s\" are not written like batch=512;page=base", text);
	return NULL;
}
