// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * numamaps - the lines of /proc/self/numa_maps that are a region's
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "memory/numamaps.h"

char *numamaps_read(void)
{
	FILE *file = fopen("/proc/self/numa_maps", "re");
	size_t size = 0, room = 0;
	char *text = NULL;

	if (!file)
		return NULL;
	while (getdelim(&text, &room, '\0', file) > 0)
		size = strlen(text);
	fclose(file);
	if (size)
		return text;
	free(text);
	return NULL;
}

/* The number behind a word like " N1=" in a line, else `otherwise`. */
static size_t number(const char *line, const char *end, const char *word, size_t otherwise)
{
	const char *found = memmem(line, end - line, word, strlen(word));

	return found ? strtoull(found + strlen(word), NULL, 10) : otherwise;
}

size_t numamaps_pages(const char *text, const struct region *r, int node)
{
	const char *end;
	size_t pages = 0;
	char word[16];

	snprintf(word, sizeof(word), " N%d=", node);
	for (const char *line = text; line && *line; line = *end ? end + 1 : end) {
		char *start = (char *)(uintptr_t)strtoull(line, NULL, 16);

		end = strchrnul(line, '\n');
		if (start >= r->base && start < r->base + r->size)
			pages += number(line, end, word, 0) *
				 (1024 * number(line, end, " kernelpagesize_kB=", 4) / r->page_size);
	}
	return pages;
}

size_t region_pages_mapped(const struct region *r, int node)
{
	char *text = numamaps_read();
	size_t pages = text ? numamaps_pages(text, r, node) : 0;

	free(text);
	return pages;
}
