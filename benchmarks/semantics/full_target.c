// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * full_target - what is moved, and said, when the target runs full in the middle
 *
 * All of the target is filled but for some hundred pages, and 4,096 are to go
 * there. They are locked, so that nothing is swapped to make room.
 */
#include <sys/mman.h>
#include "rule.h"

#define PAGES	   4096
#define ROOM	   800 /* pages given back on the target; some of them to lists of a CPU, where they do not count as free */
#define FILL_PAGES 8192 /* for the last of the target, between two watermarks */
#define ELSEWHERE  64	/* first touches in a row that the kernel sent to another node: this one is nearly full */

#define FILLS_A_NODE                                                                                                   \
	{                                                                                                              \
		.memory_nodes = 2, .privileges = NEEDS_ROOT, .not_in = MODE_HARDWARE, .not_in_code = "fills-a-node",   \
		.not_in_why = "it fills a whole node, which is only done in the lab"                                   \
	}

/* Folio by folio under a policy that may fall back: the rest of the memory would be no reason to kill somebody. */
static void fill_by_touch(struct trial *t, int node, struct page_kind kind)
{
	size_t folios = node_bytes(t, node) / kind.folio_size;
	struct region fill = memory_untouched(t, kind, folios);
	size_t elsewhere = 0;

	must(t, "set_mempolicy", call_set_mempolicy(MPOL_PREFERRED, nodes_one(node)));
	for (size_t i = 0; i < folios && elsewhere < ELSEWHERE; i++) {
		char *folio = fill.base + i * kind.folio_size;

		*(volatile char *)folio = 1;
		elsewhere = node_of(folio) == node ? 0 : elsewhere + 1;
	}
	must(t, "set_mempolicy", call_set_mempolicy(MPOL_DEFAULT, nodes_none()));
}

/* A move takes what a first touch leaves, and never has a process killed. */
static void fill_by_move(struct trial *t, const struct region *fill, int node)
{
	long result = 0;

	for (size_t i = 0; i < fill->pages && result != -ENOMEM; i++)
		result = move_one(page_at(fill, i), node, MPOL_MF_MOVE).result;
	if (result != -ENOMEM)
		rule_end(t, broken(t, "step", "node %d is not full after %zu more pages", node, fill->pages));
}

static void give_back(struct trial *t, const struct region *r)
{
	must(t, "munmap", call(munmap(r->base, r->size)));
}

/* PAGES pages on the source, and room for some hundred on the target. */
static struct region pages_before_full_target(struct trial *t)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from), fill = pages_on(t, FILL_PAGES, t->nodes.from);
	struct region room = pages_on(t, ROOM, t->nodes.to);

	give_back(t, &room); /* and with it what is too much on the CPU's list */
	room = pages_on(t, ROOM, t->nodes.to);
	must(t, "mlockall", call(mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT)));
	if (kind_thp(t).folio_size)
		fill_by_touch(t, t->nodes.to, kind_thp(t));
	fill_by_touch(t, t->nodes.to, kind_base(t));
	fill_by_move(t, &fill, t->nodes.to);
	give_back(t, &room);
	return mem;
}

/* Some hundred went, the others are where they were, and all hold their data. */
static void expect_some_moved(struct trial *t, const struct region *mem)
{
	size_t moved = region_pages_on(mem, t->nodes.to);
	enum outcome o = region_check_data(t, mem);

	expect_at_least(t, "number of pages moved", moved, 100);
	expect_at_least(t, "number of pages left", PAGES - moved, 1);
	expect(t, "number of pages where they were", region_pages_on(mem, t->nodes.from), PAGES - moved);
	if (o != OK)
		rule_end(t, o);
}

static void by_move_pages(struct trial *t)
{
	struct region mem = pages_before_full_target(t);
	static void *page[PAGES];
	static int node[PAGES], status[PAGES];
	long unwritten = 0;

	for (size_t i = 0; i < PAGES; i++) {
		page[i] = page_at(&mem, i);
		node[i] = t->nodes.to;
		status[i] = STATUS_UNTOUCHED;
	}
	expect(t, "result", call_move_pages(0, PAGES, page, node, status, MPOL_MF_MOVE), -ENOMEM);
	for (size_t i = 0; i < PAGES; i++)
		unwritten += status[i] == STATUS_UNTOUCHED;
	expect(t, "number of statuses unwritten", unwritten, PAGES);
	expect_some_moved(t, &mem);
}

static void by_mbind(struct trial *t)
{
	struct region mem = pages_before_full_target(t);
	long wanted = t->rule->with & MPOL_MF_STRICT ? -EIO : 0;

	expect(t, "result", call_mbind(mem.base, mem.size, MPOL_BIND, nodes_one(t->nodes.to), t->rule->with), wanted);
	expect_some_moved(t, &mem);
}

static void by_migrate_pages(struct trial *t)
{
	struct region mem = pages_before_full_target(t);

	expect(t, "result", call_migrate_pages(0, nodes_one(t->nodes.from), nodes_one(t->nodes.to)), -ENOMEM);
	expect_some_moved(t, &mem);
}

static const struct knob_value knobs[] = {
	{ "thp", "madvise" },
	{ "/proc/sys/vm/percpu_pagelist_high_fraction", "1000000" }, /* lists of a CPU as short as they can be */
	{},
};

static const struct rule rules[] = {
	{ "move_pages", "move_pages: -ENOMEM, and no status is written, though hundreds of pages have moved",
	  by_move_pages, FILLS_A_NODE },
	{ "mbind", "mbind MOVE: result 0, some pages moved and the others left", by_mbind, FILLS_A_NODE, MPOL_MF_MOVE },
	{ "mbind_strict", "mbind MOVE with STRICT: -EIO, some pages moved and the others left", by_mbind, FILLS_A_NODE,
	  MPOL_MF_MOVE | MPOL_MF_STRICT },
	{ "migrate_pages", "migrate_pages: -ENOMEM, some pages moved and the others left", by_migrate_pages,
	  FILLS_A_NODE },
	{},
};

BENCHMARK(full_target) = {
	.name = "full_target",
	.about = "what is moved and reported when the target fills up halfway",
	.kind = SEMANTICS,
	.revision = 1,
	.rules = rules,
	.knobs = knobs,
};
