// SPDX-License-Identifier: GPL-2.0-or-later
/* sysfile - small files under /proc and /sys, read and written whole; changing a setting is settings/ */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/sysfile.h"
#include "base/text.h"

FILE *sysfile_open(const char *root, const char *path)
{
	char whole[512];
	FILE *file;

	snprintf(whole, sizeof(whole), "%s%s", root, path);
	file = fopen(whole, "re");
	if (!file)
		fault("%s: cannot open: %s", whole, strerror(errno));
	return file;
}

static int slurp(char *text, size_t size, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t got = 0;
	ssize_t more;
	char beyond;

	if (fd < 0)
		return fault("%s: cannot open: %s", path, strerror(errno));
	/* the kernel hands out a page at a time */
	while ((more = read(fd, text + got, size - 1 - got)) > 0)
		got += more;
	if (!more && got == size - 1)
		more = read(fd, &beyond, 1) > 0 ? -1 : 0;
	close(fd);
	if (more < 0)
		return got == size - 1 ? fault("%s: longer than %zu bytes", path, size - 1)
				       : fault("%s: cannot read: %s", path, strerror(errno));
	while (got && text[got - 1] == '\n')
		got--;
	text[got] = '\0';
	return got;
}

int sysfile_read(char *text, size_t size, const char *path_format, ...)
{
	char path[512];
	va_list args;

	va_start(args, path_format);
	vsnprintf(path, sizeof(path), path_format, args);
	va_end(args);
	return slurp(text, size, path);
}

char *sysfile_bytes(int fd, size_t *size)
{
	char *bytes, part[4096];
	ssize_t got;
	int error;
	FILE *out = open_memstream(&bytes, size);

	if (!out)
		alloc_failed();
	while ((got = read(fd, part, sizeof(part))) > 0)
		fwrite(part, 1, got, out);
	error = errno;
	if (fclose(out))
		alloc_failed();
	if (!got)
		return bytes;
	free(bytes);
	errno = error;
	return NULL;
}

static char *read_all(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t size;
	char *text;

	if (fd < 0) {
		fault("%s: cannot open: %s", path, strerror(errno));
		return NULL;
	}
	text = sysfile_bytes(fd, &size);
	if (!text)
		fault("%s: cannot read: %s", path, strerror(errno));
	close(fd);
	while (text && size && text[size - 1] == '\n')
		text[--size] = '\0';
	return text;
}

char *sysfile_text(const char *path_format, ...)
{
	char *path, *text;
	va_list args;

	va_start(args, path_format);
	path = text_of_args(path_format, args);
	va_end(args);
	text = read_all(path);
	free(path);
	return text;
}

int sysfile_read_u64(uint64_t *value, const char *path_format, ...)
{
	char path[512], text[64], *end;
	va_list args;

	va_start(args, path_format);
	vsnprintf(path, sizeof(path), path_format, args);
	va_end(args);
	if (slurp(text, sizeof(text), path) < 0)
		return -1;
	*value = strtoull(text, &end, 10);
	return end == text ? fault("%s: \"%s\" is not a number", path, text) : 0;
}

int sysfile_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t put;

	if (fd < 0)
		return fault("%s: cannot open for writing: %s", path, strerror(errno));
	put = write(fd, text, strlen(text));
	if (put != (ssize_t)strlen(text))
		fault("%s: cannot write \"%s\": %s", path, text, put < 0 ? strerror(errno) : "cut short");
	close(fd);
	return put == (ssize_t)strlen(text) ? 0 : -1;
}

bool sysfile_list_has(const char *list, int number)
{
	while (*list) {
		char *end;
		long first = strtol(list, &end, 10), last = first;

		if (end == list)
			return false;
		if (*end == '-')
			last = strtol(end + 1, &end, 10);
		if (number >= first && number <= last)
			return true;
		list = *end == ',' ? end + 1 : end;
	}
	return false;
}

void sysfile_choice(const char *text, char *choice, size_t size)
{
	const char *open = strchr(text, '['), *close = open ? strchr(open, ']') : NULL;

	if (close)
		snprintf(choice, size, "%.*s", (int)(close - open - 1), open + 1);
	else
		snprintf(choice, size, "%s", text);
}
