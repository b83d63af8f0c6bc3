// SPDX-License-Identifier: GPL-2.0-or-later
/* knob_file - a setting that is a file below /proc/sys or /sys, read and written to the byte */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/printable.h"
#include "base/sysfile.h"
#include "base/text.h"
#include "settings/knob_file.h"

static const char *file_root = "";

void knob_file_root(const char *root)
{
	file_root = root ? root : "";
}

char *knob_file_below_root(const char *path)
{
	return text_append(NULL, "%s%s", file_root, path);
}

/* ---- which file ---- */

static bool is_below(const char *path, const char *folder)
{
	char *whole = knob_file_below_root(folder);
	bool below = !strncmp(path, whole, strlen(whole));

	free(whole);
	return below;
}

/* The file with all links and dots resolved, when it is a setting's; free() it. NULL with a fault and errno. */
static char *resolve(const char *path)
{
	char *whole = knob_file_below_root(path), *real = realpath(whole, NULL);
	int error = errno;

	free(whole);
	if (!real) {
		fault("%s: %s", path, strerror(error));
	} else if (!is_below(real, "/proc/sys/") && !is_below(real, "/sys/")) {
		fault("%s: only settings below /proc/sys and /sys are changed", path);
		free(real);
		real = NULL;
		error = EINVAL;
	}
	errno = error;
	return real;
}

int knob_file_check(const char *path)
{
	char *real = resolve(path);
	int result = real ? 0 : -1, error = errno;
	struct stat st;

	if (real && !stat(real, &st) && !S_ISREG(st.st_mode)) {
		result = fault("%s: is not a file with a value", path);
		error = EINVAL;
	}
	free(real);
	errno = error;
	return result;
}

static int open_setting(const char *path, int flags)
{
	char *real = resolve(path);
	int fd = real ? open(real, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) : -1;

	if (real && fd < 0)
		fault("%s: cannot open%s: %s", path, flags == O_WRONLY ? " for writing" : "", strerror(errno));
	free(real);
	return fd;
}

const char *knob_file_guard(const char *path)
{
	char *real = resolve(path);
	bool writable = real && !access(real, W_OK);
	bool read_only = real && !writable && errno == EROFS;

	free(real);
	return writable ? NULL : read_only ? "is mounted read-only here" : "may not be changed by this user";
}

/* ---- its bytes ---- */

int knob_file_read(const char *path, struct bytes *content)
{
	int fd = open_setting(path, O_RDONLY);

	*content = (struct bytes){};
	if (fd < 0)
		return -1;
	content->data = sysfile_bytes(fd, &content->size);
	if (!content->data)
		fault("%s: cannot read: %s", path, strerror(errno));
	close(fd);
	return content->data ? 0 : -1;
}

int knob_file_write(const char *path, const char *data, size_t size)
{
	int fd = open_setting(path, O_WRONLY), result = 0;
	char *text = printable(data, size);
	ssize_t put = 0;

	if (fd >= 0)
		put = size ? write(fd, data, size) : write(fd, "\n", 1); /* a write of nothing is none */
	if (fd < 0 || put < 0)
		result = fd < 0 ? -1 : fault("%s: cannot write \"%s\": %s", path, text, strerror(errno));
	else if ((size_t)put < size)
		result = fault("%s: accepted only %zd of the %zu bytes of its value", path, put, size);
	if (fd >= 0)
		close(fd);
	free(text);
	return result;
}

/* ---- what it shows, and what is written ---- */

static bool is_blank_or_end(const char *c, const char *text, const char *end)
{
	return c < text || c == end || *c == ' ';
}

/* "[word]" alone or between blanks, once, on one line of a file below /sys. */
static bool find_choice(const char *path, const char *text, const char *end, const char **open, const char **close)
{
	*open = memchr(text, '[', end - text);
	*close = memchr(text, ']', end - text);
	return !strncmp(path, "/sys/", 5) && !memchr(text, '\n', end - text) && *open && *close > *open + 1 &&
	       !memchr(*open + 1, '[', end - *open - 1) && !memchr(*close + 1, ']', end - *close - 1) &&
	       !memchr(*open, ' ', *close - *open) && is_blank_or_end(*open - 1, text, end) &&
	       is_blank_or_end(*close + 1, text, end);
}

struct bytes knob_file_value(const char *path, const struct bytes *content)
{
	size_t size = content->size - (content->size && content->data[content->size - 1] == '\n');
	const char *from = content->data, *end = from + size, *open, *close;
	struct bytes value;

	if (find_choice(path, from, end, &open, &close)) {
		from = open + 1;
		end = close;
	}
	value = (struct bytes){ xcalloc(1, end - from + 1), end - from };
	if (!value.data)
		alloc_failed();
	memcpy(value.data, from, value.size);
	return value;
}
