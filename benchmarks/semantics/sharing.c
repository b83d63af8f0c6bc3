// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sharing - what becomes of pages that several processes map
 *
 * MPOL_MF_MOVE leaves them where they are, and says so by a status, not by
 * the result; MPOL_MF_MOVE_ALL moves them under everybody's feet.
 */
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>
#include "rule.h"

#define PAGES 8
#define WITH_RIGHT                                                                                                     \
	{                                                                                                              \
		.memory_nodes = 2, .privileges = NEEDS_SYS_NICE                                                        \
	}

/* Maps what is there, without changing it. */
static void touch(struct trial *t, void *with)
{
	const struct region *mem = with;

	(void)t;
	for (size_t i = 0; i < mem->pages; i++)
		(void)*(const volatile char *)page_at(mem, i);
}

static void rewrite(struct trial *t, void *with)
{
	const struct region *mem = with;

	(void)t;
	for (size_t i = 0; i < mem->pages; i++)
		*(volatile char *)page_at(mem, i) += 0;
}

static long move_all_pages(struct trial *t, const struct region *mem, struct batch *b, int flags)
{
	for (size_t i = 0; i < mem->pages; i++)
		batch_add(b, page_at(mem, i), t->nodes.to);
	return batch_move(b, flags);
}

static void expect_refused(struct trial *t, const struct region *mem)
{
	struct batch b = {};
	long result = move_all_pages(t, mem, &b, MPOL_MF_MOVE);

	expect(t, "status", b.status[0], -EACCES);
	expect(t, "number of statuses -EACCES", batch_statuses(&b, -EACCES), PAGES);
	expect(t, "result", result, 0);
	expect(t, "number of pages where they were", region_pages_on(mem, t->nodes.from), PAGES);
}

static void expect_moves(struct trial *t, const struct region *mem, int flags)
{
	struct batch b = {};
	long result = move_all_pages(t, mem, &b, flags);

	expect(t, "status", b.status[0], t->nodes.to);
	expect(t, "number of statuses on the target", batch_statuses(&b, t->nodes.to), PAGES);
	expect(t, "result", result, 0);
	expect_moved(t, mem, t->nodes.to);
}

/* ---- mapped by two ---- */

static struct region shared_by_two(struct trial *t, enum page_backing backing, pid_t *other)
{
	struct region mem = memory_on(t, kind_backed(t, backing), PAGES, t->nodes.from);

	*other = process_start(t, touch, &mem);
	return mem;
}

static void move_refused(struct trial *t)
{
	pid_t other;
	struct region mem = shared_by_two(t, t->rule->with, &other);

	expect_refused(t, &mem);
}

static void move_all(struct trial *t)
{
	struct batch theirs = {};
	pid_t other;
	struct region mem = shared_by_two(t, t->rule->with, &other);

	expect_moves(t, &mem, MPOL_MF_MOVE_ALL);
	for (size_t i = 0; i < PAGES; i++)
		batch_add(&theirs, page_at(&mem, i), -1);
	must(t, "query of the other process", call_move_pages(other, PAGES, theirs.page, NULL, theirs.status, 0));
	expect(t, "number of pages the other process sees there", batch_statuses(&theirs, t->nodes.to), PAGES);
}

/* ---- mapped by one again, or still ---- */

static void other_ended(struct trial *t)
{
	pid_t other;
	struct region mem = shared_by_two(t, BACKING_SHARED, &other);

	process_end(other);
	expect_moves(t, &mem, MPOL_MF_MOVE);
}

/* A fork copies no page tables of shared memory: the child maps a page when it touches it. */
static void other_never_touched(struct trial *t)
{
	struct region mem = memory_on(t, kind_backed(t, BACKING_SHARED), PAGES, t->nodes.from);

	process_start(t, NULL, NULL);
	expect_moves(t, &mem, MPOL_MF_MOVE);
}

static void other_has_written(struct trial *t)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);

	process_start(t, rewrite, &mem);
	expect_moves(t, &mem, MPOL_MF_MOVE);
}

static void already_there(struct trial *t)
{
	pid_t other;
	struct region mem = shared_by_two(t, BACKING_SHARED, &other);
	struct move_answer a = move_one(mem.base, t->nodes.from, MPOL_MF_MOVE);

	expect(t, "status", a.status, t->nodes.from);
	expect(t, "result", a.result, 0);
}

/* ---- memory that others brought in ---- */

static void not_mapped_here(struct trial *t)
{
	struct region mem = memory_on(t, kind_backed(t, BACKING_SHMEM), 1, t->nodes.from);
	char *second = region_map_twice(&mem, 0);

	must(t, "second mapping", second == MAP_FAILED ? -errno : 0);
	expect(t, "status", node_of(second), -ENOENT);
	expect(t, "node by the first mapping", node_of(mem.base), t->nodes.from);
}

/* Twice in one process counts as twice. */
static void mapped_twice_here(struct trial *t)
{
	struct region mem = memory_on(t, kind_backed(t, BACKING_SHMEM), 1, t->nodes.from);
	char *second = region_map_twice(&mem, MAP_POPULATE);
	struct move_answer a;

	must(t, "second mapping", second == MAP_FAILED ? -errno : 0);
	a = move_one(mem.base, t->nodes.to, MPOL_MF_MOVE);
	expect(t, "status", a.status, -EACCES);
	expect(t, "result", a.result, 0);
	expect(t, "node by query", node_of(mem.base), t->nodes.from);
}

/* ---- code ---- */

static void read_byte(struct trial *t, void *with)
{
	(void)t;
	(void)*(const volatile char *)with;
}

/* The function's page, mapped by another process that runs the same program too. */
static const void *own_code(struct trial *t)
{
	void *page = (void *)((uintptr_t)own_code & -(uintptr_t)getpagesize());

	read_byte(t, page);
	process_start(t, read_byte, page);
	must(t, "query of own code", node_of(page));
	return page;
}

static int elsewhere(struct trial *t, const void *page)
{
	return node_of(page) == t->nodes.to ? t->nodes.from : t->nodes.to;
}

static void code_refused(struct trial *t)
{
	const void *page = own_code(t);
	long before = node_of(page);

	expect(t, "status", move_one(page, elsewhere(t, page), MPOL_MF_MOVE).status, -EACCES);
	expect(t, "node by query", node_of(page), before);
}

static void code_moves(struct trial *t)
{
	const void *page = own_code(t);
	int back = node_of(page), target = elsewhere(t, page);

	expect(t, "status", move_one(page, target, MPOL_MF_MOVE_ALL).status, target);
	expect(t, "node by query", node_of(page), target);
	must(t, "moving it back", move_one(page, back, MPOL_MF_MOVE_ALL).result);
}

static const struct rule rules[] = {
	{ "shared_anon_move", "MAP_SHARED anonymous pages of 2 mappers, MOVE: status -EACCES, they stay, result 0",
	  move_refused, TWO_NODES, BACKING_SHARED },
	{ "shared_anon_move_all", "MAP_SHARED anonymous pages of 2 mappers, MOVE_ALL: they move for both", move_all,
	  WITH_RIGHT, BACKING_SHARED },
	{ "shmem_move", "tmpfs pages of 2 mappers, MOVE: status -EACCES, they stay, result 0", move_refused, TWO_NODES,
	  BACKING_SHMEM },
	{ "shmem_move_all", "tmpfs pages of 2 mappers, MOVE_ALL: they move for both", move_all, WITH_RIGHT,
	  BACKING_SHMEM },
	{ "cow_move", "private pages shared since a fork, MOVE: status -EACCES, they stay, result 0", move_refused,
	  TWO_NODES, BACKING_ANON },
	{ "cow_move_all", "private pages shared since a fork, MOVE_ALL: they move for both", move_all, WITH_RIGHT,
	  BACKING_ANON },
	{ "other_has_written", "private pages after the child wrote its own: MOVE moves ours", other_has_written,
	  TWO_NODES },
	{ "other_ended", "shared pages after the other mapper ended: MOVE moves them", other_ended, TWO_NODES },
	{ "other_never_touched", "shared memory whose other process never touched it: MOVE moves it",
	  other_never_touched, TWO_NODES },
	{ "already_there", "shared page already on the target: status is the node, not -EACCES", already_there },
	{ "mapped_twice_here", "tmpfs page mapped twice in one process, MOVE: status -EACCES, it stays",
	  mapped_twice_here, TWO_NODES },
	{ "not_mapped_here", "tmpfs page in memory, but not at this address: status -ENOENT, on old kernels too",
	  not_mapped_here },
	{ "code_move", "page of code that other processes run too, MOVE: status -EACCES, it stays", code_refused,
	  TWO_NODES },
	{ "code_move_all", "page of code that other processes run too, MOVE_ALL: moves", code_moves, WITH_RIGHT },
	{},
};

BENCHMARK(sharing) = {
	.name = "sharing",
	.about = "what happens to pages that several processes map",
	.kind = SEMANTICS,
	.revision = 1,
	.rules = rules,
};
