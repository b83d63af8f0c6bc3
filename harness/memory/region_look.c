// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * region_look - where the pages of a region are, and were before the run
 */
#include <errno.h>
#include <numaif.h>
#include <stdlib.h>
#include "memory/region_private.h"
#include "memory/trial_private.h"

#define QUERY_CHUNK 1024 /* pages asked about in one call: few enough for the stack */

static void ask_chunk(const struct region *r, size_t first, size_t count, int *status)
{
	void *address[QUERY_CHUNK];

	for (size_t i = 0; i < count; i++) {
		address[i] = r->base + (first + i) * r->page_size;
		status[i] = STATUS_UNTOUCHED;
	}
	if (move_pages(r->pid, count, address, NULL, status, 0) < 0)
		for (size_t i = 0; i < count; i++)
			status[i] = -errno;
}

void region_where(const struct region *r, size_t first, size_t count, int *node)
{
	for (size_t i = 0; i < count; i += QUERY_CHUNK)
		ask_chunk(r, first + i, min((size_t)QUERY_CHUNK, count - i), node + i);
}

bool region_was_on(const struct region *r, size_t page, int node)
{
	return r->own->before && r->own->before[page] == node;
}

/* Pages on the node now, all or those that were elsewhere. */
static size_t count_on(const struct region *r, int node, bool all)
{
	int where[QUERY_CHUNK];
	size_t found = 0;

	for (size_t i = 0; i < r->pages; i += QUERY_CHUNK) {
		size_t count = min((size_t)QUERY_CHUNK, r->pages - i);

		ask_chunk(r, i, count, where);
		for (size_t k = 0; k < count; k++)
			found += where[k] == node && (all || !region_was_on(r, i + k, node));
	}
	return found;
}

size_t region_pages_on(const struct region *r, int node)
{
	return count_on(r, node, true);
}

size_t region_pages_moved(const struct region *r, int node)
{
	return count_on(r, node, false);
}

size_t region_folio_pages(const struct region *r)
{
	return r->kind.folio_size / r->page_size;
}

size_t region_folio_first(const struct region *r, const struct move_list *list, size_t i)
{
	return ((char *)list->page[i] - r->base) / r->page_size;
}

/* ---- before the run ---- */

enum outcome region_look(struct trial *t, struct region *r)
{
	if (!r->own->before)
		r->own->before = malloc(r->pages * sizeof(*r->own->before));
	if (!r->own->before)
		return broken(t, "no-memory", "no memory to remember where %zu pages are", r->pages);
	region_where(r, 0, r->pages, r->own->before);
	return OK;
}

enum outcome regions_look(struct trial *t)
{
	enum outcome o = OK;

	for (size_t i = 0; o == OK && i < t->own->regions; i++)
		o = region_look(t, t->own->region[i]);
	return o;
}
