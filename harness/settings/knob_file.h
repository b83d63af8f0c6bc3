/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * knob_file - a setting that is a file below /proc/sys or /sys, read and written to the byte
 *
 * A file below /sys may read as a choice, "always [madvise] never"; what is
 * written there is the word in brackets. Others take back what they show.
 */
#ifndef NODEHOP_KNOB_FILE_H
#define NODEHOP_KNOB_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* Any bytes, and a NUL behind them that size does not count. free(data). */
struct bytes {
	char *data;
	size_t size;
};

/*
 * Where / is, for tests on a captured tree: /proc/sys, /sys and the journal are looked for below it. It must have no
 * symbolic links in it. NULL for the system's own.
 */
void knob_file_root(const char *root);

/* The path below that root; free() it. */
char *knob_file_below_root(const char *path);

/* Is it a file below /proc/sys or /sys, all links resolved? -1 with a fault and errno (ENOENT, EACCES; EINVAL: elsewhere). */
int knob_file_check(const char *path);

/* All that it reads, to the byte. 0, or -1 with a fault. */
int knob_file_read(const char *path, struct bytes *content);

/* Writes in one call, as the kernel wants it. 0, or -1 with a fault. */
int knob_file_write(const char *path, const char *data, size_t size);

/* What keeps this user from writing it, to stand behind its name: "is mounted read-only here". NULL: nothing does. */
const char *knob_file_guard(const char *path);

/* What would be written to have the file read so: the word in brackets, else the content without its last newline. */
struct bytes knob_file_value(const char *path, const struct bytes *content);

#endif
