// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hugetlb - what one address of a hugetlb page moves
 *
 * Before 6.12 only its first address would do.
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "rule.h"

#define POOL                                                                                                           \
	{                                                                                                              \
		.memory_nodes = 2, .hugetlb_pages = 1                                                                  \
	}
#define POOL_OF_TWO                                                                                                    \
	{                                                                                                              \
		.memory_nodes = 2, .hugetlb_pages = 2                                                                  \
	}
#define POOL_WITH_RIGHT                                                                                                \
	{                                                                                                              \
		.memory_nodes = 2, .privileges = NEEDS_SYS_NICE, .hugetlb_pages = 1                                    \
	}

static struct region huge_on(struct trial *t, int node)
{
	return memory_on(t, kind_hugetlb(t), 1, node);
}

static void head(struct trial *t)
{
	struct region mem = huge_on(t, t->nodes.from);
	struct move_answer a = move_one(mem.base, t->nodes.to, MPOL_MF_MOVE);

	expect(t, "status", a.status, t->nodes.to);
	expect(t, "result", a.result, 0);
	expect_moved(t, &mem, t->nodes.to);
}

static void inside(struct trial *t)
{
	struct region mem = huge_on(t, t->nodes.from);
	struct move_answer a = move_one(page_at(&mem, 1), t->nodes.to, MPOL_MF_MOVE);
	bool moved = expect_one_of(t, "status", a.status,
				   ANSWERS({ -EACCES, "before 6.12" }, { t->nodes.to, "since 6.12" }));

	expect(t, "result", a.result, 0);
	expect_moved(t, &mem, moved ? t->nodes.to : t->nodes.from);
}

static void query(struct trial *t)
{
	struct region mem = huge_on(t, t->nodes.from);

	expect(t, "number of pages on the node", region_pages_on(&mem, t->nodes.from), mem.pages);
}

static void every_address(struct trial *t)
{
	struct region mem = huge_on(t, t->nodes.from);
	int odd = STATUS_UNTOUCHED;
	struct batch b = {};
	long result;

	if (mem.pages > BATCH_MAX)
		rule_end(t, skipped(t, "too-large", "the rule was written for at most %d pages, a huge page has %zu",
				    BATCH_MAX, mem.pages));
	for (size_t i = 0; i < mem.pages; i++)
		batch_add(&b, page_at(&mem, i), t->nodes.to);
	result = batch_move(&b, MPOL_MF_MOVE);
	for (size_t i = 0; i < mem.pages; i++)
		if (b.status[i] != t->nodes.to)
			odd = b.status[i];
	expect_one_of(t, "the odd status", odd, ANSWERS({ -EACCES, "before 6.12" }, { -EBUSY, "since 6.12" }));
	expect(t, "number of other statuses", batch_statuses(&b, t->nodes.to), mem.pages - 1);
	expect(t, "result", result, 0);
	expect_moved(t, &mem, t->nodes.to);
}

static void untouched(struct trial *t)
{
	struct region mem = memory_untouched(t, kind_hugetlb(t), 1);

	expect(t, "status", node_of(mem.base), -ENOENT);
}

static void mbind_move(struct trial *t)
{
	struct region mem = huge_on(t, t->nodes.from);

	expect(t, "result",
	       call_mbind(mem.base, mem.size, MPOL_BIND, nodes_one(t->nodes.to), MPOL_MF_MOVE | t->rule->with), 0);
	expect_moved(t, &mem, t->nodes.to);
}

static void shared_move(struct trial *t)
{
	struct region mem = huge_on(t, t->nodes.from);
	struct move_answer a;

	process_start(t, NULL, NULL);
	a = move_one(mem.base, t->nodes.to, MPOL_MF_MOVE);
	expect(t, "status", a.status, -EACCES);
	expect(t, "result", a.result, 0);
	expect(t, "node by query", node_of(mem.base), t->nodes.from);
}

static void shared_move_all(struct trial *t)
{
	struct region mem = huge_on(t, t->nodes.from);

	process_start(t, NULL, NULL);
	expect(t, "status", move_one(mem.base, t->nodes.to, MPOL_MF_MOVE_ALL).status, t->nodes.to);
	expect_moved(t, &mem, t->nodes.to);
}

/* Takes every free page of the node's pool. */
static void use_up(struct trial *t, int node)
{
	must(t, "set_mempolicy", call_set_mempolicy(MPOL_BIND, nodes_one(node)));
	while (hugetlb_count(t, node, "free")) {
		struct region fill = memory_untouched(t, kind_hugetlb(t), 1);

		*(volatile char *)fill.base = 1;
	}
	must(t, "set_mempolicy", call_set_mempolicy(MPOL_DEFAULT, nodes_none()));
}

/* The kernel then takes the new page from the free memory of the node, and gives the old one back. */
static void pool_empty(struct trial *t)
{
	struct region mem = huge_on(t, t->nodes.from);
	long source, target;

	use_up(t, t->nodes.to);
	source = hugetlb_count(t, t->nodes.from, "nr");
	target = hugetlb_count(t, t->nodes.to, "nr");
	expect(t, "status", move_one(mem.base, t->nodes.to, MPOL_MF_MOVE).status, t->nodes.to);
	expect_moved(t, &mem, t->nodes.to);
	expect(t, "change of the target's pool", hugetlb_count(t, t->nodes.to, "nr") - target, 1);
	expect(t, "change of the source's pool", hugetlb_count(t, t->nodes.from, "nr") - source, -1);
}

/*
 * A policy that only prefers takes a huge page from the other node's pool
 * before it asks for one of the target's memory: the page changes, the node does not.
 */
static void pool_empty_mbind(struct trial *t)
{
	struct region mem = huge_on(t, t->nodes.from);

	use_up(t, t->nodes.to);
	expect(t, "result", call_mbind(mem.base, mem.size, t->rule->with, nodes_one(t->nodes.to), MPOL_MF_MOVE), 0);
	expect_moved(t, &mem, t->rule->with == MPOL_BIND ? t->nodes.to : t->nodes.from);
}

static void touch_preferred(struct trial *t)
{
	struct region mem = memory_untouched(t, kind_hugetlb(t), 1);

	use_up(t, t->nodes.to);
	must(t, "mbind", call_mbind(mem.base, mem.size, MPOL_PREFERRED, nodes_one(t->nodes.to), 0));
	*(volatile char *)mem.base = 1;
	expect(t, "node", node_of(mem.base), t->nodes.from);
}

/* Mapping it reserved a page, but only of all pools together. */
static void touch_bound(struct trial *t)
{
	struct region mem = memory_untouched(t, kind_hugetlb(t), 1);
	int status = 0;
	pid_t pid;

	use_up(t, t->nodes.to);
	must(t, "mbind", call_mbind(mem.base, mem.size, MPOL_BIND, nodes_one(t->nodes.to), 0));
	pid = must(t, "fork", call(fork()));
	if (!pid) {
		*(volatile char *)mem.base = 1;
		_exit(0);
	}
	must(t, "waitpid", call(waitpid(pid, &status, 0)));
	expect(t, "signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0, SIGBUS);
}

static void pool_kept(struct trial *t)
{
	struct region mem = huge_on(t, t->nodes.from);
	long source = hugetlb_count(t, t->nodes.from, "nr"), target = hugetlb_count(t, t->nodes.to, "nr");

	expect(t, "status", move_one(mem.base, t->nodes.to, MPOL_MF_MOVE).status, t->nodes.to);
	expect(t, "change of the target's pool", hugetlb_count(t, t->nodes.to, "nr") - target, 0);
	expect(t, "change of the source's pool", hugetlb_count(t, t->nodes.from, "nr") - source, 0);
}

static const struct rule rules[] = {
	{ "head", "first address: moves the huge page", head, POOL },
	{ "inside", "address inside: moves it too (before 6.12: status -EACCES, and it stays)", inside, POOL },
	{ "query", "any address, asked about: the node of the huge page", query, { .hugetlb_pages = 1 } },
	{ "every_address", "all addresses in one call: result 0, it moves; one status is -EBUSY (-EACCES before 6.12)",
	  every_address, POOL },
	{ "untouched", "untouched huge page, asked about: status -ENOENT", untouched, { .hugetlb_pages = 1 } },
	{ "mbind", "mbind MOVE: moves it", mbind_move, POOL, 0 },
	{ "mbind_strict", "mbind MOVE with STRICT: moves it", mbind_move, POOL, MPOL_MF_STRICT },
	{ "shared_move", "huge page shared since a fork, MOVE: status -EACCES, it stays", shared_move, POOL },
	{ "shared_move_all", "huge page shared since a fork, MOVE_ALL: moves", shared_move_all, POOL_WITH_RIGHT },
	{ "pool_kept", "free huge page on the target: it is taken, both nodes' pools keep their sizes", pool_kept,
	  POOL },
	{ "pool_empty", "no free huge page on the target: moves nevertheless, and with it a page of the source's pool",
	  pool_empty, POOL },
	{ "pool_empty_bind", "the same by mbind BIND MOVE: moves", pool_empty_mbind, POOL, MPOL_BIND },
	{ "pool_empty_preferred",
	  "by mbind PREFERRED MOVE, a free huge page on the source: result 0, and it stays there", pool_empty_mbind,
	  POOL_OF_TWO, MPOL_PREFERRED },
	{ "touch_preferred", "first touch, PREFERRED node without a free huge page: it comes from the other node",
	  touch_preferred, POOL_OF_TWO },
	{ "touch_bound", "first touch, bound to a node without a free huge page: SIGBUS", touch_bound, POOL_OF_TWO },
	{},
};

BENCHMARK(hugetlb) = {
	.name = "hugetlb",
	.about = "what one address of a hugetlb page moves",
	.kind = SEMANTICS,
	.revision = 1,
	.rules = rules,
};
