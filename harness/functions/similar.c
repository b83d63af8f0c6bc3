// SPDX-License-Identifier: GPL-2.0-or-later
/* similar - looks for the name of a function in tables of symbols, and for what was probably meant */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/nearest.h"
#include "base/text.h"
#include "functions/similar.h"

#define PADDING "__pfx_" /* what the compiler puts in front of a function is none */

/* A name that holds the word is about as near as one with a letter changed. */
static size_t distance(const char *name, const char *of)
{
	return strstr(name, of) ? 1 : nearest_distance(name, of);
}

static bool is_listed(const struct similar *s, const char *name)
{
	for (size_t i = 0; i < s->count; i++)
		if (!strcmp(s->best[i].name, name))
			return true;
	return false;
}

/* The list is short and sorted: what comes first stays first. */
void similar_take(struct similar *s, const char *name)
{
	size_t far = distance(name, s->name), i = s->count;

	s->found |= !strcmp(name, s->name);
	if (far > 1 + strlen(s->name) / 4 || is_listed(s, name))
		return;
	if (s->count < SIMILAR_NAMES)
		s->count++;
	else if (far >= s->best[--i].distance)
		return;
	else
		free(s->best[i].name);
	for (; i && s->best[i - 1].distance > far; i--)
		s->best[i] = s->best[i - 1];
	s->best[i].name = xstrdup(name);
	s->best[i].distance = far;
}

int similar_look(struct similar *s, const char *table)
{
	FILE *file = fopen(table, "re");
	char name[256];

	if (!file)
		return fault("%s: cannot open: %m", table);
	while (!s->found && fscanf(file, "%*x %255s", name) == 1) {
		if (!strncmp(name, PADDING, strlen(PADDING)))
			continue;
		name[*name == '.' ? strlen(name) : strcspn(name, ".")] = '\0';
		similar_take(s, name);
	}
	fclose(file);
	return 0;
}

int similar_fault(const struct similar *s)
{
	char *list = NULL;

	for (size_t i = 0; i < s->count; i++)
		list = text_list(list, s->best[i].name);
	fault("no function is called %s%s%s; one that the compiler inlined has no name", s->name,
	      list ? ", but there are " : "", list ?: "");
	free(list);
	return -1;
}

void similar_free(struct similar *s)
{
	for (size_t i = 0; i < s->count; i++)
		free(s->best[i].name);
}
