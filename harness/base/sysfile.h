/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sysfile - small files under /proc and /sys, read and written whole
 */
#ifndef NODEHOP_SYSFILE_H
#define NODEHOP_SYSFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Opens a file ("/proc/stat") below root, "" for this system, for reading line by line. NULL with a fault. */
FILE *sysfile_open(const char *root, const char *path);

/* Reads the file into text, without the last newline. Its length, or -1 with a fault: also when it is longer than fits. */
int sysfile_read(char *text, size_t size, const char *path_format, ...) __attribute__((format(printf, 3, 4)));

/* Reads the file however long it is, without the last newlines; free() it. NULL with a fault. */
char *sysfile_text(const char *path_format, ...) __attribute__((format(printf, 1, 2)));

/* The rest of an open file, and a NUL behind it that *size does not count; free() it. NULL with errno. */
char *sysfile_bytes(int fd, size_t *size);

/* Reads one decimal number. 0, or -1 with a fault. */
int sysfile_read_u64(uint64_t *value, const char *path_format, ...) __attribute__((format(printf, 2, 3)));

/* Writes text. 0, or -1 with a fault. */
int sysfile_write(const char *path, const char *text);

/* Is this number in a kernel list ("0-3,8")? */
bool sysfile_list_has(const char *list, int number);

/* The word in brackets of "always [madvise] never", or the whole text when there is none, into `choice`. */
void sysfile_choice(const char *text, char *choice, size_t size);

#endif
