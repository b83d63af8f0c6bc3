// SPDX-License-Identifier: GPL-2.0-or-later
/* run_dir: what a run folder may be called, and what it is called meanwhile */
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "record/run_dir.h"

#define PART ".part"

static size_t length_without_slashes(const char *name)
{
	size_t length = strlen(name);

	while (length > 1 && name[length - 1] == '/')
		length--;
	return length;
}

static bool ends_in_part(const char *name, size_t length)
{
	return length > strlen(PART) && !strncmp(name + length - strlen(PART), PART, strlen(PART));
}

static char *first(const char *name, size_t length)
{
	char *dir = xstrndup(name, length);

	if (!dir)
		alloc_failed();
	return dir;
}

static bool is_utf8(const char *text)
{
	json_t *string = json_string(text);

	json_decref(string);
	return string;
}

char *run_dir_new(const char *name)
{
	size_t length = length_without_slashes(name);

	if (!*name)
		fault("\"\": the run folder has no name");
	else if (!is_utf8(name))
		fault("the run folder's name is not UTF-8");
	else if (ends_in_part(name, length))
		fault("%s: a run in progress is called that; leave out " PART, name);
	else
		return first(name, length);
	return NULL;
}

char *run_dir_of(const char *name)
{
	size_t length = length_without_slashes(name);

	return first(name, ends_in_part(name, length) ? length - strlen(PART) : length);
}

char *run_part_path(const char *dir)
{
	char *path;

	if (asprintf(&path, "%.*s" PART, (int)length_without_slashes(dir), dir) < 0)
		alloc_failed();
	return path;
}
