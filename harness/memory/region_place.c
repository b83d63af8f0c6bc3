// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * region_place - puts every page of a region on its node, and proves it
 */
#include <errno.h>
#include <numaif.h>
#include <string.h>
#include <sys/mman.h>
#include "base/fault.h"
#include "memory/content.h"
#include "memory/holders.h"
#include "memory/region_private.h"
#include "memory/trial_private.h"

/* Whoever writes first decides the place: under a policy that allows only that node. */
static enum outcome fill(struct trial *t, struct region *r, int node)
{
	struct nodeset nodes = nodes_one(node), before;
	int mode;

	if (get_mempolicy(&mode, before.word, NODESET_MAX, NULL, 0) ||
	    set_mempolicy(MPOL_BIND, nodes.word, NODESET_MAX))
		return broken(t, "set_mempolicy", "binding to node %d: %m", node);
	for (size_t i = 0; i < r->pages; i++)
		content_write(r->base + i * r->page_size, r->page_size, i);
	set_mempolicy(mode, before.word, NODESET_MAX);
	if (r->kind.backing == BACKING_MLOCKED && mlock(r->base, r->size))
		return blocked(t, "mlock", "mlock of %zu bytes: %m (raise RLIMIT_MEMLOCK)", r->size);
	r->own->filled = true;
	return holders_start(t, r);
}

/* Whether it worked is for the proof that follows. */
static void move_to_start(const struct region *r, const struct move_list *list)
{
	int flags = r->kind.mappers > 1 ? MPOL_MF_MOVE_ALL : MPOL_MF_MOVE;

	(void)move_pages(r->pid, list->len, list->page, list->from, list->status, flags);
}

/* Base pages where the list has them start. */
static size_t pages_at_start(const struct region *r, const struct move_list *list)
{
	size_t found = 0;

	for (size_t i = 0; i < list->len; i++)
		for (size_t k = 0; k < region_folio_pages(r); k++)
			found += region_was_on(r, region_folio_first(r, list, i) + k, list->from[i]);
	return found;
}

static enum outcome check_placed(struct trial *t, struct region *r, const struct move_list *list)
{
	enum outcome o = region_look(t, r);
	size_t pages = o == OK ? pages_at_start(r, list) : 0;

	if (o != OK)
		return o;
	if (pages == r->pages)
		return region_check_folios_placed(t, r);
	fault("%zu of %zu pages could be put on node %d%s", pages, r->pages, list->from[0],
	      list->from[0] == list->from[list->len - 1] ? "" : " and others");
	return wrong(t, "not-placed", "%s", fault_text());
}

static enum outcome place_anew(struct trial *t, struct region *r, const struct move_list *list)
{
	enum outcome o = OK;

	if (r->own->filled) {
		holders_end(r);
		o = region_map_anew(t, r);
	}
	if (o == OK)
		o = fill(t, r, list->from[0]);
	if (o == OK)
		move_to_start(r, list);
	return o;
}

/*
 * NUMA balancing may have made the pages fault on their next access, and
 * before 6.12 neither move_pages(2) nor smaps see those. Its scanner keeps off
 * a range with a plain policy; touched there, pages are plain ones again. Only
 * for pages just filled: a touch would hide that one is gone.
 */
static enum outcome check_placed_anew(struct trial *t, struct region *r, const struct move_list *list)
{
	struct nodeset nodes = nodes_one(list->from[0]);
	enum outcome o = check_placed(t, r, list);

	if (o != WRONG || r->pid || !strcmp(t->own->reason, "folio-split") ||
	    mbind(r->base, r->size, MPOL_BIND, nodes.word, NODESET_MAX, 0))
		return o;
	for (size_t i = 0; i < r->pages; i++)
		(void)*(volatile char *)(r->base + i * r->page_size);
	move_to_start(r, list);
	o = check_placed(t, r, list);
	mbind(r->base, r->size, MPOL_DEFAULT, NULL, 0, 0);
	return o;
}

/*
 * Not where run makes folios of another size: move_pages(2) cannot undo that,
 * and moves a huge page at each of its 512 addresses, to and fro where those
 * start on two nodes.
 */
static bool can_move_back(const struct region *r)
{
	return r->own->filled && !r->folio_size_after;
}

/*
 * Folios may be broken although the last repetition left them whole: Linux
 * 6.12 marks a moved mTHP as partially mapped, and splits it at its next move.
 */
enum outcome region_place_list(struct trial *t, struct region *r, struct move_list *list)
{
	enum outcome o = WRONG;

	if (r->own->dropped)
		return broken(t, "region", "a dropped region cannot be placed: its addresses may hold anything");
	if (holders_check(t, r) != OK)
		return BROKEN;
	if (can_move_back(r)) {
		move_to_start(r, list);
		o = check_placed(t, r, list);
	}
	if (o == WRONG) {
		o = place_anew(t, r, list);
		if (o == OK)
			o = check_placed_anew(t, r, list);
	}
	if (o == WRONG) /* the memory of a process that was killed is gone at any time */
		o = holders_blame(t, o);
	if (o == WRONG) /* the kernel would not, and nothing was measured yet */
		return skipped(t, strcmp(t->own->reason, "not-placed") ? "folio-refused" : "not-placed", "%s",
			       fault_text());
	move_list_reset(list);
	return o == OK ? holders_check(t, r) : o;
}

enum outcome region_place(struct trial *t, struct region *r, int node)
{
	struct move_list list;
	enum outcome o = move_list_fill(t, &list, r, node);

	if (o == OK)
		o = region_place_list(t, r, &list);
	move_list_free(&list);
	return o;
}

enum outcome region_give_away(struct trial *t, struct region *r, int target)
{
	struct nodeset nodes = nodes_one(target);

	r->elsewhere = true;
	if (set_mempolicy(MPOL_PREFERRED, nodes.word, NODESET_MAX))
		return broken(t, "set_mempolicy", "preferring node %d: %m", target);
	return OK;
}
