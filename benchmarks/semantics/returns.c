// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * returns - what move_pages(2) returns, and what it leaves in the status array then
 *
 * The trap behind most of them: after an error, and after a result above 0,
 * statuses are left as they were. A caller has to fill them beforehand.
 */
#include <sys/mman.h>
#include <unistd.h>
#include "rule.h"

#define PAGES 8

static struct region fill(struct trial *t, struct batch *b)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);

	for (size_t i = 0; i < PAGES; i++)
		batch_add(b, page_at(&mem, i), t->nodes.to);
	return mem;
}

/* ---- what is accepted ---- */

static void no_pages(struct trial *t)
{
	expect(t, "result", call_move_pages(0, 0, NULL, NULL, NULL, MPOL_MF_MOVE), 0);
}

static void flags_accepted(struct trial *t)
{
	struct batch b = {};
	struct region mem = fill(t, &b);

	expect(t, "result", batch_move(&b, t->rule->with), 0);
	expect_moved(t, &mem, t->nodes.to);
}

static void flags_refused(struct trial *t)
{
	struct batch b = {};
	struct region mem = fill(t, &b);

	expect(t, "result", batch_move(&b, t->rule->with), -EINVAL);
	expect(t, "number of statuses unwritten", batch_statuses(&b, STATUS_UNTOUCHED), PAGES);
	expect(t, "number of pages where they were", region_pages_on(&mem, t->nodes.from), PAGES);
}

/* ---- targets that are no node with memory ---- */

static void expect_no_device(struct trial *t, int node)
{
	struct batch b = {};
	struct region mem = fill(t, &b);

	b.node[0] = node;
	expect(t, "result", batch_move(&b, MPOL_MF_MOVE), -ENODEV);
	expect(t, "number of statuses unwritten", batch_statuses(&b, STATUS_UNTOUCHED), PAGES);
	expect(t, "number of pages where they were", region_pages_on(&mem, t->nodes.from), PAGES);
}

static void absent_node(struct trial *t)
{
	expect_no_device(t, node_absent(t));
}

static void no_node(struct trial *t)
{
	expect_no_device(t, t->rule->with);
}

static void memoryless_node(struct trial *t)
{
	expect_no_device(t, node_without_memory(t));
}

static void bad_node_in_batch(struct trial *t)
{
	struct batch b = {};
	struct region mem = fill(t, &b);

	b.node[3] = node_absent(t);
	expect(t, "result", batch_move(&b, MPOL_MF_MOVE), -ENODEV);
	for (size_t i = 0; i < PAGES; i++)
		expect(t, i < 3 ? "status before the bad node" : "status from the bad node on", b.status[i],
		       i < 3 ? t->nodes.to : STATUS_UNTOUCHED);
	expect(t, "number of pages moved", region_pages_on(&mem, t->nodes.to), 3);
}

/* ---- arrays that are not there ---- */

static void null_array(struct trial *t)
{
	enum { PAGE_ARRAY, STATUS_ARRAY };
	struct batch b = {};

	fill(t, &b);
	expect(t, "result",
	       call_move_pages(0, PAGES, t->rule->with == PAGE_ARRAY ? NULL : b.page, b.node,
			       t->rule->with == STATUS_ARRAY ? NULL : b.status, MPOL_MF_MOVE),
	       -EFAULT);
}

/* The last bytes before an address that is not mapped. */
static void *before_gap(struct trial *t, size_t bytes)
{
	struct region mem = pages_on(t, 2, t->nodes.from);

	must(t, "munmap", call(munmap(page_at(&mem, 1), mem.page_size)));
	return (char *)page_at(&mem, 1) - bytes;
}

static void nodes_in_gap(struct trial *t)
{
	struct batch b = {};
	int *node = before_gap(t, 3 * sizeof(*node));
	struct region mem = fill(t, &b);

	for (size_t i = 0; i < 3; i++)
		node[i] = t->nodes.to;
	for (size_t i = 0; i < PAGES; i++)
		b.status[i] = STATUS_UNTOUCHED;
	expect(t, "result", call_move_pages(0, PAGES, b.page, node, b.status, MPOL_MF_MOVE), -EFAULT);
	expect(t, "number of pages moved", region_pages_on(&mem, t->nodes.to), 3);
}

/* The kernel believes the count; only the end of the arrays' memory ends the walk. */
static void count_too_large(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from);
	void **page = before_gap(t, sizeof(*page));
	int node[1] = { t->nodes.to }, status[1] = { STATUS_UNTOUCHED };

	*page = mem.base;
	expect(t, "result", call_move_pages(0, 1ul << 40, page, node, status, MPOL_MF_MOVE), -EFAULT);
	expect_moved(t, &mem, t->nodes.to);
}

static void query_count_too_large(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from);
	void **page = before_gap(t, sizeof(*page));
	int status[1] = { STATUS_UNTOUCHED };

	*page = mem.base;
	expect(t, "result", call_move_pages(0, 1ul << 40, page, NULL, status, 0), -EFAULT);
}

static void read_only_status(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from), status = pages_on(t, 1, t->nodes.from);
	void *page = mem.base;

	must(t, "mprotect", call(mprotect(status.base, status.size, PROT_READ)));
	expect(t, "result", call_move_pages(0, 1, &page, &t->nodes.to, (int *)status.base, MPOL_MF_MOVE), -EFAULT);
	expect_moved(t, &mem, t->nodes.to);
}

/* ---- processes ---- */

static void unknown_pid(struct trial *t)
{
	struct batch b = {};
	pid_t gone = fork();

	if (!gone)
		_exit(0);
	process_end(gone);
	fill(t, &b);
	expect(t, "result", call_move_pages(gone, PAGES, b.page, b.node, b.status, MPOL_MF_MOVE), -ESRCH);
}

static void kernel_thread(struct trial *t)
{
	struct batch b = {};

	fill(t, &b);
	expect(t, "result", call_move_pages(process_of_kernel(t), PAGES, b.page, b.node, b.status, MPOL_MF_MOVE),
	       -EINVAL);
}

/* A child has its own copy-on-write pages once it has written to them. */
static void rewrite(struct trial *t, void *with)
{
	const struct region *mem = with;

	(void)t;
	for (size_t i = 0; i < mem->pages; i++)
		*(volatile char *)page_at(mem, i) += 0;
}

static void other_process(struct trial *t)
{
	struct batch b = {};
	struct region mem = fill(t, &b);
	pid_t child = process_start(t, rewrite, &mem);

	expect(t, "result", call_move_pages(child, PAGES, b.page, b.node, b.status, MPOL_MF_MOVE), 0);
	expect(t, "number of pages it has on the target", batch_statuses(&b, t->nodes.to), PAGES);
	expect(t, "number of our pages where they were", region_pages_on(&mem, t->nodes.from), PAGES);
}

static void other_process_query(struct trial *t)
{
	struct batch b = {};
	struct region mem = memory_untouched(t, kind_base(t), PAGES);
	pid_t child = process_start(t, rewrite, &mem);

	for (size_t i = 0; i < PAGES; i++)
		batch_add(&b, page_at(&mem, i), 0);
	expect(t, "result", call_move_pages(child, PAGES, b.page, NULL, b.status, 0), 0);
	for (size_t i = 0; i < PAGES; i++) {
		expect(t, "status is a node", b.status[i] >= 0, true);
		expect(t, "status of our own is a node", node_of(b.page[i]) >= 0, false);
	}
}

static const struct rule rules[] = {
	{ "no_pages", "count 0: result 0, whatever the arrays are", no_pages },
	{ "flags_none", "flags 0: accepted, and moves like MPOL_MF_MOVE", flags_accepted, TWO_NODES, 0 },
	{ "flags_move_and_all",
	  "MPOL_MF_MOVE and MPOL_MF_MOVE_ALL together: accepted, moves",
	  flags_accepted,
	  { .memory_nodes = 2, .privileges = NEEDS_SYS_NICE },
	  MPOL_MF_MOVE | MPOL_MF_MOVE_ALL },
	{ "flags_strict",
	  "MPOL_MF_STRICT: -EINVAL, nothing moved or written",
	  flags_refused,
	  {},
	  MPOL_MF_STRICT | MPOL_MF_MOVE },
	{ "flags_lazy",
	  "MPOL_MF_LAZY: -EINVAL, nothing moved or written",
	  flags_refused,
	  {},
	  FLAG_LAZY | MPOL_MF_MOVE },
	{ "flags_unknown",
	  "a flag that does not exist: -EINVAL, nothing moved or written",
	  flags_refused,
	  {},
	  1 << 10 },
	{ "absent_node", "target that does not exist: -ENODEV, no status written", absent_node },
	{ "negative_node", "target -1: -ENODEV, no status written", no_node, {}, -1 },
	{ "huge_node", "target 99999: -ENODEV, no status written", no_node, {}, 99999 },
	{ "memoryless_node", "target without memory: -ENODEV, no status written", memoryless_node },
	{ "bad_node_in_batch",
	  "4th target of 8 does not exist: -ENODEV; 3 pages moved with their statuses, the rest unwritten",
	  bad_node_in_batch, TWO_NODES },
	{ "null_pages", "page array NULL: -EFAULT", null_array, {}, 0 },
	{ "null_status", "status array NULL: -EFAULT", null_array, {}, 1 },
	{ "nodes_in_gap", "node array ends in unmapped memory after 3 of 8: -EFAULT, the 3 pages moved nevertheless",
	  nodes_in_gap, TWO_NODES },
	{ "count_too_large",
	  "count 2^40 for one page: no error by itself; the walk ends where memory does, the page has moved",
	  count_too_large, TWO_NODES },
	{ "query_count_too_large", "query with count 2^40 for one page: -EFAULT where memory ends",
	  query_count_too_large },
	{ "read_only_status", "status array that may not be written: -EFAULT, and the page has moved nevertheless",
	  read_only_status, TWO_NODES },
	{ "unknown_pid", "pid that does not exist: -ESRCH", unknown_pid },
	{ "kernel_thread", "kernel thread: -EINVAL", kernel_thread, { .privileges = NEEDS_SYS_PTRACE } },
	{ "other_process", "pages of a child, moved by us: its pages move, ours at the same addresses stay",
	  other_process, TWO_NODES },
	{ "other_process_query", "pages of a child, asked about by us: the answer is about its pages, not ours",
	  other_process_query },
	{},
};

BENCHMARK(returns) = {
	.name = "returns",
	.about = "what move_pages(2) returns, and what it leaves unwritten then",
	.kind = SEMANTICS,
	.revision = 1,
	.rules = rules,
};
