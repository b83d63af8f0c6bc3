/* SPDX-License-Identifier: GPL-2.0-or-later */
/* export - what was measured or judged, in formats that other tools read: one small writer a format */
#ifndef NODEHOP_EXPORT_H
#define NODEHOP_EXPORT_H

#include <stdio.h>
#include "output/cases.h"

/* What there is to export: a run, or a comparison. The other is NULL. */
struct export_source {
	const struct run *run;
	const struct comparison *comparison;
};

struct export_format {
	const char *name, *about;
	/* 0, or -1 with a fault (it needs a run and this is a comparison, or the other way round). */
	int (*write)(FILE *out, const struct export_source *source);
};

/* Ends with {}. */
extern const struct export_format export_formats[];

/* NULL with a fault that lists the names. */
const struct export_format *export_format_find(const char *name);

int export_gobench(FILE *out, const struct export_source *source);
int export_junit(FILE *out, const struct export_source *source);
int export_ktap(FILE *out, const struct export_source *source);
int export_github_summary(FILE *out, const struct export_source *source);
int export_github_annotations(FILE *out, const struct export_source *source);

/* The source as cases. NULL with a fault. */
struct cases *export_cases(const struct export_source *source);

#endif
