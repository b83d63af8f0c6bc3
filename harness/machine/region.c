// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * region - memory whose place, folio size and data are proven
 */
#include <errno.h>
#include <numa.h>
#include <numaif.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>
#include "base/fault.h"
#include "bench.h"
#include "machine/facts.h"
#include "machine/folios.h"
#include "machine/pages.h"

#define QUERY_CHUNK 1024	/* pages asked about in one call */

/* ---- data: one unlike stream of words a page, so that a lost, swapped or zeroed page shows ---- */

/* Knuth's MMIX constants: full period, two instructions a word; the page's number is the seed. */
static inline uint64_t next_word(uint64_t word)
{
	return word * 6364136223846793005u + 1442695040888963407u;
}

static uint64_t first_word(size_t page)
{
	return next_word(next_word(page + 1));
}

static void fill_page(char *page, size_t page_size, size_t number)
{
	uint64_t word = first_word(number), *at = (uint64_t *)page;

	for (size_t i = 0; i < page_size / sizeof(word); i++, word = next_word(word))
		at[i] = word;
}

static bool page_is_intact(const char *page, size_t page_size, size_t number)
{
	uint64_t word = first_word(number);
	const uint64_t *at = (const uint64_t *)page;

	for (size_t i = 0; i < page_size / sizeof(word); i++, word = next_word(word))
		if (at[i] != word)
			return false;
	return true;
}

enum outcome region_check_data(struct trial *t, const struct region *r)
{
	for (size_t i = 0; i < r->pages; i++)
		if (!page_is_intact(r->base + i * r->page_size, r->page_size, i))
			return wrong(t, "data-differs", "page %zu of %zu does not hold what was written to it", i,
				     r->pages);
	return OK;
}

/* ---- where the pages are ---- */

/* Where at most QUERY_CHUNK pages are: few enough for the stack. */
static void ask_chunk(const struct region *r, size_t first, size_t count, int *status)
{
	void *address[QUERY_CHUNK];

	for (size_t i = 0; i < count; i++) {
		address[i] = r->base + (first + i) * r->page_size;
		status[i] = STATUS_UNTOUCHED;
	}
	if (move_pages(0, count, address, NULL, status, 0) < 0)
		for (size_t i = 0; i < count; i++)
			status[i] = -errno;
}

void region_where(const struct region *r, size_t first, size_t count, int *node)
{
	for (size_t i = 0; i < count; i += QUERY_CHUNK)
		ask_chunk(r, first + i, min((size_t)QUERY_CHUNK, count - i), node + i);
}

size_t region_pages_on(const struct region *r, int node)
{
	int status[QUERY_CHUNK];
	size_t found = 0;

	for (size_t i = 0; i < r->pages; i += QUERY_CHUNK) {
		size_t count = min((size_t)QUERY_CHUNK, r->pages - i);

		ask_chunk(r, i, count, status);
		for (size_t page = 0; page < count; page++)
			found += status[page] == node;
	}
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

/* Reserves address space aligned to the largest folio, and maps over it. */
static void *map_aligned(const struct region *r, size_t align)
{
	char *space = mmap(NULL, r->size + align, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	char *base = space + (align - (uintptr_t)space % align) % align;

	if (space == MAP_FAILED)
		return MAP_FAILED;
	munmap(space, base - space);
	munmap(base + r->size, space + align - base);
	return mmap(base, r->size, PROT_READ | PROT_WRITE, map_flags(r) | MAP_FIXED, r->memfd, 0);
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

static enum outcome map(struct trial *t, struct region *r)
{
	size_t align = t->machine->thp_size ?: t->machine->page_size;

	if (align < r->kind.folio_size)
		align = r->kind.folio_size;
	r->filled = false;
	r->base = map_aligned(r, align);
	if (r->base == MAP_FAILED && r->kind.backing == BACKING_HUGETLB)
		return skipped(t, "no-hugetlb", "mmap of %zu hugetlb pages of %zu bytes: %m",
			       r->size / r->kind.folio_size, r->kind.folio_size);
	if (r->base == MAP_FAILED)
		return broken(t, "mmap", "mmap of %zu bytes: %m", r->size);
	if (advise(t, r))
		return broken(t, "madvise", "madvise on %zu bytes: %m", r->size);
	return OK;
}

enum outcome region_map(struct trial *t, struct region *r, size_t size, struct page_kind kind)
{
	char name[32];

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
	return map(t, r);
}

static enum outcome map_again(struct trial *t, struct region *r)
{
	if (munmap(r->base, r->size))
		return broken(t, "munmap", "munmap of %zu bytes: %m", r->size);
	if (r->memfd >= 0 && (ftruncate(r->memfd, 0) || ftruncate(r->memfd, r->size)))
		return broken(t, "memfd", "emptying a memfd of %zu bytes: %m", r->size);
	return map(t, r);
}

/* ---- placing ---- */

/* Other processes that map the region; each dies with its parent. */
static enum outcome add_mappers(struct trial *t, const struct region *r)
{
	for (unsigned i = 1; i < r->kind.mappers; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return broken(t, "fork", "fork of mapper %u: %m", i);
		if (pid)
			continue;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (size_t p = 0; p < r->pages; p++)
			(void)*(volatile char *)(r->base + p * r->page_size);
		for (;;)
			pause();
	}
	return OK;
}

/* Whoever writes first decides the place: under a policy that allows only that node. */
static enum outcome fill(struct trial *t, struct region *r, int node)
{
	struct bitmask *mask = numa_allocate_nodemask();
	int bound;

	numa_bitmask_setbit(mask, node);
	bound = set_mempolicy(MPOL_BIND, mask->maskp, mask->size + 1);	/* the kernel takes one bit less than it is told */
	numa_bitmask_free(mask);
	if (bound)
		return broken(t, "set_mempolicy", "binding to node %d: %m", node);
	for (size_t i = 0; i < r->pages; i++)
		fill_page(r->base + i * r->page_size, r->page_size, i);
	set_mempolicy(MPOL_DEFAULT, NULL, 0);
	if (r->kind.backing == BACKING_MLOCKED && mlock(r->base, r->size))
		return blocked(t, "mlock", "mlock of %zu bytes: %m (raise RLIMIT_MEMLOCK)", r->size);
	r->filled = true;
	return r->kind.mappers > 1 ? add_mappers(t, r) : OK;
}

static void move_back(const struct region *r, int node)
{
	size_t step = r->kind.folio_size, count = r->size / step;
	void **address = malloc(count * sizeof(*address));
	int *target = malloc(count * sizeof(*target)), *status = malloc(count * sizeof(*status));
	int flags = r->kind.mappers > 1 ? MPOL_MF_MOVE_ALL : MPOL_MF_MOVE;

	for (size_t i = 0; address && target && status && i < count; i++) {
		address[i] = r->base + i * step;
		target[i] = node;
	}
	if (address && target && status)
		move_pages(0, count, address, target, status, flags);
	free(address);
	free(target);
	free(status);
}

/* Of the kind's size? OK, WRONG with the fault, or BLOCKED when large folios cannot be looked at. */
enum outcome region_check_folios(struct trial *t, const struct region *r)
{
	bool large = r->kind.folio_size > r->page_size;

	switch (folios_prove(r->base, r->size, r->page_size, r->kind.folio_size)) {
	case FOLIOS_DIFFER:
		return wrong(t, "folio-split", "%s", fault_text());
	case FOLIOS_UNREADABLE:
		return large ? blocked(t, "folio-unproven", "%s", fault_text()) : OK;
	case FOLIOS_PROVEN:
		break;
	}
	if (r->kind.backing == BACKING_ANON && large && r->kind.folio_size == t->machine->thp_size &&
	    folios_pmd_mapped_bytes(r->base, r->size) != (long long)r->size)
		return wrong(t, "pmd-split", "only %lld of %zu bytes are mapped by PMDs",
			     folios_pmd_mapped_bytes(r->base, r->size), r->size);
	return OK;
}

static bool is_placed(struct trial *t, const struct region *r, int node)
{
	return r->filled && region_pages_on(r, node) == r->pages && region_check_folios(t, r) != WRONG;
}

enum outcome region_place(struct trial *t, struct region *r, int node)
{
	enum outcome o;

	if (r->filled)
		move_back(r, node);
	if (!is_placed(t, r, node)) {
		o = r->filled ? map_again(t, r) : OK;
		if (o == OK)
			o = fill(t, r, node);
		if (o != OK)
			return o;
	}
	if (region_pages_on(r, node) != r->pages)
		return skipped(t, "not-placed", "%zu of %zu pages could be put on node %d",
			       region_pages_on(r, node), r->pages, node);
	o = region_check_folios(t, r);
	return o == WRONG ? skipped(t, "folio-refused", "the kernel gave other folios than asked for: %s", fault_text())
			  : o;
}

/* ---- verifying ---- */

static size_t pages_left(const struct trial *t)
{
	size_t pages = 0;

	for (int i = 0; i < STATUS_KINDS; i++)
		pages += t->left[i].pages;
	return pages;
}

enum outcome region_verify(struct trial *t, const struct region *r, int node)
{
	size_t left = pages_left(t), moved = region_pages_on(r, node);
	enum outcome o;

	t->m.pages_moved += moved;
	if (moved + left != r->pages)
		return wrong(t, "left-behind", "%zu of %zu pages on node %d, %zu reported unmoved by the kernel", moved,
			     r->pages, node, left);
	o = region_check_data(t, r);
	return o == OK ? region_check_folios(t, r) : o;
}

/* ---- move lists ---- */

enum outcome move_list_fill(struct trial *t, struct move_list *list, const struct region *r, int node)
{
	list->len = r->size / r->kind.folio_size;
	list->page = malloc(list->len * sizeof(*list->page));
	list->node = malloc(list->len * sizeof(*list->node));
	list->status = malloc(list->len * sizeof(*list->status));
	if (!list->page || !list->node || !list->status)
		return broken(t, "no-memory", "no memory for a list of %zu pages", list->len);
	for (size_t i = 0; i < list->len; i++) {
		list->page[i] = r->base + i * r->kind.folio_size;
		list->node[i] = node;
	}
	move_list_reset(list);
	return OK;
}

void move_list_reset(struct move_list *list)
{
	for (size_t i = 0; i < list->len; i++)
		list->status[i] = STATUS_UNTOUCHED;
}

void move_list_left(struct trial *t, const struct move_list *list, size_t pages_each)
{
	for (size_t i = 0; i < list->len; i++)
		if (list->status[i] < 0)
			trial_left(t, list->status[i], pages_each);
}
