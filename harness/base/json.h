/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json - the JSON files of run folders, records and gates, as somebody else may have written them */
#ifndef NODEHOP_JSON_H
#define NODEHOP_JSON_H

#include <jansson.h>

/*
 * Reads a file whose texts can be shown on a terminal: what cannot be is '?'.
 * NULL with a fault that names file and line (damaged, a key twice, a key that
 * cannot be shown).
 */
json_t *json_file_read(const char *path);

/* Writes it as a whole file with a newline at its end; flags as for json_dumps. 0, or -1 with a fault. */
int json_file_write(const char *path, const json_t *value, size_t flags);

/* Can every key in it be shown, however deep? 0, or -1 with a fault that names one that cannot. */
int json_check_keys(const json_t *value);

/* The words of a command line as JSON texts. NULL with a fault when one is not UTF-8: records could not hold it. */
json_t *json_words(int argc, char **argv);

#endif
