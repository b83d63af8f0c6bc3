// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * region_verify - what became of a region's pages, folios and data in the run
 */
#include <stdlib.h>
#include "base/fault.h"
#include "machine/facts.h"
#include "memory/content.h"
#include "memory/folios.h"
#include "memory/holders.h"
#include "memory/region_private.h"
#include "memory/trial_private.h"

/* Pages reported unmoved since the last region was verified: a train has many regions. */
static size_t pages_left(struct trial *t)
{
	size_t pages = 0, before = t->own->left_verified;

	for (int i = 0; i < STATUS_KINDS; i++)
		pages += t->left[i].pages;
	t->own->left_verified = pages;
	return pages - before;
}

/* All of that size? OK, WRONG with the fault, or BLOCKED when large folios cannot be looked at. */
static enum outcome check_folios(struct trial *t, const struct region *r, size_t folio_size)
{
	bool large = folio_size > r->page_size;
	long long mapped_bytes;

	switch (folios_prove(r->pid, r->base, r->size, r->page_size, folio_size)) {
	case FOLIOS_DIFFER:
		return wrong(t, "folio-split", "%s", fault_text());
	case FOLIOS_UNREADABLE:
		return large ? blocked(t, "folio-unproven", "%s", fault_text()) : OK;
	case FOLIOS_PROVEN:
		break;
	}
	if (r->kind.backing != BACKING_ANON || !large || folio_size != t->own->machine->thp_size)
		return OK;
	mapped_bytes = folios_pmd_mapped_bytes(r->pid, r->base, r->size);
	if (mapped_bytes == (long long)r->size)
		return OK;
	fault("only %lld of %zu bytes are mapped by PMDs", mapped_bytes, r->size);
	return wrong(t, "pmd-split", "%s", fault_text());
}

enum outcome region_check_folios_placed(struct trial *t, const struct region *r)
{
	return check_folios(t, r, r->kind.folio_size);
}

enum outcome region_check_folios(struct trial *t, const struct region *r)
{
	return check_folios(t, r, r->folio_size_after ?: r->kind.folio_size);
}

enum outcome region_check_data(struct trial *t, const struct region *r)
{
	ssize_t bad = content_first_bad(r->pid, r->base, r->page_size, r->pages);

	if (bad < 0)
		return broken(t, "unreadable", "%s", fault_text());
	return bad == (ssize_t)r->pages ? OK
					: wrong(t, "data-differs",
						"page %zd of %zu does not hold what was written to it", bad, r->pages);
}

static enum outcome check_rest(struct trial *t, const struct region *r)
{
	enum outcome o = region_check_data(t, r);

	return o == OK ? region_check_folios(t, r) : o;
}

/* A page that lay there before the run has not moved, and a call that moves nothing has no cost a page. */
enum outcome region_verify(struct trial *t, const struct region *r, int node)
{
	size_t left = pages_left(t), there = region_pages_on(r, node), moved = region_pages_moved(r, node);
	enum outcome o = holders_check(t, r);

	t->m.pages_asked += r->pages;
	t->m.pages_moved += moved;
	t->m.folios += moved / region_folio_pages(r);
	if (o != OK)
		return o;
	if (there + left != r->pages)
		return wrong(t, "left-behind", "%zu of %zu pages on node %d, %zu reported unmoved by the kernel", there,
			     r->pages, node, left);
	o = check_rest(t, r);
	if (o == OK && !moved && !left)
		return wrong(t, "nothing-moved", "all %zu pages were on node %d before", r->pages, node);
	return o;
}

/* Where the base pages of a folio are: how many on its target, and how many of those came there in the run. */
struct found {
	size_t there, came;
};

static struct found find_folio(const struct region *r, size_t first, const int *where, int node)
{
	struct found f = {};

	for (size_t i = first; i < first + region_folio_pages(r); i++) {
		f.there += where[i] == node;
		f.came += where[i] == node && !region_was_on(r, i, node);
	}
	return f;
}

/* One folio against its status; `untold` counts those that the kernel gave no status. */
static enum outcome judge_folio(struct trial *t, const struct region *r, const struct move_list *list, size_t i,
				const int *where, long *untold)
{
	size_t span = region_folio_pages(r), first = region_folio_first(r, list, i);
	int status = list->status[i], node = list->node[i];
	struct found f = find_folio(r, first, where, node);
	bool all = f.there == span;

	if (all) {
		t->m.pages_moved += f.came;
		t->m.folios += f.came == span;
	}
	if (!all && status < 0)
		trial_left(t, status, span - f.there);
	if (!all && status == STATUS_UNTOUCHED)
		++*untold;
	if (all ? status == node || status == STATUS_UNTOUCHED : status < 0)
		return OK;
	return wrong(t, "left-behind",
		     "folio %zu: status %d, but its first page is on node %d, and %zu of %zu pages are on node %d", i,
		     status, where[first], f.there, span, node);
}

/* The node of each page: an array to free(), or NULL without memory. */
static int *query(const struct region *r)
{
	int *where = malloc(r->pages * sizeof(*where));

	if (where)
		region_where(r, 0, r->pages, where);
	return where;
}

enum outcome region_verify_list(struct trial *t, const struct region *r, const struct move_list *list)
{
	int *where = query(r);
	enum outcome o =
		where ? holders_check(t, r) : broken(t, "no-memory", "no memory to verify %zu pages", r->pages);
	long untold = 0;

	t->m.pages_asked += r->pages;
	for (size_t i = 0; o == OK && i < list->len; i++)
		o = judge_folio(t, r, list, i, where, &untold);
	free(where);
	if (o == OK && untold > list->unmoved)
		o = wrong(t, "left-behind", "%ld folios did not move, the kernel reported %ld", untold, list->unmoved);
	return o == OK ? check_rest(t, r) : o;
}
