// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * policies - what memory policies are accepted, and where they put pages
 *
 * A policy decides where a page goes that is touched first; it moves nothing,
 * and move_pages(2) does not ask it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "rule.h"

#define PAGES 16

/* An old kernel refuses a mode it does not know. */
static long set_range(struct trial *t, const struct region *mem, int mode, struct nodeset nodes, const char *since)
{
	long result = call_mbind(mem->base, mem->size, mode, nodes, 0);

	if (result == -EINVAL && since)
		rule_end(t, skipped(t, "kernel-too-old", "the kernel refuses policy mode %d (known %s)", mode & 0xff,
				    since));
	return must(t, "mbind", result);
}

static void touch(const struct region *mem)
{
	for (size_t i = 0; i < mem->pages; i++)
		*(volatile char *)page_at(mem, i) = 1;
}

/* ---- NUMA balancing by policy ---- */

static void balancing_accepted(struct trial *t)
{
	struct region mem = memory_untouched(t, kind_base(t), 1);
	int mode = -1;

	expect(t, "result", call_mbind(mem.base, mem.size, MPOL_BIND | MODE_NUMA_BALANCING, nodes_one(t->nodes.to), 0),
	       0);
	must(t, "get_mempolicy", call_get_mempolicy(&mode, NULL, NODESET_BITS + 1, mem.base, MPOL_F_ADDR));
	expect(t, "mode", mode, MPOL_BIND | MODE_NUMA_BALANCING);
}

static void balancing_refused(struct trial *t)
{
	struct region mem = memory_untouched(t, kind_base(t), 1);

	expect(t, "result",
	       call_mbind(mem.base, mem.size, t->rule->with | MODE_NUMA_BALANCING, nodes_one(t->nodes.to), 0), -EINVAL);
}

static void balancing_preferred_many(struct trial *t)
{
	struct region mem = memory_untouched(t, kind_base(t), 1);

	expect_one_of(
		t, "result",
		call_mbind(mem.base, mem.size, MODE_PREFERRED_MANY | MODE_NUMA_BALANCING, nodes_one(t->nodes.to), 0),
		ANSWERS({ 0, "newer kernels, 6.12" }, { -EINVAL, "older kernels, 6.1" }));
}

/* ---- first touch ---- */

static void first_touch(struct trial *t)
{
	struct region mem = memory_untouched(t, kind_base(t), PAGES);

	set_range(t, &mem, t->rule->with, nodes_one(t->nodes.to),
		  t->rule->with == MODE_PREFERRED_MANY ? "since 5.15" : NULL);
	touch(&mem);
	expect(t, "number of pages on the node", region_pages_on(&mem, t->nodes.to), PAGES);
}

static void interleave(struct trial *t)
{
	struct region mem = memory_untouched(t, kind_base(t), PAGES);

	set_range(t, &mem, MPOL_INTERLEAVE, nodes_two(t->nodes.from, t->nodes.to), NULL);
	touch(&mem);
	expect(t, "number of pages on the first node", region_pages_on(&mem, t->nodes.from), PAGES / 2);
	expect(t, "number of pages on the second node", region_pages_on(&mem, t->nodes.to), PAGES / 2);
	for (size_t i = 1; i < PAGES; i++)
		expect(t, "neighbours on one node", node_of(page_at(&mem, i)) == node_of(page_at(&mem, i - 1)), false);
}

static void range_over_task(struct trial *t)
{
	struct region mem = memory_untouched(t, kind_base(t), PAGES);

	must(t, "set_mempolicy", call_set_mempolicy(MPOL_BIND, nodes_one(t->nodes.from)));
	set_range(t, &mem, MPOL_BIND, nodes_one(t->nodes.to), NULL);
	touch(&mem);
	expect(t, "number of pages on the range's node", region_pages_on(&mem, t->nodes.to), PAGES);
}

static void task_moves_nothing(struct trial *t)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);

	expect(t, "result", call_set_mempolicy(MPOL_BIND, nodes_one(t->nodes.to)), 0);
	touch(&mem);
	expect(t, "number of pages where they were", region_pages_on(&mem, t->nodes.from), PAGES);
}

static void child_body(struct trial *t, void *with)
{
	const struct region *mem = with;

	touch(mem);
	expect(t, "number of pages on the policy's node", region_pages_on(mem, t->nodes.to), PAGES);
}

static void inherited(struct trial *t)
{
	struct region mem = memory_untouched(t, kind_base(t), PAGES);

	must(t, "set_mempolicy", call_set_mempolicy(MPOL_BIND, nodes_one(t->nodes.to)));
	process_run(t, child_body, &mem);
}

/* ---- moving against a policy ---- */

static void move_pages_ignores(struct trial *t)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);
	struct batch b = {};

	set_range(t, &mem, MPOL_BIND, nodes_one(t->nodes.from), NULL);
	for (size_t i = 0; i < PAGES; i++)
		batch_add(&b, page_at(&mem, i), t->nodes.to);
	expect(t, "result", batch_move(&b, MPOL_MF_MOVE), 0);
	expect_moved(t, &mem, t->nodes.to);
}

/* The policy itself goes along with migrate_pages, unlike with move_pages; range policies do not. */
static void migrate_body(struct trial *t, void *with)
{
	struct region mem = memory_untouched(t, kind_base(t), 1);

	(void)with;
	must(t, "set_mempolicy", call_set_mempolicy(MPOL_BIND, nodes_one(t->nodes.from)));
	must(t, "migrate_pages", call_migrate_pages(0, nodes_one(t->nodes.from), nodes_one(t->nodes.to)));
	touch(&mem);
	expect(t, "node of a page touched afterwards", node_of(mem.base), t->nodes.from);
}

static void migrate_keeps_policy(struct trial *t)
{
	process_run(t, migrate_body, NULL);
}

/* ---- weighted interleave ---- */

static void weighted_known(struct trial *t)
{
	struct region mem = memory_untouched(t, kind_base(t), 1);

	expect_one_of(t, "result",
		      call_mbind(mem.base, mem.size, MODE_WEIGHTED_INTERLEAVE, nodes_one(t->nodes.from), 0),
		      ANSWERS({ 0, "since 6.9" }, { -EINVAL, "before 6.9" }));
}

static long weight_of(struct trial *t, int node)
{
	char path[80], text[16] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/sys/kernel/mm/mempolicy/weighted_interleave/node%d", node);
	file = fopen(path, "re");
	if (!file || !fgets(text, sizeof(text), file))
		rule_end(t, skipped(t, "kernel-too-old", "no %s (since 6.9)", path));
	fclose(file);
	return atol(text);
}

/* Whatever the weights are, so many pages go to each node before the next has its turn. */
static void weighted_interleave(struct trial *t)
{
	long from = weight_of(t, t->nodes.from), to = weight_of(t, t->nodes.to);
	struct region mem = memory_untouched(t, kind_base(t), 8 * (from + to));

	set_range(t, &mem, MODE_WEIGHTED_INTERLEAVE, nodes_two(t->nodes.from, t->nodes.to), "since 6.9");
	touch(&mem);
	expect(t, "number of pages on the first node", region_pages_on(&mem, t->nodes.from), 8 * from);
	expect(t, "number of pages on the second node", region_pages_on(&mem, t->nodes.to), 8 * to);
}

static void weighted_moves_nothing(struct trial *t)
{
	struct region mem = pages_on(t, PAGES, t->nodes.to);
	long result = call_mbind(mem.base, mem.size, MODE_WEIGHTED_INTERLEAVE, nodes_two(t->nodes.from, t->nodes.to),
				 MPOL_MF_MOVE);

	if (result == -EINVAL)
		rule_end(t,
			 skipped(t, "kernel-too-old", "the kernel refuses MPOL_WEIGHTED_INTERLEAVE (known since 6.9)"));
	expect(t, "result", result, 0);
	expect(t, "number of pages where they were", region_pages_on(&mem, t->nodes.to), PAGES);
}

/* ---- home node ---- */

static long set_home(const struct region *mem, unsigned long node, unsigned long flags)
{
	return call_home_node(mem->base, mem->size, node, flags);
}

static void home_node(struct trial *t)
{
	struct region mem = memory_untouched(t, kind_base(t), PAGES);

	set_range(t, &mem, t->rule->with, nodes_two(t->nodes.from, t->nodes.to), "since 5.15");
	expect(t, "result", set_home(&mem, t->nodes.to, 0), 0);
	touch(&mem);
	expect(t, "number of pages on the home node", region_pages_on(&mem, t->nodes.to), PAGES);
}

static void home_node_moves_nothing(struct trial *t)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);

	set_range(t, &mem, MPOL_BIND, nodes_two(t->nodes.from, t->nodes.to), NULL);
	expect(t, "result", set_home(&mem, t->nodes.to, 0), 0);
	must(t, "mbind",
	     call_mbind(mem.base, mem.size, MPOL_BIND, nodes_two(t->nodes.from, t->nodes.to), MPOL_MF_MOVE));
	expect(t, "number of pages where they were", region_pages_on(&mem, t->nodes.from), PAGES);
}

static void home_node_no_policy(struct trial *t)
{
	struct region mem = memory_untouched(t, kind_base(t), 1);

	expect(t, "result", set_home(&mem, t->nodes.from, 0), -ENOENT);
}

static void home_node_interleave(struct trial *t)
{
	struct region mem = memory_untouched(t, kind_base(t), 1);

	set_range(t, &mem, MPOL_INTERLEAVE, nodes_one(t->nodes.from), NULL);
	expect(t, "result", set_home(&mem, t->nodes.from, 0), -EOPNOTSUPP);
}

static void home_node_absent(struct trial *t)
{
	struct region mem = memory_untouched(t, kind_base(t), 1);

	set_range(t, &mem, MPOL_BIND, nodes_one(t->nodes.from), NULL);
	expect(t, "result", set_home(&mem, node_absent(t), 0), -EINVAL);
}

static void home_node_flags(struct trial *t)
{
	struct region mem = memory_untouched(t, kind_base(t), 1);

	set_range(t, &mem, MPOL_BIND, nodes_one(t->nodes.from), NULL);
	expect(t, "result", set_home(&mem, t->nodes.from, 1), -EINVAL);
}

/* ---- masks ---- */

/* One bit less is read than maxnode says: as many bits as it takes for the node leave the node out. */
static void maxnode_bits(struct trial *t)
{
	struct nodeset set = nodes_one(t->nodes.from);

	expect(t, "result", call(set_mempolicy(MPOL_BIND, set.word, t->nodes.from + 1)), -EINVAL);
}

static void maxnode_bits_and_one(struct trial *t)
{
	struct nodeset set = nodes_one(t->nodes.from);

	expect(t, "result", call(set_mempolicy(MPOL_BIND, set.word, t->nodes.from + 2)), 0);
}

static void maxnode_short_get(struct trial *t)
{
	unsigned long mask = 0;

	expect(t, "result", call_get_mempolicy(NULL, &mask, 1, NULL, 0), -EINVAL);
}

static void mask_refused(struct trial *t)
{
	expect(t, "result", call_set_mempolicy(t->rule->with, nodes_none()), -EINVAL);
}

static void preferred_empty(struct trial *t)
{
	struct region mem = memory_untouched(t, kind_base(t), 1), fresh = memory_untouched(t, kind_base(t), 1);

	touch(&fresh);
	expect(t, "result", call_set_mempolicy(MPOL_PREFERRED, nodes_none()), 0);
	touch(&mem);
	expect(t, "node of the first touch", node_of(mem.base), node_of(fresh.base));
}

static void default_with_nodes(struct trial *t)
{
	expect(t, "result", call_set_mempolicy(MPOL_DEFAULT, nodes_one(t->nodes.from)), -EINVAL);
}

static void absent_node(struct trial *t)
{
	expect(t, "result", call_set_mempolicy(MPOL_BIND, nodes_one(node_absent(t))), -EINVAL);
}

static void absent_among(struct trial *t)
{
	struct region mem = memory_untouched(t, kind_base(t), 1);

	expect(t, "result", call_set_mempolicy(MPOL_BIND, nodes_two(t->nodes.from, node_absent(t))), 0);
	touch(&mem);
	expect(t, "node of the first touch", node_of(mem.base), t->nodes.from);
}

static void static_and_relative(struct trial *t)
{
	expect(t, "result",
	       call_set_mempolicy(MPOL_BIND | MODE_STATIC_NODES | MODE_RELATIVE_NODES, nodes_one(t->nodes.from)),
	       -EINVAL);
}

/* ---- asking ---- */

static void get_node(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.to);
	int node = -1;

	expect(t, "result", call_get_mempolicy(&node, NULL, 0, mem.base, MPOL_F_NODE | MPOL_F_ADDR), 0);
	expect(t, "node", node, t->nodes.to);
}

/* Asking is a touch: an untouched page is there afterwards, be it the zero page. */
static void get_node_untouched(struct trial *t)
{
	struct region mem = memory_untouched(t, kind_base(t), 1);
	long before = node_of(mem.base);
	int node = -1;

	expect(t, "result", call_get_mempolicy(&node, NULL, 0, mem.base, MPOL_F_NODE | MPOL_F_ADDR), 0);
	expect(t, "a node is reported", node >= 0, true);
	expect(t, "the page was there before", before >= 0, false);
	expect(t, "status by query afterwards", node_of(mem.base), -EFAULT);
}

static void get_allowed(struct trial *t)
{
	struct nodeset allowed = nodes_none();

	expect(t, "result", call_get_mempolicy(NULL, allowed.word, NODESET_BITS + 1, NULL, MPOL_F_MEMS_ALLOWED), 0);
	expect(t, "the node in use is allowed", nodes_have(&allowed, t->nodes.from), true);
}

static const struct rule rules[] = {
	{ "balancing_bind", "MPOL_F_NUMA_BALANCING with BIND: accepted, and reported by get_mempolicy",
	  balancing_accepted },
	{ "balancing_preferred",
	  "MPOL_F_NUMA_BALANCING with PREFERRED: -EINVAL",
	  balancing_refused,
	  {},
	  MPOL_PREFERRED },
	{ "balancing_interleave",
	  "MPOL_F_NUMA_BALANCING with INTERLEAVE: -EINVAL",
	  balancing_refused,
	  {},
	  MPOL_INTERLEAVE },
	{ "balancing_preferred_many",
	  "MPOL_F_NUMA_BALANCING with PREFERRED_MANY: accepted by newer kernels, -EINVAL by older",
	  balancing_preferred_many },
	{ "bind", "BIND: first touch goes there", first_touch, TWO_NODES, MPOL_BIND },
	{ "preferred", "PREFERRED: first touch goes there while there is room", first_touch, TWO_NODES,
	  MPOL_PREFERRED },
	{ "preferred_many", "PREFERRED_MANY: first touch goes into the set while there is room", first_touch, TWO_NODES,
	  MODE_PREFERRED_MANY },
	{ "interleave", "INTERLEAVE: pages go to the nodes in turn", interleave, TWO_NODES },
	{ "range_over_task", "policy of a range takes precedence over that of the task", range_over_task, TWO_NODES },
	{ "task_moves_nothing", "set_mempolicy: existing pages stay", task_moves_nothing, TWO_NODES },
	{ "inherited", "policy of a task: its children inherit it", inherited, TWO_NODES },
	{ "move_pages_ignores", "move_pages against a BIND policy: moves nevertheless", move_pages_ignores, TWO_NODES },
	{ "migrate_keeps_policy", "migrate_pages against a BIND policy: later touches follow the policy as before",
	  migrate_keeps_policy, TWO_NODES },
	{ "weighted_known", "MPOL_WEIGHTED_INTERLEAVE: accepted (-EINVAL before 6.9)", weighted_known },
	{ "weighted_interleave", "WEIGHTED_INTERLEAVE: pages go to the nodes by their weights in sysfs",
	  weighted_interleave, TWO_NODES },
	{ "weighted_moves_nothing", "WEIGHTED_INTERLEAVE with MOVE, pages within the mask: nothing is spread, result 0",
	  weighted_moves_nothing, TWO_NODES },
	{ "home_node_bind", "home node of a BIND over two: first touch goes there, not where the thread runs",
	  home_node, TWO_NODES, MPOL_BIND },
	{ "home_node_preferred_many", "home node of a PREFERRED_MANY over two: first touch goes there", home_node,
	  TWO_NODES, MODE_PREFERRED_MANY },
	{ "home_node_moves_nothing", "new home node: existing pages stay, even with a later MOVE",
	  home_node_moves_nothing, TWO_NODES },
	{ "home_node_no_policy", "home node of a range without policy: -ENOENT", home_node_no_policy },
	{ "home_node_interleave", "home node of an INTERLEAVE: -EOPNOTSUPP", home_node_interleave },
	{ "home_node_absent", "home node that does not exist: -EINVAL", home_node_absent },
	{ "home_node_flags", "home node with any flag: -EINVAL", home_node_flags },
	{ "maxnode_bits", "maxnode N+1 for node N, its number of bits: -EINVAL, since one bit less is read",
	  maxnode_bits },
	{ "maxnode_bits_and_one", "maxnode N+2 for node N: accepted", maxnode_bits_and_one },
	{ "maxnode_short_get", "get_mempolicy into fewer bits than nodes are possible: -EINVAL", maxnode_short_get,
	  TWO_NODES },
	{ "bind_empty", "BIND without a node: -EINVAL", mask_refused, {}, MPOL_BIND },
	{ "interleave_empty", "INTERLEAVE without a node: -EINVAL", mask_refused, {}, MPOL_INTERLEAVE },
	{ "preferred_empty", "PREFERRED without a node: accepted, means local", preferred_empty },
	{ "default_with_nodes", "DEFAULT with a node: -EINVAL", default_with_nodes },
	{ "absent_node", "BIND to a node that does not exist: -EINVAL", absent_node },
	{ "absent_among", "BIND to a node and one that does not exist: accepted, the latter ignored", absent_among },
	{ "static_and_relative", "STATIC_NODES and RELATIVE_NODES together: -EINVAL", static_and_relative },
	{ "get_node", "get_mempolicy NODE|ADDR: the node of the page", get_node },
	{ "get_node_untouched", "get_mempolicy NODE|ADDR of an untouched page: touches it for reading",
	  get_node_untouched },
	{ "get_allowed", "get_mempolicy MEMS_ALLOWED: has the nodes that may be used", get_allowed },
	{},
};

BENCHMARK(policies) = {
	.name = "policies",
	.about = "what memory policies are accepted, and where they put pages",
	.kind = SEMANTICS,
	.revision = 1,
	.rules = rules,
};
