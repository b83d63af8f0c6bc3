// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mbind_rules - what mbind(2) moves, and what it says about it
 *
 * The trap: without MPOL_MF_STRICT the result is 0 whether or not anything
 * moved, and with it for shared pages too. Only a query tells.
 */
#include <sys/mman.h>
#include <unistd.h>
#include "rule.h"

#define PAGES 8
#define WITH_RIGHT                                                                                                     \
	{                                                                                                              \
		.memory_nodes = 2, .privileges = NEEDS_SYS_NICE                                                        \
	}

static long bind_to(struct trial *t, const struct region *mem, unsigned flags)
{
	return call_mbind(mem->base, mem->size, MPOL_BIND, nodes_one(t->nodes.to), flags);
}

/* ---- pages elsewhere ---- */

static void no_flags(struct trial *t)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);

	expect(t, "result", bind_to(t, &mem, 0), 0);
	expect(t, "number of pages where they were", region_pages_on(&mem, t->nodes.from), PAGES);
}

static void move(struct trial *t)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);

	expect(t, "result", bind_to(t, &mem, t->rule->with), 0);
	expect_moved(t, &mem, t->nodes.to);
}

static void strict_only(struct trial *t)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);

	expect(t, "result", bind_to(t, &mem, MPOL_MF_STRICT), -EIO);
	expect(t, "number of pages where they were", region_pages_on(&mem, t->nodes.from), PAGES);
}

static void strict_in_place(struct trial *t)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);

	expect(t, "result", call_mbind(mem.base, mem.size, MPOL_BIND, nodes_one(t->nodes.from), MPOL_MF_STRICT), 0);
}

static void part(struct trial *t)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);

	expect(t, "result",
	       call_mbind(page_at(&mem, 2), 3 * mem.page_size, MPOL_BIND, nodes_one(t->nodes.to), MPOL_MF_MOVE), 0);
	for (size_t i = 0; i < PAGES; i++)
		expect(t, "node of a page", node_of(page_at(&mem, i)), i >= 2 && i < 5 ? t->nodes.to : t->nodes.from);
}

static void flags_refused(struct trial *t)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);

	expect(t, "result", bind_to(t, &mem, t->rule->with), -EINVAL);
	expect(t, "number of pages where they were", region_pages_on(&mem, t->nodes.from), PAGES);
}

/* ---- pages within the mask ---- */

static void interleave_in_mask(struct trial *t)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);

	expect(t, "result",
	       call_mbind(mem.base, mem.size, t->rule->with, nodes_two(t->nodes.from, t->nodes.to), MPOL_MF_MOVE), 0);
	expect(t, "number of pages where they were", region_pages_on(&mem, t->nodes.from), PAGES);
}

static void interleave_from_outside(struct trial *t)
{
	int a = node_number(t, 0), b = node_number(t, 1), outside = node_number(t, 2);
	struct region mem = pages_on(t, PAGES, outside);

	expect(t, "result", call_mbind(mem.base, mem.size, MPOL_INTERLEAVE, nodes_two(a, b), MPOL_MF_MOVE), 0);
	expect(t, "number of pages on the first node", region_pages_on(&mem, a), PAGES / 2);
	expect(t, "number of pages on the second node", region_pages_on(&mem, b), PAGES / 2);
}

static void preferred(struct trial *t)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);

	expect(t, "result", call_mbind(mem.base, mem.size, t->rule->with, nodes_one(t->nodes.to), MPOL_MF_MOVE), 0);
	expect_moved(t, &mem, t->nodes.to);
}

static void default_policy(struct trial *t)
{
	struct region mem = pages_on(t, PAGES, t->nodes.to), fresh = memory_untouched(t, kind_base(t), 1);
	long local;

	*(volatile char *)fresh.base = 1;
	local = node_of(fresh.base);
	expect(t, "result", call_mbind(mem.base, mem.size, MPOL_DEFAULT, nodes_none(), MPOL_MF_MOVE), 0);
	expect_moved(t, &mem, local);
}

/* ---- shared pages ---- */

static void touch(struct trial *t, void *with)
{
	const struct region *mem = with;

	(void)t;
	for (size_t i = 0; i < mem->pages; i++)
		(void)*(const volatile char *)page_at(mem, i);
}

static void shared(struct trial *t)
{
	struct region mem = memory_on(t, kind_backed(t, BACKING_SHARED), PAGES, t->nodes.from);

	process_start(t, touch, &mem);
	expect(t, "result", bind_to(t, &mem, t->rule->with), 0);
	expect(t, "number of pages where they were", region_pages_on(&mem, t->nodes.from), PAGES);
}

static void shared_move_all(struct trial *t)
{
	struct region mem = memory_on(t, kind_backed(t, BACKING_SHARED), PAGES, t->nodes.from);

	process_start(t, touch, &mem);
	expect(t, "result", bind_to(t, &mem, MPOL_MF_MOVE_ALL), 0);
	expect_moved(t, &mem, t->nodes.to);
}

/* ---- ranges ---- */

static void untouched(struct trial *t)
{
	struct region mem = memory_untouched(t, kind_base(t), PAGES);

	expect(t, "result", bind_to(t, &mem, MPOL_MF_MOVE | MPOL_MF_STRICT), 0);
	expect(t, "a page is there", node_of(mem.base) >= 0, false);
	*(volatile char *)mem.base = 1;
	expect(t, "node of the first touch", node_of(mem.base), t->nodes.to);
}

static void unaligned(struct trial *t)
{
	struct region mem = pages_on(t, 2, t->nodes.from);

	expect(t, "result", call_mbind(mem.base + 8, mem.page_size, MPOL_BIND, nodes_one(t->nodes.to), MPOL_MF_MOVE),
	       -EINVAL);
}

static void no_length(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from);

	expect(t, "result", call_mbind(mem.base, 0, MPOL_BIND, nodes_one(t->nodes.to), MPOL_MF_MOVE), 0);
	expect(t, "node by query", node_of(mem.base), t->nodes.from);
}

static void hole(struct trial *t)
{
	struct region mem = pages_on(t, 3, t->nodes.from);

	must(t, "munmap", call(munmap(page_at(&mem, 1), mem.page_size)));
	expect(t, "result", call_mbind(mem.base, mem.size, MPOL_BIND, nodes_one(t->nodes.to), MPOL_MF_MOVE), -EFAULT);
}

static void absent_node(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from);

	expect(t, "result", call_mbind(mem.base, mem.size, MPOL_BIND, nodes_one(node_absent(t)), MPOL_MF_MOVE),
	       -EINVAL);
}

static const struct rule rules[] = {
	{ "no_flags", "policy without flags: result 0, existing pages stay", no_flags, TWO_NODES },
	{ "move", "BIND with MOVE: pages move, result 0", move, TWO_NODES, MPOL_MF_MOVE },
	{ "move_strict", "BIND with MOVE and STRICT: pages move, result 0", move, TWO_NODES,
	  MPOL_MF_MOVE | MPOL_MF_STRICT },
	{ "move_all", "BIND with MOVE_ALL: pages move, result 0", move, WITH_RIGHT, MPOL_MF_MOVE_ALL },
	{ "strict_only", "BIND with STRICT alone, pages elsewhere: -EIO, they stay", strict_only, TWO_NODES },
	{ "strict_in_place", "BIND with STRICT alone, pages in place: result 0", strict_in_place },
	{ "part", "BIND with MOVE of 3 pages out of 8: moves these 3", part, TWO_NODES },
	{ "lazy", "MPOL_MF_LAZY: -EINVAL in every kernel, although the headers have it", flags_refused, {}, FLAG_LAZY },
	{ "lazy_move", "MPOL_MF_LAZY with MOVE: -EINVAL, nothing moves", flags_refused, {}, FLAG_LAZY | MPOL_MF_MOVE },
	{ "lazy_strict",
	  "MPOL_MF_LAZY with STRICT: -EINVAL, nothing moves",
	  flags_refused,
	  {},
	  FLAG_LAZY | MPOL_MF_STRICT },
	{ "interleave_in_mask", "INTERLEAVE over both nodes with MOVE, pages on one: nothing is spread, result 0",
	  interleave_in_mask, TWO_NODES, MPOL_INTERLEAVE },
	{ "interleave_from_outside",
	  "INTERLEAVE over two nodes with MOVE, pages on a third: half on each",
	  interleave_from_outside,
	  { .memory_nodes = 3 } },
	{ "preferred", "PREFERRED with MOVE: pages move to that node", preferred, TWO_NODES, MPOL_PREFERRED },
	{ "preferred_many", "PREFERRED_MANY with MOVE: pages move to the set", preferred, TWO_NODES,
	  MODE_PREFERRED_MANY },
	{ "default_policy", "DEFAULT with MOVE: pages move to where a first touch would put them", default_policy,
	  TWO_NODES },
	{ "shared", "pages of 2 mappers, MOVE: result 0, they stay", shared, TWO_NODES, MPOL_MF_MOVE },
	{ "shared_strict", "pages of 2 mappers, MOVE with STRICT: result 0 as well, and they stay", shared, TWO_NODES,
	  MPOL_MF_MOVE | MPOL_MF_STRICT },
	{ "shared_move_all", "pages of 2 mappers, MOVE_ALL: they move, result 0", shared_move_all, WITH_RIGHT },
	{ "untouched", "untouched range: nothing is allocated, first touch follows the policy", untouched, TWO_NODES },
	{ "unaligned", "start within a page: -EINVAL", unaligned },
	{ "no_length", "length 0: result 0, nothing moves", no_length },
	{ "hole", "range with a hole: -EFAULT", hole },
	{ "absent_node", "node that does not exist: -EINVAL", absent_node },
	{},
};

BENCHMARK(mbind_rules) = {
	.name = "mbind_rules",
	.about = "what mbind(2) moves, and what it reports",
	.kind = SEMANTICS,
	.revision = 1,
	.rules = rules,
};
