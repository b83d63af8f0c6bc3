// SPDX-License-Identifier: GPL-2.0-or-later
/* tracing_stats - reads and adds up the statistics of the trace buffers; what is traced is in tracing.c */
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/fault.h"
#include "base/sysfile.h"
#include "instruments/tracing_stats.h"

double tracing_stats_number(const char *text, const char *label)
{
	size_t length = strlen(label);

	/* "overrun: " also ends "commit overrun: " */
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, label, length) && line[length] == ':')
			return strtoull(line + length + 1, NULL, 10);
	}
	return NAN;
}

static double number_of_cpu(const char *folder, const char *cpu, const char *label)
{
	char text[1024];
	double number;

	if (sysfile_read(text, sizeof(text), "%s/per_cpu/%s/stats", folder, cpu) < 0)
		return NAN;
	number = tracing_stats_number(text, label);
	if (isnan(number))
		fault("%s/per_cpu/%s/stats: has no \"%s\"", folder, cpu, label);
	return number;
}

double tracing_stats_sum(const char *folder, const char *label)
{
	char path[512];
	struct dirent *entry;
	double sum = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/per_cpu", folder);
	dir = opendir(path);
	if (!dir) {
		fault("%s: cannot open: %m", path);
		return NAN;
	}
	while ((entry = readdir(dir)))
		if (!strncmp(entry->d_name, "cpu", 3))
			sum += number_of_cpu(folder, entry->d_name, label);
	closedir(dir);
	return sum;
}
