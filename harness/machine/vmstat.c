// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vmstat - the whole machine's event counters, as one text that is read in one go
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/sysfile.h"
#include "machine/vmstat.h"

struct vmstat *vmstat_new(void)
{
	return xcalloc(1, sizeof(struct vmstat));
}

int vmstat_read(struct vmstat *v)
{
	return sysfile_read(v->text, sizeof(v->text), "/proc/vmstat") < 0 ? -1 : 0;
}

int vmstat_read_settled(struct vmstat *v)
{
	sysfile_write("/proc/sys/vm/stat_refresh", "1");
	return vmstat_read(v);
}

/* The counter's line is "name value"; NAN without one. */
static double value_of(const struct vmstat *v, const char *name)
{
	size_t length = strlen(name);

	for (const char *line = v->text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, name, length) && line[length] == ' ')
			return strtoull(line + length, NULL, 10);
	}
	return NAN;
}

double vmstat_rise(const struct vmstat *before, const struct vmstat *after, const char *name)
{
	return value_of(after, name) - value_of(before, name);
}
