// SPDX-License-Identifier: GPL-2.0-or-later
/* run_dir - the names of run folders and of the logs in them; what is in the files is not looked at */
#include <dirent.h>
#include <fnmatch.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/text.h"
#include "record/run_dir.h"

#define PART	    ".part"
#define LOG_PATTERN "session-*.log"

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
		return xstrndup(name, length);
	return NULL;
}

char *run_dir_of(const char *name)
{
	size_t length = length_without_slashes(name);

	return xstrndup(name, ends_in_part(name, length) ? length - strlen(PART) : length);
}

bool run_dir_is_part(const char *name)
{
	return ends_in_part(name, length_without_slashes(name));
}

char *run_part_path(const char *dir)
{
	return text_append(NULL, "%.*s" PART, (int)length_without_slashes(dir), dir);
}

char *run_log_path(const char *dir, int session, int before)
{
	char *part = run_part_path(dir), *path;

	path = text_append(NULL, "%s/session-%03d", part, session);
	free(part);
	return before ? text_append(path, ".resumed-%d.log", before) : text_append(path, ".log");
}

bool run_is_log(const char *name)
{
	return !fnmatch(LOG_PATTERN, name, 0);
}

bool run_is_log_of(const char *name, int session)
{
	char *pattern = text_append(NULL, "session-%03d.*", session);
	bool is = !fnmatch(pattern, name, 0);

	free(pattern);
	return is;
}

static int log_filter(const struct dirent *entry)
{
	return run_is_log(entry->d_name);
}

long run_logs(const char *folder, char ***names)
{
	struct dirent **entry;
	int count = scandir(folder, &entry, log_filter, versionsort);

	*names = NULL;
	if (count < 0)
		return fault("%s: cannot read: %m", folder);
	*names = xcalloc(count + 1, sizeof(**names));
	for (int i = 0; i < count; i++) {
		(*names)[i] = xstrdup(entry[i]->d_name);
		free(entry[i]);
	}
	free(entry);
	return count;
}

void run_logs_free(char **names)
{
	for (char **name = names; name && *name; name++)
		free(*name);
	free(names);
}

char *run_part_advice(const char *part)
{
	char **names;
	long count = run_logs(part, &names);

	run_logs_free(names);
	if (!count)
		return text_append(NULL,
				   "being written still, or left by a merge that was killed; no session's record is in "
				   "it: once nothing writes it, delete it");
	return text_append(NULL, "measuring still, or interrupted: `nodehop recover %s` keeps what is intact", part);
}

void run_logs_remove(const char *folder)
{
	file_remove_matching(folder, LOG_PATTERN);
}
