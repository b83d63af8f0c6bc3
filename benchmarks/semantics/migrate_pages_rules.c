// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * migrate_pages_rules - what migrate_pages(2) moves, and what it counts
 *
 * It moves a whole process; so each rule does so with a process of its own.
 */
#include <unistd.h>
#include "rule.h"

#define PAGES 8

/* ---- oneself ---- */

static void self_body(struct trial *t, void *with)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);

	(void)with;
	expect(t, "result", call_migrate_pages(0, nodes_one(t->nodes.from), nodes_one(t->nodes.to)), 0);
	expect_moved(t, &mem, t->nodes.to);
}

static void stack_body(struct trial *t, void *with)
{
	volatile char on_stack = 1;
	long before = must(t, "query of the stack", node_of((const void *)&on_stack));
	int target = before == t->nodes.to ? t->nodes.from : t->nodes.to;

	(void)with;
	expect(t, "result", call_migrate_pages(0, nodes_one(before), nodes_one(target)), 0);
	expect(t, "node of the stack", node_of((const void *)&on_stack), target);
}

static void elsewhere_body(struct trial *t, void *with)
{
	struct region mem = pages_on(t, PAGES, t->nodes.to);

	(void)with;
	expect(t, "result", call_migrate_pages(0, nodes_one(t->nodes.from), nodes_one(t->nodes.to)), 0);
	expect(t, "number of pages where they were", region_pages_on(&mem, t->nodes.to), PAGES);
}

static void same_nodes_body(struct trial *t, void *with)
{
	struct region a = pages_on(t, PAGES, t->nodes.from), b = pages_on(t, PAGES, t->nodes.to);
	struct nodeset both = nodes_two(t->nodes.from, t->nodes.to);

	(void)with;
	expect(t, "result", call_migrate_pages(0, both, both), 0);
	expect(t, "number of pages of the first node", region_pages_on(&a, t->nodes.from), PAGES);
	expect(t, "number of pages of the second node", region_pages_on(&b, t->nodes.to), PAGES);
}

/* The i-th node of one set goes to the i-th of the other. */
static void relative_body(struct trial *t, void *with)
{
	int n[4] = { node_number(t, 0), node_number(t, 1), node_number(t, 2), node_number(t, 3) };
	struct region a = pages_on(t, PAGES, n[0]), b = pages_on(t, PAGES, n[1]);

	(void)with;
	expect(t, "result", call_migrate_pages(0, nodes_two(n[0], n[1]), nodes_two(n[2], n[3])), 0);
	expect_moved(t, &a, n[2]);
	expect_moved(t, &b, n[3]);
}

static void gather_body(struct trial *t, void *with)
{
	int n[3] = { node_number(t, 0), node_number(t, 1), node_number(t, 2) };
	struct region a = pages_on(t, PAGES, n[0]), b = pages_on(t, PAGES, n[1]);

	(void)with;
	expect(t, "result", call_migrate_pages(0, nodes_two(n[0], n[1]), nodes_one(n[2])), 0);
	expect_moved(t, &a, n[2]);
	expect_moved(t, &b, n[2]);
}

static void self(struct trial *t)
{
	process_run(t, self_body, NULL);
}

static void stack(struct trial *t)
{
	process_run(t, stack_body, NULL);
}

static void elsewhere(struct trial *t)
{
	process_run(t, elsewhere_body, NULL);
}

static void same_nodes(struct trial *t)
{
	process_run(t, same_nodes_body, NULL);
}

static void relative(struct trial *t)
{
	process_run(t, relative_body, NULL);
}

static void gather(struct trial *t)
{
	process_run(t, gather_body, NULL);
}

/* ---- another process ---- */

static void rewrite(struct trial *t, void *with)
{
	const struct region *mem = with;

	(void)t;
	for (size_t i = 0; i < mem->pages; i++)
		*(volatile char *)page_at(mem, i) += 0;
}

static void other(struct trial *t)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);
	pid_t child = process_start(t, rewrite, &mem);
	struct batch theirs = {};

	expect(t, "result", call_migrate_pages(child, nodes_one(t->nodes.from), nodes_one(t->nodes.to)), 0);
	for (size_t i = 0; i < PAGES; i++)
		batch_add(&theirs, page_at(&mem, i), -1);
	must(t, "query", call_move_pages(child, PAGES, theirs.page, NULL, theirs.status, 0));
	expect(t, "number of its pages on the target", batch_statuses(&theirs, t->nodes.to), PAGES);
	expect(t, "number of our pages where they were", region_pages_on(&mem, t->nodes.from), PAGES);
}

static void unknown_pid(struct trial *t)
{
	pid_t gone = fork();

	if (!gone)
		_exit(0);
	process_end(gone);
	expect(t, "result", call_migrate_pages(gone, nodes_one(t->nodes.from), nodes_one(t->nodes.to)), -ESRCH);
}

static void kernel_thread(struct trial *t)
{
	expect(t, "result", call_migrate_pages(process_of_kernel(t), nodes_one(t->nodes.from), nodes_one(t->nodes.to)),
	       -EINVAL);
}

/* ---- node masks ---- */

static void absent_node(struct trial *t)
{
	expect(t, "result", call_migrate_pages(0, nodes_one(t->nodes.from), nodes_one(node_absent(t))), -EINVAL);
}

static void absent_node_nobody(struct trial *t)
{
	become_nobody(t);
	expect(t, "result", call_migrate_pages(0, nodes_one(t->nodes.from), nodes_one(node_absent(t))), -EPERM);
}

static void no_target(struct trial *t)
{
	expect(t, "result", call_migrate_pages(0, nodes_one(t->nodes.from), nodes_none()), -EINVAL);
}

static void no_source(struct trial *t)
{
	expect(t, "result", call_migrate_pages(0, nodes_none(), nodes_one(t->nodes.to)), 0);
}

static void absent_source(struct trial *t)
{
	expect(t, "result", call_migrate_pages(0, nodes_one(node_absent(t)), nodes_one(t->nodes.to)), 0);
}

static const struct rule rules[] = {
	{ "self", "oneself from one node to another: the pages move, result 0", self, TWO_NODES },
	{ "stack", "the stack moves along", stack, TWO_NODES },
	{ "elsewhere", "pages on none of the source nodes: stay", elsewhere, TWO_NODES },
	{ "same_nodes", "same nodes as source and target: nothing moves, result 0", same_nodes, TWO_NODES },
	{ "relative",
	  "two nodes to two others: the first goes to the first, the second to the second",
	  relative,
	  { .memory_nodes = 4 } },
	{ "gather", "two nodes to one: pages of both go there", gather, { .memory_nodes = 3 } },
	{ "other", "another process: its pages move, ours at the same addresses stay", other, TWO_NODES },
	{ "unknown_pid", "pid that does not exist: -ESRCH", unknown_pid },
	{ "kernel_thread", "kernel thread: -EINVAL", kernel_thread, { .privileges = NEEDS_SYS_PTRACE } },
	{ "absent_node", "target that does not exist: -EINVAL", absent_node, { .privileges = NEEDS_SYS_NICE } },
	{ "absent_node_nobody", "the same without CAP_SYS_NICE: -EPERM", absent_node_nobody },
	{ "no_target", "no target at all: -EINVAL", no_target },
	{ "no_source", "no source at all: result 0", no_source },
	{ "absent_source", "source that does not exist: result 0", absent_source },
	{},
};

BENCHMARK(migrate_pages_rules) = {
	.name = "migrate_pages_rules",
	.about = "what migrate_pages(2) moves, and what it counts",
	.kind = SEMANTICS,
	.revision = 1,
	.rules = rules,
};
