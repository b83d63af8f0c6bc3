// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tracing_knobs - the tracer's settings that read other than they are written, as knobs
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/text.h"
#include "instruments/tracing_files.h"
#include "settings/knob_file.h"
#include "settings/knob_special.h"

int tracing_file_open(const char *path, int flags)
{
	char *whole = knob_file_below_root(path);
	int fd = open(whole, flags | O_CLOEXEC), error = errno;

	free(whole);
	errno = error;
	return fd;
}

bool tracing_file_exists(const char *path)
{
	char *whole = knob_file_below_root(path);
	bool exists = !access(whole, F_OK);

	free(whole);
	return exists;
}

FILE *tracing_file_read(const char *path)
{
	int fd = tracing_file_open(path, O_RDONLY);

	if (fd < 0)
		fault("%s: cannot open: %s", path, strerror(errno));
	return fd < 0 ? NULL : fdopen(fd, "r");
}

/* A list reads "#### all functions enabled ####" or "no pid" when nothing is in it, and else as lines. */
static char *read_list(const char *path)
{
	struct bytes list;

	if (knob_file_read(path, &list))
		return NULL;
	while (list.size && list.data[list.size - 1] == '\n')
		list.data[--list.size] = '\0';
	if (!list.size || list.data[0] == '#' || !strcmp(list.data, "no pid")) {
		free(list.data);
		return xstrdup("none");
	}
	for (char *c = list.data; *c; c++)
		if (*c == '\n')
			*c = ' ';
	return list.data;
}

bool tracing_write_word(int fd, const char *word)
{
	char line[300];

	snprintf(line, sizeof(line), "%s\n", word);
	return write(fd, line, strlen(line)) >= 0;
}

/* The kernel takes one word a write. Opening to truncate empties the list. */
static int write_list(const char *path, const char *value)
{
	int fd = tracing_file_open(path, O_WRONLY | O_TRUNC), result = 0;
	char *copy = xstrdup(value), *rest = copy, *word;

	if (fd < 0)
		result = fault("%s: cannot open for writing: %s", path, strerror(errno));
	while (!result && strcmp(value, "none") && (word = strsep(&rest, " ")))
		if (*word && !tracing_write_word(fd, word))
			result = fault("%s: cannot write \"%s\": %s", path, word, strerror(errno));
	free(copy);
	if (fd >= 0 && close(fd) && !result)
		result = fault("%s: cannot write \"%s\": %s", path, value, strerror(errno));
	return result;
}

#define LIST_KNOB(id)                                                                                                  \
	static bool id##_exists(void)                                                                                  \
	{                                                                                                              \
		return tracing_file_exists(T #id);                                                                     \
	}                                                                                                              \
	static char *id##_read(void)                                                                                   \
	{                                                                                                              \
		return read_list(T #id);                                                                               \
	}                                                                                                              \
	static int id##_write(const char *value)                                                                       \
	{                                                                                                              \
		return write_list(T #id, value);                                                                       \
	}

LIST_KNOB(set_ftrace_filter)
LIST_KNOB(set_graph_function)
LIST_KNOB(set_ftrace_pid)
LIST_KNOB(set_event_pid)

static bool buffer_exists(void)
{
	return tracing_file_exists(T "buffer_size_kb");
}

/*
 * "7 (expanded: 1408)" is what the first use makes 1408 of. The kernel has whole pages of it, less a head of 16 bytes
 * each, so that 1408 written reads 1410: what it would come to is the value.
 */
static char *buffer_read(void)
{
	const char *expanded;
	struct bytes value;
	long kb, page = sysconf(_SC_PAGESIZE) - 16;

	if (knob_file_read(T "buffer_size_kb", &value))
		return NULL;
	expanded = strstr(value.data, "(expanded: ");
	kb = strtol(expanded ? expanded + 11 : value.data, NULL, 10);
	free(value.data);
	kb = (kb * 1024 + page - 1) / page * page / 1024;
	return text_append(NULL, "%ld", kb);
}

static int buffer_write(const char *value)
{
	return knob_file_write(T "buffer_size_kb", value, strlen(value));
}

const struct special_knob tracing_knobs[] = {
	{ T "set_ftrace_filter", T "set_ftrace_filter", set_ftrace_filter_exists, set_ftrace_filter_read,
	  set_ftrace_filter_write },
	{ T "set_graph_function", T "set_graph_function", set_graph_function_exists, set_graph_function_read,
	  set_graph_function_write },
	{ T "set_ftrace_pid", T "set_ftrace_pid", set_ftrace_pid_exists, set_ftrace_pid_read, set_ftrace_pid_write },
	{ T "set_event_pid", T "set_event_pid", set_event_pid_exists, set_event_pid_read, set_event_pid_write },
	{ T "buffer_size_kb", T "buffer_size_kb", buffer_exists, buffer_read, buffer_write },
	{},
};
