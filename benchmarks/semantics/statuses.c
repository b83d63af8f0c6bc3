// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * statuses - what move_pages(2) writes for each page
 *
 * One call, and then a query of where the page is: a status alone proves nothing.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include "rule.h"

/* Kernel 6.12 looks pages up in another way; before, several kinds of absence were one error. */
#define ABSENT ANSWERS({ -ENOENT, "since 6.12" }, { -EFAULT, "before 6.12" })

/* ---- pages that move ---- */

static void expect_moves(struct trial *t, const void *address)
{
	struct move_answer a = move_one(address, t->nodes.to, MPOL_MF_MOVE);

	expect(t, "status", a.status, t->nodes.to);
	expect(t, "result", a.result, 0);
	expect(t, "node by query", node_of(address), t->nodes.to);
}

static void moves(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from);

	expect_moves(t, mem.base + t->rule->with);
	expect_moved(t, &mem, t->nodes.to);
}

static void backing_moves(struct trial *t)
{
	struct region mem = memory_on(t, kind_backed(t, t->rule->with), 1, t->nodes.from);

	expect_moves(t, mem.base);
	expect_moved(t, &mem, t->nodes.to);
}

static void same_node(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from);
	struct move_answer a = move_one(mem.base, t->nodes.from, MPOL_MF_MOVE);

	expect(t, "status", a.status, t->nodes.from);
	expect(t, "result", a.result, 0);
}

/* ---- addresses without a page of their own ---- */

static void untouched_query(struct trial *t)
{
	struct region mem = memory_untouched(t, kind_base(t), 1);

	expect_one_of(t, "status", node_of(mem.base), ABSENT);
}

static void untouched_move(struct trial *t)
{
	struct region mem = memory_untouched(t, kind_base(t), 1);
	struct move_answer a = move_one(mem.base, t->nodes.to, MPOL_MF_MOVE);

	expect_one_of(t, "status", a.status, ABSENT);
	expect(t, "result", a.result, 0);
	expect(t, "status by query", node_of(mem.base), a.status);
}

/* A page that has been is as absent as one that never was. */
static void dropped(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from);
	long query;

	must(t, "madvise", call(madvise(mem.base, mem.size, MADV_DONTNEED)));
	query = node_of(mem.base);
	expect_one_of(t, "status", query, ABSENT);
	expect(t, "status of a move", move_one(mem.base, t->nodes.to, MPOL_MF_MOVE).status, query);
}

/* Reading maps it. */
static const void *zero_page(struct trial *t)
{
	struct region mem = memory_untouched(t, kind_base(t), 1);

	(void)*(const volatile char *)mem.base;
	return mem.base;
}

static void zero_page_query(struct trial *t)
{
	expect(t, "status", node_of(zero_page(t)), -EFAULT);
}

static void zero_page_move(struct trial *t)
{
	const void *page = zero_page(t);
	struct move_answer a = move_one(page, t->nodes.to, MPOL_MF_MOVE);

	expect(t, "status", a.status, -EFAULT);
	expect(t, "result", a.result, 0);
	expect(t, "status by query", node_of(page), -EFAULT);
}

static void expect_no_memory(struct trial *t, const void *address)
{
	struct move_answer a = move_one(address, t->nodes.to, MPOL_MF_MOVE);

	expect(t, "status", a.status, -EFAULT);
	expect(t, "result", a.result, 0);
	expect(t, "status by query", node_of(address), -EFAULT);
}

static void unmapped(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from);

	must(t, "munmap", call(munmap(mem.base, mem.size)));
	expect_no_memory(t, mem.base);
}

static void null_address(struct trial *t)
{
	expect_no_memory(t, NULL);
}

static void kernel_address(struct trial *t)
{
	expect_no_memory(t, (void *)(~0ul << 20)); /* the topmost addresses are the kernel's everywhere */
}

/* ---- one call, several pages ---- */

static void gap_in_batch(struct trial *t)
{
	struct region mem = pages_on(t, 8, t->nodes.from);
	struct batch b = {};
	long result;

	must(t, "madvise", call(madvise(page_at(&mem, 3), mem.page_size, MADV_DONTNEED)));
	for (size_t i = 0; i < 8; i++)
		batch_add(&b, page_at(&mem, i), t->nodes.to);
	result = batch_move(&b, MPOL_MF_MOVE);
	expect_one_of(t, "status of the gap", b.status[3], ABSENT);
	expect(t, "result", result, 0);
	expect(t, "number of other statuses", batch_statuses(&b, t->nodes.to), 7);
	expect(t, "number of pages on the target", region_pages_on(&mem, t->nodes.to), 7);
}

/* The kernel asks in chunks of 16. */
static void query_chunks(struct trial *t)
{
	struct region mem = memory_untouched(t, kind_base(t), 40);
	void *pages[40];
	int status[40];

	for (size_t i = 0; i < 40; i++) {
		pages[i] = page_at(&mem, i);
		status[i] = STATUS_UNTOUCHED;
		if (i % 3)
			*(volatile char *)pages[i] = 1;
	}
	expect(t, "result", call_move_pages(0, 40, pages, NULL, status, 0), 0);
	for (size_t i = 0; i < 40; i++)
		expect(t, i % 3 ? "status of a page" : "status of a gap", status[i] >= 0, i % 3 != 0);
}

static const struct rule rules[] = {
	{ "moved", "resident page: status is the target node, result 0, and the page is there", moves, TWO_NODES },
	{ "unaligned", "address within a page: stands for the page", moves, TWO_NODES, 123 },
	{ "same_node", "page already on the target: status is its node, result 0, like a page moved", same_node },
	{ "shared_anon", "MAP_SHARED anonymous page of one mapper: moves as a private one", backing_moves, TWO_NODES,
	  BACKING_SHARED },
	{ "shmem", "tmpfs page of one mapper: moves as a private one", backing_moves, TWO_NODES, BACKING_SHMEM },
	{ "untouched_query", "untouched page, asked about: status -ENOENT (-EFAULT before 6.12)", untouched_query },
	{ "untouched_move", "untouched page, moved: the same status, result 0", untouched_move },
	{ "dropped", "page released by MADV_DONTNEED: the status of an untouched one", dropped },
	{ "zero_page_query", "page that was only read is the zero page: status -EFAULT, asked about", zero_page_query },
	{ "zero_page_move", "page that was only read is the zero page: status -EFAULT, moved", zero_page_move },
	{ "unmapped", "unmapped address: status -EFAULT, result 0", unmapped },
	{ "null_address", "NULL: status -EFAULT, result 0", null_address },
	{ "kernel_address", "address of the kernel: status -EFAULT, result 0", kernel_address },
	{ "gap_in_batch", "untouched page among others: it has its own status, the others move, result 0", gap_in_batch,
	  TWO_NODES },
	{ "query_chunks", "query of 40 pages, every third untouched: each slot has its own status", query_chunks },
	{},
};

BENCHMARK(statuses) = {
	.name = "statuses",
	.about = "what move_pages(2) writes for each page",
	.kind = SEMANTICS,
	.revision = 1,
	.rules = rules,
};
