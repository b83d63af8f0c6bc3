// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cpuset_rules - what a cpuset (cgroup v2) moves, and what it forbids
 *
 * Each rule has a process of its own, which enters a group with cpuset.mems
 * set. The trap: a forbidden target is another error in each system call.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "rule.h"

#define PAGES 16

/* ---- the group ---- */

static void write_group(struct trial *t, const char *file, const char *text)
{
	enum outcome o;
	int fd;

	o = cgroup_open(t, file, &fd);
	if (o != OK)
		rule_end(t, o);
	must(t, file, call(write(fd, text, strlen(text))));
	close(fd);
}

static void set_mems(struct trial *t, int a, int b)
{
	char list[32];

	snprintf(list, sizeof(list), "%d,%d", a, b);
	write_group(t, "cpuset.mems", list);
}

static void enter_next(struct trial *t, int node)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", node);
	write_group(t, "../next/cpuset.mems", text);
	write_group(t, "../next/cgroup.procs", "0");
}

static void enter(struct trial *t, int a, int b)
{
	set_mems(t, a, b);
	write_group(t, "cgroup.procs", "0");
}

static void touch(const struct region *mem)
{
	for (size_t i = 0; i < mem->pages; i++)
		*(volatile char *)page_at(mem, i) = 1;
}

/* ---- changing cpuset.mems ---- */

static void expect_in_the_end(struct trial *t, const struct region *mem, int node)
{
	for (int i = 0; i < 5000 && region_pages_on(mem, node) != mem->pages; i++)
		usleep(1000); /* newer kernels may move after the write has returned */
	expect_moved(t, mem, node);
}

static void change_body(struct trial *t, void *with)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);

	(void)with;
	enter(t, t->nodes.from, t->nodes.from);
	set_mems(t, t->nodes.to, t->nodes.to);
	expect_in_the_end(t, &mem, t->nodes.to);
}

static void change(struct trial *t)
{
	process_run(t, change_body, NULL);
}

/*
 * From a group of ours: the kernel moves pages from the nodes of the group
 * left, and one that got its cpuset with many others at once, as the slices of
 * systemd do, may have none noted (Linux 6.1, 6.12).
 */
static void enter_body(struct trial *t, void *with)
{
	struct region mem;

	(void)with;
	enter(t, t->nodes.from, t->nodes.from);
	mem = pages_on(t, PAGES, t->nodes.from);
	enter_next(t, t->nodes.to);
	expect_in_the_end(t, &mem, t->nodes.to);
}

static void entering(struct trial *t)
{
	process_run(t, enter_body, NULL);
}

static void widen_body(struct trial *t, void *with)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);

	(void)with;
	enter(t, t->nodes.from, t->nodes.from);
	set_mems(t, t->nodes.from, t->nodes.to);
	expect_moved(t, &mem, t->nodes.from);
}

static void widen(struct trial *t)
{
	process_run(t, widen_body, NULL);
}

/* Copy-on-write since the fork: mapped by the rule's process too, which is in no group. */
static void shared_body(struct trial *t, void *with)
{
	const struct region *mem = with;

	enter(t, t->nodes.from, t->nodes.from);
	set_mems(t, t->nodes.to, t->nodes.to);
	expect_in_the_end(t, mem, t->nodes.to);
}

static void shared(struct trial *t)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);

	process_run(t, shared_body, &mem);
	expect_moved(t, &mem, t->nodes.to);
}

/* ---- what is forbidden inside ---- */

static void move_pages_body(struct trial *t, void *with)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);
	struct move_answer a;

	(void)with;
	enter(t, t->nodes.from, t->nodes.from);
	a = move_one(mem.base, t->nodes.to, MPOL_MF_MOVE);
	expect(t, "result", a.result, -EACCES);
	expect(t, "status", a.status, STATUS_UNTOUCHED);
	expect_moved(t, &mem, t->nodes.from);
}

static void move_pages_inside(struct trial *t)
{
	process_run(t, move_pages_body, NULL);
}

static void idle_body(struct trial *t, void *with)
{
	touch(with); /* its own pages, no longer shared with us */
	enter(t, t->nodes.from, t->nodes.from);
}

static void move_pages_outside(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from);
	int status = STATUS_UNTOUCHED;
	void *page = mem.base;
	pid_t inside;

	inside = process_start(t, idle_body, &mem);
	expect(t, "result", call_move_pages(inside, 1, &page, &t->nodes.to, &status, MPOL_MF_MOVE), -EACCES);
	expect(t, "status", status, STATUS_UNTOUCHED);
}

static void mbind_body(struct trial *t, void *with)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);

	(void)with;
	enter(t, t->nodes.from, t->nodes.from);
	expect(t, "result", call_mbind(mem.base, mem.size, MPOL_BIND, nodes_one(t->nodes.to), MPOL_MF_MOVE), -EINVAL);
	expect_moved(t, &mem, t->nodes.from);
}

static void mbind_inside(struct trial *t)
{
	process_run(t, mbind_body, NULL);
}

static void migrate_body(struct trial *t, void *with)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);

	(void)with;
	enter(t, t->nodes.from, t->nodes.from);
	expect(t, "result", call_migrate_pages(0, nodes_one(t->nodes.from), nodes_one(t->nodes.to)), -EINVAL);
	expect_moved(t, &mem, t->nodes.from);
}

static void migrate_inside(struct trial *t)
{
	process_run(t, migrate_body, NULL);
}

static void migrate_nobody_body(struct trial *t, void *with)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);

	(void)with;
	enter(t, t->nodes.from, t->nodes.from);
	become_nobody(t);
	expect(t, "result", call_migrate_pages(0, nodes_one(t->nodes.from), nodes_one(t->nodes.to)), -EPERM);
	expect_moved(t, &mem, t->nodes.from);
}

static void migrate_nobody(struct trial *t)
{
	process_run(t, migrate_nobody_body, NULL);
}

/* ---- what is cut down inside ---- */

static void both_body(struct trial *t, void *with)
{
	struct region mem = memory_untouched(t, kind_base(t), PAGES);

	(void)with;
	enter(t, t->nodes.from, t->nodes.from);
	expect(t, "result", call_set_mempolicy(MPOL_INTERLEAVE, nodes_two(t->nodes.from, t->nodes.to)), 0);
	touch(&mem);
	expect(t, "number of pages on the allowed node", region_pages_on(&mem, t->nodes.from), PAGES);
}

static void both(struct trial *t)
{
	process_run(t, both_body, NULL);
}

static void first_touch_body(struct trial *t, void *with)
{
	struct region mem = memory_untouched(t, kind_base(t), PAGES);

	(void)with;
	enter(t, t->nodes.to, t->nodes.to);
	touch(&mem);
	expect(t, "number of pages on the allowed node", region_pages_on(&mem, t->nodes.to), PAGES);
}

static void first_touch(struct trial *t)
{
	process_run(t, first_touch_body, NULL);
}

/* ---- policies follow ---- */

static void policy_body(struct trial *t, void *with)
{
	struct region mem = memory_untouched(t, kind_base(t), PAGES);
	struct nodeset mask = nodes_none();

	(void)with;
	enter(t, t->nodes.from, t->nodes.from);
	must(t, "set_mempolicy", call_set_mempolicy(MPOL_BIND, nodes_one(t->nodes.from)));
	set_mems(t, t->nodes.to, t->nodes.to);
	touch(&mem);
	must(t, "get_mempolicy", call_get_mempolicy(NULL, mask.word, NODESET_BITS + 1, NULL, 0));
	expect(t, "the policy names the new node", nodes_have(&mask, t->nodes.to), true);
	expect(t, "the policy names the old node", nodes_have(&mask, t->nodes.from), false);
	expect(t, "number of pages on the new node", region_pages_on(&mem, t->nodes.to), PAGES);
}

static void policy_follows(struct trial *t)
{
	process_run(t, policy_body, NULL);
}

static void allowed_body(struct trial *t, void *with)
{
	struct nodeset mask = nodes_none();

	(void)with;
	enter(t, t->nodes.to, t->nodes.to);
	must(t, "get_mempolicy", call_get_mempolicy(NULL, mask.word, NODESET_BITS + 1, NULL, MPOL_F_MEMS_ALLOWED));
	expect(t, "the group's node is allowed", nodes_have(&mask, t->nodes.to), true);
	expect(t, "the other node is allowed", nodes_have(&mask, t->nodes.from), false);
}

static void allowed(struct trial *t)
{
	process_run(t, allowed_body, NULL);
}

static const struct rule rules[] = {
	{ "change", "cpuset.mems changed from one node to another: the group's pages move", change },
	{ "entering", "entering a group whose cpuset.mems is another node: the process's pages move", entering },
	{ "widen", "cpuset.mems extended by a node: pages stay", widen },
	{ "shared", "cpuset.mems changed, page shared with a process outside: moves for both", shared },
	{ "move_pages", "inside, move_pages to a forbidden node: -EACCES, no status written", move_pages_inside },
	{ "move_pages_outside", "from outside, move_pages of a process inside: its cpuset counts, -EACCES",
	  move_pages_outside },
	{ "mbind", "inside, mbind to a forbidden node: -EINVAL", mbind_inside },
	{ "migrate_pages", "inside, migrate_pages to a forbidden node: -EINVAL", migrate_inside },
	{ "migrate_pages_nobody", "the same without CAP_SYS_NICE: -EPERM", migrate_nobody },
	{ "mask_cut", "inside, set_mempolicy over two nodes, one forbidden: accepted, and reduced to the other", both },
	{ "first_touch", "inside, first touch goes to an allowed node, not where the thread runs", first_touch },
	{ "policy_follows", "BIND policy when cpuset.mems changes: is remapped to the new node", policy_follows },
	{ "mems_allowed", "get_mempolicy MEMS_ALLOWED: the group's nodes only", allowed },
	{},
};

static const struct knob_value knobs[] = { { "cpuset_controller", "on" }, { "cgroup", "present" }, {} };

BENCHMARK(cpuset_rules) = {
	.name = "cpuset_rules",
	.about = "what a cpuset (cgroup v2) moves, and what it forbids",
	.kind = SEMANTICS,
	.revision = 1,
	.rules = rules,
	.needs = { .memory_nodes = 2, .privileges = NEEDS_ROOT },
	.knobs = knobs,
};
