// SPDX-License-Identifier: GPL-2.0-or-later
/* channel - a guest's side of the file through which it speaks with its host */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "lab/channel.h"
#include "lab/layout.h"

#define LINE_BYTES 4096

/*
 * Away from the libraries: the kernel aligns so large a mapping, and address randomisation would decide whether the
 * hole above it takes up what is mapped later. A hole more in the tree of mappings is 9 of 3,121 instructions a page.
 */
#define CHANNEL_AREA ((void *)(6ul << 44))

static struct reclog *records;
static json_t *job;
static pid_t owner; /* the process that appends; its children must not */

/* Not for children: they must not append, and a device's memory is mapped page by page at each fork. */
static void *map_whole(const char *path, size_t *size)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	void *area = MAP_FAILED;
	struct stat st;

	if (fd >= 0 && !fstat(fd, &st)) {
		*size = st.st_size;
		area = mmap(CHANNEL_AREA, *size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	}
	if (area == MAP_FAILED || madvise(area, *size, MADV_DONTFORK))
		fault("channel %s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return area == MAP_FAILED ? NULL : area;
}

static int read_job(const char *area, size_t size, const char *path)
{
	const char *text = area + CHANNEL_JOB_OFFSET;
	json_error_t error;

	if (size <= CHANNEL_RECORDS_OFFSET || memcmp(area, CHANNEL_MAGIC, strlen(CHANNEL_MAGIC)))
		return fault("channel %s: holds no job; was it made by this version of nodehop?", path);
	job = json_loadb(text, strnlen(text, CHANNEL_RECORDS_OFFSET - CHANNEL_JOB_OFFSET), 0, &error);
	return job ? 0 : fault("channel %s: the job is not JSON: %s", path, error.text);
}

/* JSON takes neither NUL nor what is no UTF-8: a program that prints garbage still gets its lines home. */
static json_t *text_json(const char *text, size_t size)
{
	json_t *json = memchr(text, '\0', size) ? NULL : json_stringn(text, size);
	char *plain;

	if (json)
		return json;
	plain = xmalloc(size + 1);
	for (size_t i = 0; i < size; i++)
		plain[i] = text[i] && !(text[i] & 0x80) ? text[i] : '?';
	json = json_stringn(plain, size);
	free(plain);
	return json;
}

/* A forked trial prints to the console instead: two writers would overwrite each other's records. */
static ssize_t print(void *stream, const char *text, size_t size)
{
	json_t *record;

	if (getpid() != owner)
		return write(STDERR_FILENO, text, size);
	record = json_pack("{s:s, s:i, s:o*}", "kind", "out", "stream", *(int *)stream, "text", text_json(text, size));
	if (reclog_append(records, record) < 0) /* full: the console is what is left to say so */
		return write(STDERR_FILENO, text, size);
	return size;
}

static int redirect(FILE **file, int stream)
{
	static int streams[] = { 0, 1, 2 };
	FILE *over = fopencookie(&streams[stream], "w", (cookie_io_functions_t){ .write = print });

	if (!over)
		return fault("channel: cannot redirect stream %d: %s", stream, strerror(errno));
	setvbuf(over, NULL, _IOLBF, LINE_BYTES);
	fflush(*file);
	*file = over;
	return 0;
}

int channel_attach(void)
{
	const char *path = getenv("NODEHOP_CHANNEL");
	size_t size = 0;
	char *area;

	if (!path)
		return 0;
	area = map_whole(path, &size);
	if (!area || read_job(area, size, path) < 0)
		return -1;
	records = reclog_over(area + CHANNEL_RECORDS_OFFSET, size - CHANNEL_RECORDS_OFFSET);
	if (!records)
		return -1;
	owner = getpid();
	if (redirect(&stdout, STDOUT_FILENO) < 0 || redirect(&stderr, STDERR_FILENO) < 0)
		return -1;
	return 1;
}

const json_t *channel_lab(void)
{
	return json_object_get(job, "lab");
}

struct reclog *channel_log(void)
{
	return records;
}
