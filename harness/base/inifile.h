/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * inifile - INI files (topologies, kernels, gates) whose mistakes are reported by line
 *
 * inih does the parsing; here is what it does not say: the line of each key,
 * NUL bytes, lines and names too long for it, and the sum of the file as it
 * was read.
 */
#ifndef NODEHOP_INIFILE_H
#define NODEHOP_INIFILE_H

#include <stdbool.h>

#define INIFILE_LINE_MAX    190 /* bytes of one line */
#define INIFILE_NAME_MAX    48	/* bytes of a section's name, and of a key: from 50 on inih cuts them */
#define INIFILE_BYTES_MAX   (1 << 20)
#define INIFILE_SHA256_TEXT 65 /* hex digits and NUL */

struct inifile_line {
	const char *section; /* "" before the first */
	const char *key, *value;
	int number;	/* from 1 */
	bool continues; /* an indented line that goes on with the same key */
};

/*
 * Hands every key to `each`, which returns 0, or -1 with a fault to which
 * "FILE:LINE: " is added here. sha256 (or NULL) gets the file's sum. A key may
 * come again in its section only if one of the two is in `repeats` (NULL-
 * terminated; or NULL), a section never. 0, or -1 with a fault (no file, empty, NUL byte,
 * not INI, a line or name too long, given twice, `each` failed).
 */
int inifile_read(const char *path, const char *const *repeats,
		 int (*each)(const struct inifile_line *line, void *context), void *context,
		 char sha256[INIFILE_SHA256_TEXT]);

#endif
