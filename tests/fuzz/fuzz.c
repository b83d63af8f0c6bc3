// SPDX-License-Identifier: GPL-2.0-or-later
/* fuzz - a folder in memory, parts of an input, and what must hold, for all drivers */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/fault.h"
#include "base/file.h"
#include "fuzz.h"

static char folder[256];
static pid_t owner;

static void remove_folder(void)
{
	if (getpid() == owner)
		file_remove_folder(folder);
}

const char *fuzz_folder(void)
{
	if (owner)
		return folder;
	snprintf(folder, sizeof(folder), "%s/nodehop-fuzz.XXXXXX", getenv("TMPDIR") ?: "/tmp");
	if (!mkdtemp(folder)) {
		perror(folder);
		exit(2);
	}
	owner = getpid();
	atexit(remove_folder);
	return folder;
}

static int create(const char *path)
{
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);

	if (fd < 0 && errno == ENOENT && !file_make_parents(path))
		fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
	return fd;
}

const char *fuzz_write(const char *name, const void *bytes, size_t size)
{
	static char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", fuzz_folder(), name);
	fd = create(path);
	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size) {
		perror(path);
		exit(2);
	}
	close(fd);
	return path;
}

static char *copy(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		abort();
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

char *fuzz_part(const uint8_t **data, size_t *size, size_t *length)
{
	static const char mark[] = "====\n";
	const uint8_t *end;
	char *part;

	if (!*data)
		return NULL;
	end = memmem(*data, *size, mark, strlen(mark));
	*length = end ? (size_t)(end - *data) : *size;
	part = copy(*data, *length);
	*size -= end ? *length + strlen(mark) : *size;
	*data = end ? end + strlen(mark) : NULL;
	return part;
}

char *fuzz_text(const uint8_t *data, size_t size)
{
	return copy(data, size);
}

void fuzz_held(int holds, const char *what, const char *file, int line)
{
	if (holds)
		return;
	fprintf(stderr, "%s:%d: does not hold: %s (last fault: %s)\n", file, line, what, fault_text());
	abort();
}
