// SPDX-License-Identifier: GPL-2.0-or-later
/* json: files as somebody else may have written them */
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/json.h"
#include "base/printable.h"
#include "base/text.h"

static int check_key(const char *key)
{
	for (const char *at = key; *at; at += printable_bytes(at))
		if (!printable_bytes(at))
			return fault("the key \"%s\" has a character that cannot be shown", key);
	return 0;
}

int json_check_keys(const json_t *value)
{
	const json_t *item;
	const char *key;
	size_t i;

	json_object_foreach ((json_t *)value, key, item)
		if (check_key(key) || json_check_keys(item))
			return -1;
	json_array_foreach ((json_t *)value, i, item)
		if (json_check_keys(item))
			return -1;
	return 0;
}

static void clean(json_t *value);

static void clean_text(json_t *value)
{
	char *text = xstrdup(json_string_value(value));

	printable_in_place(text);
	json_string_set(value, text);
	free(text);
}

static void clean_object(json_t *object)
{
	const char *key;
	json_t *value;

	json_object_foreach (object, key, value)
		clean(value);
}

static void clean(json_t *value)
{
	json_t *item;
	size_t i;

	if (json_is_string(value))
		clean_text(value);
	if (json_is_object(value))
		clean_object(value);
	json_array_foreach (value, i, item)
		clean(item);
}

json_t *json_file_read(const char *path)
{
	json_error_t error;
	json_t *value = json_load_file(path, JSON_REJECT_DUPLICATES, &error);

	if (!value) {
		fault("%s:%d: damaged: %s", path, error.line, error.text);
		return NULL;
	}
	if (!json_check_keys(value)) {
		clean(value);
		return value;
	}
	fault_at("%s", path);
	json_decref(value);
	return NULL;
}

int json_file_write(const char *path, const json_t *value, size_t flags)
{
	char *text = json_dumps(value, flags);
	int failed;

	if (!text)
		return fault("%s: a value that JSON cannot hold", path);
	text = text_append(text, "\n");
	failed = file_write_text(path, text);
	free(text);
	return failed;
}

json_t *json_words(int argc, char **argv)
{
	json_t *words = json_array();

	for (int i = 0; i < argc; i++) {
		if (!json_array_append_new(words, json_string(argv[i])))
			continue;
		json_decref(words);
		fault("argument %d is not UTF-8", i);
		return NULL;
	}
	return words;
}
