/* SPDX-License-Identifier: GPL-2.0-or-later */
/* compare_format - a comparison in the format that was asked for: one small writer a format, one record for all */
#ifndef NODEHOP_COMPARE_FORMAT_H
#define NODEHOP_COMPARE_FORMAT_H

#include <stdbool.h>
#include <stdio.h>
#include "compare/compare.h"

struct compare_format {
	const char *name, *about;
	/* `all`: also the metrics that do not gate. 0, or -1 with a fault. */
	int (*write)(FILE *out, const struct comparison *c, bool all);
};

/* Ends with {}. */
extern const struct compare_format compare_formats[];

/* NULL with a fault that lists the names. */
const struct compare_format *compare_format_find(const char *name);

int compare_write_text(FILE *out, const struct comparison *c, bool all);
int compare_write_markdown(FILE *out, const struct comparison *c, bool all);
int compare_write_csv(FILE *out, const struct comparison *c, bool all);
int compare_write_json(FILE *out, const struct comparison *c, bool all);

/* The JSON record as a whole file in that folder. 0, or -1 with a fault. */
int compare_save_json(const char *folder, const char *name, const struct comparison *c);
int compare_write_lkml(FILE *out, const struct comparison *c, bool all);

#endif
