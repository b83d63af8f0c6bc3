// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * counters - the names of events, and what is known of an event by its name
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "instruments/counters.h"

static int add_name(struct counters *c, const char *name)
{
	if (!*name)
		return fault("an empty name among the events");
	if (strlen(name) >= sizeof(c->event->name))
		return fault("event %.40s...: the name is too long", name);
	for (size_t i = 0; i < c->n; i++)
		if (!strcmp(c->event[i].name, name))
			return fault("event %s is given twice", name);
	if (c->n == COUNTERS_MAX)
		return fault("more than %d events; count the rest in another run", COUNTERS_MAX);
	snprintf(c->event[c->n++].name, sizeof(c->event->name), "%s", name);
	return 0;
}

static bool is_one_of(const char *name, const char *const *words)
{
	const char *part = strrchr(name, ':');

	for (; *words; words++)
		if (!strcasecmp(name, *words) || (part && !strcasecmp(part + 1, *words)))
			return true;
	return false;
}

static bool is_never_zero(const char *name)
{
	static const char *const words[] = { "PAPI_TOT_INS", "PAPI_TOT_CYC", "PAPI_REF_CYC",
					     "INSTRUCTIONS", "CYCLES",	     "CPU-CYCLES",
					     "CPU_CYCLES",   "INST_RETIRED", NULL };

	return is_one_of(name, words);
}

bool counter_is_tracepoint(const char *name)
{
	return strchr(name, ':') && !strstr(name, "::");
}

/* What the kernel counts itself, without a counter of the CPU's. */
bool counter_is_software(const char *name)
{
	static const char *const words[] = { "PAGE-FAULTS",	 "FAULTS",    "MINOR-FAULTS",	 "MAJOR-FAULTS",
					     "CONTEXT-SWITCHES", "CS",	      "CPU-MIGRATIONS",	 "MIGRATIONS",
					     "TASK-CLOCK",	 "CPU-CLOCK", "CGROUP-SWITCHES", "ALIGNMENT-FAULTS",
					     "EMULATION-FAULTS", NULL };

	return counter_is_tracepoint(name) || is_one_of(name, words);
}

int counters_parse(struct counters *c, const char *names)
{
	char *copy = xstrdup(names), *rest = copy, *name;
	int result = 0;

	c->n = 0;
	while (!result && (name = strsep(&rest, ",")))
		result = add_name(c, name);
	for (size_t i = 0; i < c->n; i++)
		c->event[i].never_zero = is_never_zero(c->event[i].name);
	free(copy);
	return result;
}

bool counter_is_doubtful(const struct counter *event, double value)
{
	return value == 0 && (event->never_zero || event->scaled);
}
