// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * region_map - addresses for a region, and what is mapped there; nothing is touched
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/alloc.h"
#include "machine/facts.h"
#include "memory/pages.h"
#include "memory/region_private.h"
#include "memory/trial_private.h"

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
	bool large = page_kind_is_large_anon(t->own->machine, &r->kind);

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
	void *at = mmap(r->base, r->size, PROT_READ | PROT_WRITE, map_flags(r) | MAP_FIXED, r->own->memfd, 0);

	r->own->filled = false;
	if (at == MAP_FAILED && r->kind.backing == BACKING_HUGETLB)
		return skipped(t, "no-hugetlb", "mmap of %zu hugetlb pages of %zu bytes: %m",
			       r->size / r->kind.folio_size, r->kind.folio_size);
	if (at == MAP_FAILED)
		return broken(t, "mmap", "mmap of %zu bytes: %m", r->size);
	if (advise(t, r))
		return broken(t, "madvise", "madvise on %zu bytes: %m", r->size);
	return OK;
}

enum outcome region_unmap(struct trial *t, const struct region *r)
{
	void *at = mmap(r->base, r->size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);

	return at == MAP_FAILED ? broken(t, "mmap", "giving up %zu bytes: %m", r->size) : OK;
}

enum outcome region_drop(struct trial *t, const struct region *r)
{
	r->own->dropped = true;
	return region_unmap(t, r);
}

/* Enters the region among those of the trial, of a rule excepted. */
static enum outcome enlist(struct trial *t, struct region *r)
{
	struct trial_private *own = t->own;

	if (t->rule) /* its regions are gone when it returns */
		return OK;
	for (size_t i = 0; i < own->regions; i++)
		if (own->region[i] == r)
			return OK;
	if (own->regions == REGIONS_MAX)
		return broken(t, "region", "more than %d regions in a trial", REGIONS_MAX);
	own->region[own->regions++] = r;
	return OK;
}

static enum outcome describe(struct trial *t, struct region *r, size_t size, struct page_kind kind)
{
	size_t page_size = t->own->machine->page_size;
	char name[32];

	size = (size + kind.folio_size - 1) / kind.folio_size * kind.folio_size;
	*r = (struct region){
		.size = size,
		.pages = size / page_size,
		.page_size = page_size,
		.kind = kind,
		.own = xcalloc(1, sizeof(*r->own)),
	};
	r->own->memfd = -1;
	return size ? OK
		    : broken(t, "region", "a region of 0 bytes of %s",
			     page_kind_print(t->own->machine, &kind, name, sizeof(name)));
}

static enum outcome open_memfd(struct trial *t, struct region *r)
{
	r->own->memfd = memfd_create("nodehop", MFD_CLOEXEC);
	if (r->own->memfd < 0 || ftruncate(r->own->memfd, r->size))
		return broken(t, "memfd", "memfd of %zu bytes: %m", r->size);
	return OK;
}

enum outcome region_map(struct trial *t, struct region *r, size_t size, struct page_kind kind)
{
	size_t align = t->own->machine->thp_size ?: t->own->machine->page_size;
	enum outcome o = enlist(t, r);

	if (o == OK)
		o = describe(t, r, size, kind);
	if (o == OK && kind.backing == BACKING_SHMEM)
		o = open_memfd(t, r);
	if (o != OK)
		return o;
	r->base = reserve(r, max(align, kind.folio_size));
	if (r->base == MAP_FAILED)
		return broken(t, "mmap", "cannot reserve %zu bytes of addresses: %m", r->size);
	return map(t, r);
}

enum outcome region_map_anew(struct trial *t, struct region *r)
{
	int memfd = r->own->memfd;

	if (region_unmap(t, r) != OK)
		return BROKEN;
	if (memfd >= 0 && (ftruncate(memfd, 0) || ftruncate(memfd, r->size)))
		return broken(t, "memfd", "emptying a memfd of %zu bytes: %m", r->size);
	return map(t, r);
}

void *region_map_twice(const struct region *r, int flags)
{
	return mmap(NULL, r->size, PROT_READ | PROT_WRITE, MAP_SHARED | flags, r->own->memfd, 0);
}
