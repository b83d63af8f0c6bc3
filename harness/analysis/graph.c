// SPDX-License-Identifier: GPL-2.0-or-later
/* graph - reads the text of the function_graph tracer into a breakdown */
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "analysis/graph.h"
#include "base/fault.h"

#define DEPTH_MAX 128
#define NAME_ROOM 96

struct frame {
	char name[NAME_ROOM];
	double inside_us; /* of the functions it called */
	unsigned inside;  /* how many it called */
};

struct reader {
	struct breakdown *breakdown;
	struct frame frame[DEPTH_MAX];
	size_t depth; /* may pass DEPTH_MAX; what is deeper counts for the last frame that is stored */
};

static void enter(struct reader *r, const char *name, size_t length)
{
	if (r->depth < DEPTH_MAX) {
		struct frame *f = &r->frame[r->depth];

		snprintf(f->name, sizeof(f->name), "%.*s", (int)length, name);
		f->inside_us = 0;
		f->inside = 0;
	}
	r->depth++;
}

static void leave(struct reader *r, double duration_us)
{
	const char *stack[DEPTH_MAX];
	double own_us;

	if (!r->depth)
		return; /* it began before the trace did */
	if (r->depth-- > DEPTH_MAX)
		return;
	own_us = duration_us - r->frame[r->depth].inside_us;
	for (size_t i = 0; i <= r->depth; i++)
		stack[i] = r->frame[i].name;
	breakdown_add(r->breakdown, stack, r->depth + 1, own_us > 0 ? own_us : 0, 1, r->frame[r->depth].inside);
	if (!r->depth)
		return;
	r->frame[r->depth - 1].inside_us += duration_us;
	r->frame[r->depth - 1].inside++;
}

/* " 0) + 16.250 us   |      }": the number before " us", or -1. */
static double duration_of(char *left)
{
	char *unit = strstr(left, " us"), *start = unit;

	while (start && start > left && strchr("0123456789.", start[-1]))
		start--;
	return unit && start < unit ? strtod(start, NULL) : -1;
}

static void take(struct reader *r, char *line)
{
	char *bar = strchr(line, '|'), *text = bar ? bar + 1 + strspn(bar + 1, " ") : NULL, *name_end;
	double duration_us;

	if (!bar || *line == '#')
		return;
	*bar = '\0';
	duration_us = duration_of(line);
	name_end = strpbrk(text, "( ;\n");
	if (*text == '}' && duration_us >= 0)
		leave(r, duration_us);
	else if (*text == '}')
		r->depth -= r->depth > 0;
	else if (name_end && *name_end == '(' && duration_us >= 0) {
		enter(r, text, name_end - text);
		leave(r, duration_us);
	} else if (name_end && *name_end == '(') {
		enter(r, text, name_end - text);
	}
}

long graph_read(FILE *file, struct breakdown *p)
{
	struct reader *r = xcalloc(1, sizeof(*r));
	char *line = NULL;
	size_t size = 0;
	long lines = 0;

	r->breakdown = p;
	for (; getline(&line, &size, file) > 0; lines++)
		take(r, line);
	if (ferror(file))
		lines = fault("cannot read the trace: %m");
	free(line);
	free(r);
	return lines;
}
