/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tracing_files - what the files of tracing share
 *
 * Files are called by their whole paths, and looked for below the root of the
 * settings (knob_file_root), so that a captured tracefs can stand in.
 */
#ifndef NODEHOP_TRACING_FILES_H
#define NODEHOP_TRACING_FILES_H

#include <stdbool.h>
#include <stdio.h>

#define T "/sys/kernel/tracing/"

/* As open(2), with errno. */
int tracing_file_open(const char *path, int flags);
bool tracing_file_exists(const char *path);

/* For reading line by line. NULL with a fault. */
FILE *tracing_file_read(const char *path);

/* The kernel takes one word a write. */
bool tracing_write_word(int fd, const char *word);

/* Has function_graph trace the functions that migrating memory leads through, from system calls and faults down. 0, or -1
 * with a fault. */
int tracing_set_functions(void);

#endif
