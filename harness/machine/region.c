// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * region - memory whose place, folio size and data are proven
 */
#include <errno.h>
#include <numaif.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/fault.h"
#include "bench.h"
#include "machine/content.h"
#include "machine/facts.h"
#include "machine/folios.h"
#include "machine/holders.h"
#include "machine/pages.h"

#define QUERY_CHUNK 1024	/* pages asked about in one call */

/* ---- where the pages are ---- */

/* Where at most QUERY_CHUNK pages are: few enough for the stack. */
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

static size_t count_on(const int *where, size_t pages, int node)
{
	size_t found = 0;

	for (size_t i = 0; i < pages; i++)
		found += where[i] == node;
	return found;
}

size_t region_pages_on(const struct region *r, int node)
{
	int where[QUERY_CHUNK];
	size_t found = 0;

	for (size_t i = 0; i < r->pages; i += QUERY_CHUNK) {
		size_t count = min((size_t)QUERY_CHUNK, r->pages - i);

		ask_chunk(r, i, count, where);
		found += count_on(where, count, node);
	}
	return found;
}

static size_t folio_pages(const struct region *r)
{
	return r->kind.folio_size / r->page_size;
}

/* The node of each page: an array to free(), or NULL without memory. */
static int *query(const struct region *r)
{
	int *where = malloc(r->pages * sizeof(*where));

	if (where)
		region_where(r, 0, r->pages, where);
	return where;
}

/* Where the base pages of the list's i-th folio are. */
static const int *folio_in(const struct region *r, const struct move_list *list, size_t i, const int *where)
{
	return where + ((char *)list->page[i] - r->base) / r->page_size;
}

static size_t pages_at_start(const struct region *r, const struct move_list *list)
{
	int *where = query(r);
	size_t found = 0;

	for (size_t i = 0; where && i < list->len; i++)
		found += count_on(folio_in(r, list, i, where), folio_pages(r), list->from[i]);
	free(where);
	return found;
}

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
	static char *low = (char *)(1ul << 37);	/* within reach of the smallest address spaces, and of no program */
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

	if (get_mempolicy(&mode, before.word, NODESET_MAX, NULL, 0) || set_mempolicy(MPOL_BIND, nodes.word, NODESET_MAX))
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

/* Of the kind's size? OK, WRONG with the fault, or BLOCKED when large folios cannot be looked at. */
enum outcome region_check_folios(struct trial *t, const struct region *r)
{
	bool large = r->kind.folio_size > r->page_size;
	long long mapped_bytes;

	switch (folios_prove(r->pid, r->base, r->size, r->page_size, r->kind.folio_size)) {
	case FOLIOS_DIFFER:
		return wrong(t, "folio-split", "%s", fault_text());
	case FOLIOS_UNREADABLE:
		return large ? blocked(t, "folio-unproven", "%s", fault_text()) : OK;
	case FOLIOS_PROVEN:
		break;
	}
	if (r->kind.backing != BACKING_ANON || !large || r->kind.folio_size != t->machine->thp_size)
		return OK;
	mapped_bytes = folios_pmd_mapped_bytes(r->pid, r->base, r->size);
	if (mapped_bytes == (long long)r->size)
		return OK;
	fault("only %lld of %zu bytes are mapped by PMDs", mapped_bytes, r->size);
	return wrong(t, "pmd-split", "%s", fault_text());
}

static enum outcome check_placed(struct trial *t, const struct region *r, const struct move_list *list)
{
	size_t pages = pages_at_start(r, list);

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
	if (o == WRONG)	/* the memory of a process that was killed is gone at any time */
		o = holders_blame(t, o);
	if (o == WRONG)	/* the kernel would not, and nothing was measured yet */
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

/* ---- verifying ---- */

/* Pages reported unmoved since the last region was verified: a train has many regions. */
static size_t pages_left(struct trial *t)
{
	size_t pages = 0, before = t->left_verified;

	for (int i = 0; i < STATUS_KINDS; i++)
		pages += t->left[i].pages;
	t->left_verified = pages;
	return pages - before;
}

enum outcome region_check_data(struct trial *t, const struct region *r)
{
	ssize_t bad = content_first_bad(r->pid, r->base, r->page_size, r->pages);

	if (bad < 0)
		return broken(t, "unreadable", "%s", fault_text());
	return bad == (ssize_t)r->pages ? OK : wrong(t, "data-differs", "page %zd of %zu does not hold what was written to it",
						     bad, r->pages);
}

static enum outcome check_rest(struct trial *t, const struct region *r)
{
	enum outcome o = region_check_data(t, r);

	return o == OK ? region_check_folios(t, r) : o;
}

enum outcome region_verify(struct trial *t, const struct region *r, int node)
{
	size_t left = pages_left(t), moved = region_pages_on(r, node);
	enum outcome o = holders_check(t, r);

	t->m.pages_asked += r->pages;
	t->m.pages_moved += moved;
	t->m.folios += moved / folio_pages(r);
	if (o != OK)
		return o;
	if (moved + left != r->pages)
		return wrong(t, "left-behind", "%zu of %zu pages on node %d, %zu reported unmoved by the kernel", moved,
			     r->pages, node, left);
	return check_rest(t, r);
}

/* One folio against its status; `untold` counts those that the kernel gave no status. */
static enum outcome judge_folio(struct trial *t, const struct move_list *list, size_t i, const int *folio, size_t span,
				long *untold)
{
	int status = list->status[i], node = list->node[i];
	size_t there = count_on(folio, span, node);
	bool moved = there == span;

	if (moved && list->from[i] != node) {
		t->m.pages_moved += span;
		t->m.folios++;
	}
	if (!moved && status < 0)
		trial_left(t, status, span - there);
	if (!moved && status == STATUS_UNTOUCHED)
		++*untold;
	if (moved ? status == node || status == STATUS_UNTOUCHED : status < 0)
		return OK;
	return wrong(t, "left-behind", "folio %zu: status %d, but its first page is on node %d, and %zu of %zu pages are on node %d",
		     i, status, folio[0], there, span, node);
}

enum outcome region_verify_list(struct trial *t, const struct region *r, const struct move_list *list)
{
	int *where = query(r);
	enum outcome o = where ? holders_check(t, r) : broken(t, "no-memory", "no memory to verify %zu pages", r->pages);
	long untold = 0;

	t->m.pages_asked += r->pages;
	for (size_t i = 0; o == OK && i < list->len; i++)
		o = judge_folio(t, list, i, folio_in(r, list, i, where), folio_pages(r), &untold);
	free(where);
	if (o == OK && untold > list->unmoved)
		o = wrong(t, "left-behind", "%ld folios did not move, the kernel reported %ld", untold, list->unmoved);
	return o == OK ? check_rest(t, r) : o;
}
