// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * thp - what one address of a transparent huge page moves
 *
 * A folio moves whole, whichever of its addresses is named. "Huge" is what
 * smaps calls AnonHugePages: mapped by one PMD.
 */
#include <sys/mman.h>
#include "rule.h"

#define WITH_RIGHT                                                                                                     \
	{                                                                                                              \
		.memory_nodes = 2, .privileges = NEEDS_SYS_NICE                                                        \
	}

static struct region thp_on(struct trial *t, int node)
{
	return memory_on(t, kind_thp(t), 1, node);
}

static long huge_bytes(struct trial *t, const struct region *mem)
{
	return smaps_bytes(t, mem->base, "AnonHugePages");
}

static void expect_whole(struct trial *t, const struct region *mem)
{
	expect_moved(t, mem, t->nodes.to);
	expect(t, "bytes mapped huge", huge_bytes(t, mem), mem->size);
}

/* ---- one address ---- */

static void one_address(struct trial *t)
{
	struct region mem = thp_on(t, t->nodes.from);
	struct move_answer a = move_one(page_at(&mem, t->rule->with), t->nodes.to, MPOL_MF_MOVE);

	expect(t, "status", a.status, t->nodes.to);
	expect(t, "result", a.result, 0);
	expect_whole(t, &mem);
}

static void query_all(struct trial *t)
{
	struct region mem = thp_on(t, t->nodes.from);

	expect(t, "number of pages on the node", region_pages_on(&mem, t->nodes.from), mem.pages);
}

/* ---- every address ---- */

static void expect_one_busy(struct trial *t, const struct region *mem, size_t batches)
{
	size_t busy = 0, each = mem->pages / batches;

	for (size_t i = 0; i < batches; i++) {
		struct batch b = {};

		for (size_t page = 0; page < each; page++)
			batch_add(&b, page_at(mem, i * each + page), t->nodes.to);
		expect(t, "result", batch_move(&b, MPOL_MF_MOVE), 0);
		busy += batch_statuses(&b, -EBUSY);
		expect(t, "number of statuses on the target or busy",
		       batch_statuses(&b, t->nodes.to) + batch_statuses(&b, -EBUSY), each);
	}
	expect(t, "number of statuses -EBUSY", busy, 1);
}

static void every_address(struct trial *t)
{
	struct region mem = thp_on(t, t->nodes.from);

	if (mem.pages > BATCH_MAX)
		rule_end(t, skipped(t, "too-large", "the rule was written for at most %d pages, a huge page has %zu",
				    BATCH_MAX, mem.pages));
	expect_one_busy(t, &mem, 1);
	expect_whole(t, &mem);
}

/* Each change of target ends the batch before: the folio moves back and forth, and the last address decides. */
static void two_targets(struct trial *t)
{
	struct region mem = thp_on(t, t->nodes.from);
	struct batch b = {};

	for (size_t i = 0; i < 5; i++)
		batch_add(&b, page_at(&mem, i), i % 2 ? t->nodes.from : t->nodes.to);
	expect(t, "result", batch_move(&b, MPOL_MF_MOVE), 0);
	for (size_t i = 0; i < 5; i++)
		expect(t, "status", b.status[i], b.node[i]);
	expect_whole(t, &mem);
}

/* ---- not mapped by one PMD any more ---- */

static void pte_mapped(struct trial *t)
{
	struct region mem = thp_on(t, t->nodes.from);
	struct move_answer a;

	must(t, "mprotect", call(mprotect(page_at(&mem, 3), mem.page_size, PROT_READ)));
	if (huge_bytes(t, &mem))
		rule_end(t, broken(t, "step", "the huge page is still mapped by a PMD"));
	a = move_one(page_at(&mem, 7), t->nodes.to, MPOL_MF_MOVE);
	expect(t, "status", a.status, t->nodes.to);
	expect(t, "result", a.result, 0);
	expect_moved(t, &mem, t->nodes.to);
}

static void part_dropped(struct trial *t)
{
	struct region mem = thp_on(t, t->nodes.from);

	must(t, "madvise", call(madvise(page_at(&mem, 3), mem.page_size, MADV_DONTNEED)));
	expect_one_of(t, "status", node_of(page_at(&mem, 3)),
		      ANSWERS({ -ENOENT, "since 6.12" }, { -EFAULT, "before 6.12" }));
	expect(t, "number of pages left", region_pages_on(&mem, t->nodes.from), mem.pages - 1);
}

static void part_dropped_move(struct trial *t)
{
	struct region mem = thp_on(t, t->nodes.from);

	must(t, "madvise", call(madvise(page_at(&mem, 3), mem.page_size, MADV_DONTNEED)));
	expect(t, "status", move_one(page_at(&mem, 7), t->nodes.to, MPOL_MF_MOVE).status, t->nodes.to);
	expect(t, "number of pages moved", region_pages_on(&mem, t->nodes.to), mem.pages - 1);
}

/* ---- mbind of a part ---- */

static void mbind_part(struct trial *t)
{
	struct region mem = thp_on(t, t->nodes.from);

	expect(t, "result", call_mbind(mem.base, mem.size / 4, MPOL_BIND, nodes_one(t->nodes.to), MPOL_MF_MOVE), 0);
	expect_moved(t, &mem, t->nodes.to);
	expect(t, "bytes mapped huge", huge_bytes(t, &mem), 0);
}

static void mbind_whole(struct trial *t)
{
	struct region mem = thp_on(t, t->nodes.from);

	expect(t, "result", call_mbind(mem.base, mem.size, MPOL_BIND, nodes_one(t->nodes.to), MPOL_MF_MOVE), 0);
	expect_whole(t, &mem);
}

/* ---- shared since a fork ---- */

static void shared_move(struct trial *t)
{
	struct region mem = thp_on(t, t->nodes.from);
	struct move_answer a;

	process_start(t, NULL, NULL);
	a = move_one(mem.base, t->nodes.to, MPOL_MF_MOVE);
	expect(t, "status", a.status, -EACCES);
	expect(t, "result", a.result, 0);
	expect(t, "number of pages where they were", region_pages_on(&mem, t->nodes.from), mem.pages);
}

static void shared_move_all(struct trial *t)
{
	struct region mem = thp_on(t, t->nodes.from);
	struct move_answer a;

	process_start(t, NULL, NULL);
	a = move_one(mem.base, t->nodes.to, MPOL_MF_MOVE_ALL);
	expect(t, "status", a.status, t->nodes.to);
	expect(t, "result", a.result, 0);
	expect_whole(t, &mem);
}

/* ---- counters ---- */

static void counters(struct trial *t)
{
	struct region mem = thp_on(t, t->nodes.from);
	struct vmstat *before = vmstat_new(), *after = vmstat_new();

	must(t, "vmstat", vmstat_read(before));
	expect(t, "status", move_one(mem.base, t->nodes.to, MPOL_MF_MOVE).status, t->nodes.to);
	must(t, "vmstat", vmstat_read(after));
	expect_at_least(t, "rise of pgmigrate_success", counter_rise(t, before, after, "pgmigrate_success"), mem.pages);
	expect(t, "rise of thp_migration_success", counter_rise(t, before, after, "thp_migration_success"), 1);
	expect(t, "rise of thp_migration_split", counter_rise(t, before, after, "thp_migration_split"), 0);
}

/* ---- MADV_COLLAPSE, which may migrate by itself ---- */

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

static void collapse(struct trial *t)
{
	struct region mem = memory_untouched(t, kind_base(t), kind_thp(t).folio_size / kind_base(t).folio_size);
	enum outcome o = region_place(t, &mem, t->nodes.from);
	long result;

	if (o != OK)
		rule_end(t, o);
	for (size_t i = 0; i < mem.pages * 3 / 4; i++)
		must(t, "move_pages", move_one(page_at(&mem, i), t->nodes.to, MPOL_MF_MOVE).result);
	expect(t, "number of pages on the other node", region_pages_on(&mem, t->nodes.to), mem.pages * 3 / 4);
	must(t, "madvise", call(madvise(mem.base, mem.size, MADV_HUGEPAGE)));
	result = call(madvise(mem.base, mem.size, MADV_COLLAPSE));
	if (result == -EINVAL)
		rule_end(t, skipped(t, "no-collapse", "the kernel has no MADV_COLLAPSE (since 6.1)"));
	expect(t, "result", result, 0);
	expect_whole(t, &mem);
}

static const struct knob_value knobs[] = { { "thp", "madvise" }, {} };

static const struct rule rules[] = {
	{ "head", "first address: moves the whole huge page, which stays huge", one_address, TWO_NODES, 0 },
	{ "inside", "address inside: moves the whole huge page, which stays huge", one_address, TWO_NODES, 5 },
	{ "query", "any address, asked about: the node of the huge page", query_all },
	{ "every_address",
	  "all addresses in one call: result 0, one status -EBUSY, the others the target; it moves whole",
	  every_address, TWO_NODES },
	{ "two_targets",
	  "addresses inside with alternating targets: it moves back and forth, each status is its target", two_targets,
	  TWO_NODES },
	{ "pte_mapped", "huge page mapped by PTEs: one address moves all of it", pte_mapped, TWO_NODES },
	{ "part_dropped", "page of it released by MADV_DONTNEED: status of an untouched page", part_dropped },
	{ "part_dropped_move", "huge page with a page released: one address moves all the rest", part_dropped_move,
	  TWO_NODES },
	{ "mbind_part", "mbind MOVE of a quarter: moves all of it, and the PMD mapping is split", mbind_part,
	  TWO_NODES },
	{ "mbind_whole", "mbind MOVE of the whole: moves it, and it stays huge", mbind_whole, TWO_NODES },
	{ "shared_move", "huge page shared since a fork, MOVE: status -EACCES, it stays", shared_move, TWO_NODES },
	{ "shared_move_all", "huge page shared since a fork, MOVE_ALL: moves and stays huge", shared_move_all,
	  WITH_RIGHT },
	{ "counters", "pgmigrate_success counts its base pages, thp_migration_success counts 1, nothing is split",
	  counters, TWO_NODES },
	{ "collapse", "MADV_COLLAPSE of small pages, 3/4 on another node: the huge page is there", collapse,
	  TWO_NODES },
	{},
};

BENCHMARK(thp) = {
	.name = "thp",
	.about = "what one address of a transparent huge page moves",
	.kind = SEMANTICS,
	.revision = 1,
	.rules = rules,
	.knobs = knobs,
};
