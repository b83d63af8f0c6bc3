// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * permissions - who may move whose pages
 *
 * Tried as uid 65534. Run by another user than root, its rights are those of
 * that user.
 */
#include <sys/prctl.h>
#include <unistd.h>
#include "rule.h"

#define ROOT                                                                                                           \
	{                                                                                                              \
		.privileges = NEEDS_ROOT                                                                               \
	}

/* ---- one's own pages ---- */

static void own_pages(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from);

	become_nobody(t);
	expect(t, "status", move_one(mem.base, t->nodes.to, MPOL_MF_MOVE).status, t->nodes.to);
	expect_moved(t, &mem, t->nodes.to);
}

static void move_all(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from);
	struct move_answer a;

	become_nobody(t);
	a = move_one(mem.base, t->nodes.to, MPOL_MF_MOVE_ALL);
	expect(t, "result", a.result, -EPERM);
	expect(t, "status", a.status, STATUS_UNTOUCHED);
	expect(t, "node by query", node_of(mem.base), t->nodes.from);
}

static void mbind_move_all(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from);

	become_nobody(t);
	expect(t, "result", call_mbind(mem.base, mem.size, MPOL_BIND, nodes_one(t->nodes.to), MPOL_MF_MOVE_ALL),
	       -EPERM);
	expect(t, "node by query", node_of(mem.base), t->nodes.from);
}

static void mbind_move(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from);

	become_nobody(t);
	expect(t, "result", call_mbind(mem.base, mem.size, MPOL_BIND, nodes_one(t->nodes.to), MPOL_MF_MOVE), 0);
	expect_moved(t, &mem, t->nodes.to);
}

static void migrate_body(struct trial *t, void *with)
{
	struct region mem = pages_on(t, 1, t->nodes.from);

	(void)with;
	become_nobody(t);
	must(t, "migrate_pages", call_migrate_pages(0, nodes_one(t->nodes.from), nodes_one(t->nodes.to)));
	expect(t, "node by query", node_of(mem.base), t->nodes.to);
}

static void migrate(struct trial *t)
{
	process_run(t, migrate_body, NULL);
}

/* Without the right, pages that others map too stay behind, and are not counted as left. */
static void migrate_shared_body(struct trial *t, void *with)
{
	const struct region *mem = with;

	become_nobody(t);
	expect(t, "result", call_migrate_pages(0, nodes_one(t->nodes.from), nodes_one(t->nodes.to)), 0);
	expect(t, "node of a shared page", node_of(mem->base), t->nodes.from);
}

static void migrate_shared(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from); /* ours and, since the fork, the other's */

	process_run(t, migrate_shared_body, &mem);
}

/* ---- pages of others ---- */

static void root_query(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from);
	pid_t root = process_start(t, NULL, NULL);
	int status = STATUS_UNTOUCHED;
	void *page = mem.base;

	become_nobody(t);
	expect(t, "result", call_move_pages(root, 1, &page, NULL, &status, 0), -EPERM);
	expect(t, "status", status, STATUS_UNTOUCHED);
}

static void root_move(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from);
	pid_t root = process_start(t, NULL, NULL);
	int status = STATUS_UNTOUCHED;
	void *page = mem.base;

	become_nobody(t);
	expect(t, "result", call_move_pages(root, 1, &page, &t->nodes.to, &status, MPOL_MF_MOVE), -EPERM);
}

static void root_migrate(struct trial *t)
{
	pid_t root = process_start(t, NULL, NULL);

	become_nobody(t);
	expect(t, "result", call_migrate_pages(root, nodes_one(t->nodes.from), nodes_one(t->nodes.to)), -EPERM);
}

/* A process that has changed its uid is not dumpable, until it says that it is. */
static void be_dumpable(struct trial *t, void *with)
{
	(void)with;
	must(t, "prctl", call(prctl(PR_SET_DUMPABLE, 1)));
}

static void same_user(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from);
	int status = STATUS_UNTOUCHED;
	void *page = mem.base;
	pid_t other;

	become_nobody(t);
	other = process_start(t, be_dumpable, NULL);
	expect(t, "result", call_move_pages(other, 1, &page, NULL, &status, 0), 0);
	expect(t, "status", status, t->nodes.from);
}

static void be_undumpable(struct trial *t, void *with)
{
	(void)with;
	must(t, "prctl", call(prctl(PR_SET_DUMPABLE, 0)));
}

static void same_user_undumpable(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from);
	int status = STATUS_UNTOUCHED;
	void *page = mem.base;
	pid_t other;

	become_nobody(t);
	other = process_start(t, be_undumpable, NULL);
	expect(t, "result", call_move_pages(other, 1, &page, NULL, &status, 0), -EPERM);
}

static const struct rule rules[] = {
	{ "own_pages", "move_pages MOVE of one's own pages: needs no right", own_pages, TWO_NODES },
	{ "move_all", "move_pages MOVE_ALL: -EPERM without CAP_SYS_NICE, no status written", move_all },
	{ "mbind_move", "mbind MOVE of one's own pages: needs no right", mbind_move, TWO_NODES },
	{ "mbind_move_all", "mbind MOVE_ALL: -EPERM without CAP_SYS_NICE", mbind_move_all },
	{ "migrate_pages", "migrate_pages of oneself: needs no right", migrate, TWO_NODES },
	{ "migrate_pages_shared",
	  "migrate_pages of oneself without CAP_SYS_NICE: shared pages stay, and are not counted as left",
	  migrate_shared, TWO_NODES },
	{ "root_query", "query about a process of root: -EPERM, no status written", root_query, ROOT },
	{ "root_move", "move_pages of a process of root: -EPERM", root_move, ROOT },
	{ "root_migrate", "migrate_pages of a process of root: -EPERM", root_migrate, ROOT },
	{ "same_user", "query about another process of the same user: answered", same_user },
	{ "same_user_undumpable", "the same, where the process is not dumpable: -EPERM", same_user_undumpable },
	{},
};

BENCHMARK(permissions) = {
	.name = "permissions",
	.about = "who may move whose pages",
	.kind = SEMANTICS,
	.revision = 1,
	.rules = rules,
};
