// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * region - maps memory and puts it on a node, proven
 */
#include <errno.h>
#include <numaif.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/fault.h"
#include "bench.h"
#include "machine/facts.h"
#include "memory/content.h"
#include "memory/folios.h"
#include "memory/holders.h"
#include "memory/pages.h"
#include "memory/region_look.h"

/* ---- mapping ---- */

static int map_flags(const struct region *r)
{
	switch (r->kind.backing) {
	case BACKING_HUGETLB:
		return MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB |
		       (__builtin_ctzl(r->kind.folio_size) << MAP_HUGE_SHIFT);
	case BACKING_SHARED:
	case BACKING_MAPPED:
		return MAP_SHARED | MAP_ANONYMOUS;
	case BACKING_SHMEM:
		return MAP_SHARED;
	default:
		return MAP_PRIVATE | MAP_ANONYMOUS;
	}
}

/*
 * Aligned to the largest folio, with a reserved page on either side: the
 * kernel would merge neighbouring mappings, and then tells of both as one.
 * Before all other mappings: some calls look up the mapping of each page, and
 * that costs by its place in the tree, which address randomisation shuffles
 * (on 6.12 by 18 of 8,118 instructions a page).
 */
static char *reserve(const struct region *r, size_t align)
{
	static char *low = (char *)(1ul << 37); /* within reach of the smallest address spaces, and of no program */
	size_t guard = r->page_size, room = r->size + align + 2 * guard;
	char *space = mmap(low, room, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	char *base = space + guard + (align - (uintptr_t)(space + guard) % align) % align;

	if (space == MAP_FAILED)
		return MAP_FAILED;
	if (base - guard > space)
		munmap(space, base - guard - space);
	munmap(base + r->size + guard, space + room - (base + r->size + guard));
	low = space + room;
	return base;
}

static int advise(struct trial *t, struct region *r)
{
	bool large = page_kind_is_large_anon(t->machine, &r->kind);

	if (r->kind.backing == BACKING_HUGETLB || r->kind.backing == BACKING_SHMEM)
		return 0;
	/* EINVAL: a kernel without THP needs no word against them */
	if (madvise(r->base, r->size, large ? MADV_HUGEPAGE : MADV_NOHUGEPAGE) && (large || errno != EINVAL))
		return -1;
	return 0;
}

/* Over the addresses that are reserved. */
static enum outcome map(struct trial *t, struct region *r)
{
	void *at = mmap(r->base, r->size, PROT_READ | PROT_WRITE, map_flags(r) | MAP_FIXED, r->memfd, 0);

	r->filled = false;
	if (at == MAP_FAILED && r->kind.backing == BACKING_HUGETLB)
		return skipped(t, "no-hugetlb", "mmap of %zu hugetlb pages of %zu bytes: %m",
			       r->size / r->kind.folio_size, r->kind.folio_size);
	if (at == MAP_FAILED)
		return broken(t, "mmap", "mmap of %zu bytes: %m", r->size);
	if (advise(t, r))
		return broken(t, "madvise", "madvise on %zu bytes: %m", r->size);
	return OK;
}

enum outcome region_drop(struct trial *t, const struct region *r)
{
	void *at = mmap(r->base, r->size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);

	return at == MAP_FAILED ? broken(t, "mmap", "giving up %zu bytes: %m", r->size) : OK;
}

enum outcome region_map(struct trial *t, struct region *r, size_t size, struct page_kind kind)
{
	size_t align = t->machine->thp_size ?: t->machine->page_size;
	char name[32];

	if (align < kind.folio_size)
		align = kind.folio_size;
	if (region_enlist(t, r) != OK)
		return BROKEN;
	*r = (struct region){ .kind = kind, .page_size = t->machine->page_size, .memfd = -1 };
	r->size = (size + kind.folio_size - 1) / kind.folio_size * kind.folio_size;
	r->pages = r->size / r->page_size;
	if (!r->size)
		return broken(t, "region", "a region of 0 bytes of %s",
			      page_kind_print(t->machine, &kind, name, sizeof(name)));
	if (kind.backing == BACKING_SHMEM) {
		r->memfd = memfd_create("nodehop", MFD_CLOEXEC);
		if (r->memfd < 0 || ftruncate(r->memfd, r->size))
			return broken(t, "memfd", "memfd of %zu bytes: %m", r->size);
	}
	r->base = reserve(r, align);
	if (r->base == MAP_FAILED)
		return broken(t, "mmap", "%zu bytes of addresses: %m", r->size);
	return map(t, r);
}

/* At the same addresses: lists of them stay valid. */
static enum outcome map_again(struct trial *t, struct region *r)
{
	holders_end(r);
	if (region_drop(t, r) != OK)
		return BROKEN;
	if (r->memfd >= 0 && (ftruncate(r->memfd, 0) || ftruncate(r->memfd, r->size)))
		return broken(t, "memfd", "emptying a memfd of %zu bytes: %m", r->size);
	return map(t, r);
}

/* ---- placing ---- */

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
	r->filled = true;
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
		return region_check_folios(t, r);
	fault("%zu of %zu pages could be put on node %d%s", pages, r->pages, list->from[0],
	      list->from[0] == list->from[list->len - 1] ? "" : " and others");
	return wrong(t, "not-placed", "%s", fault_text());
}

static enum outcome place_anew(struct trial *t, struct region *r, const struct move_list *list)
{
	enum outcome o = r->filled ? map_again(t, r) : OK;

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

	if (o != WRONG || r->pid || !strcmp(t->reason, "folio-split") ||
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
 * Folios may be broken although the last repetition left them whole: Linux
 * 6.12 marks a moved mTHP as partially mapped, and splits it at its next move.
 */
enum outcome region_place_list(struct trial *t, struct region *r, struct move_list *list)
{
	enum outcome o = WRONG;

	if (holders_check(t, r) != OK)
		return BROKEN;
	if (r->filled) {
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
		return skipped(t, strcmp(t->reason, "not-placed") ? "folio-refused" : "not-placed", "%s", fault_text());
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
