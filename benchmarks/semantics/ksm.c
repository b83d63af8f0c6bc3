// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ksm - what moves a page that the kernel merged with an equal one
 *
 * Two addresses of this process hold the same, and KSM maps both to one page.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "rule.h"

#define WAIT_MS 10000

#define WITH_FRAMES                                                                                                    \
	{                                                                                                              \
		.memory_nodes = 2, .privileges = NEEDS_ROOT                                                            \
	}

static bool is_merged(const struct region *mem)
{
	long frame = pfn_of(page_at(mem, 0));

	return frame >= 0 && frame == pfn_of(page_at(mem, 1));
}

/* Two pages on the source that are one. */
static struct region merged(struct trial *t)
{
	struct region mem = pages_on(t, 2, t->nodes.from);

	memcpy(page_at(&mem, 1), page_at(&mem, 0), mem.page_size);
	must(t, "madvise", call(madvise(mem.base, mem.size, MADV_MERGEABLE)));
	for (int ms = 0; ms < WAIT_MS && !is_merged(&mem); ms += 10)
		usleep(10000);
	if (!is_merged(&mem))
		rule_end(t, skipped(t, "not-merged", "KSM did not merge two identical pages within %d ms", WAIT_MS));
	return mem;
}

static void expect_both_on(struct trial *t, const struct region *mem, int node)
{
	expect(t, "node of the first address", node_of(page_at(mem, 0)), node);
	expect(t, "node of the second address", node_of(page_at(mem, 1)), node);
	expect(t, "both are one page", is_merged(mem), true);
	expect(t, "both hold the same", memcmp(page_at(mem, 0), page_at(mem, 1), mem->page_size), 0);
}

static void query(struct trial *t)
{
	struct region mem = merged(t);

	expect_both_on(t, &mem, t->nodes.from);
}

static void move(struct trial *t)
{
	struct region mem = merged(t);
	struct move_answer a = move_one(mem.base, t->nodes.to, MPOL_MF_MOVE);

	expect(t, "status", a.status, -EACCES);
	expect(t, "result", a.result, 0);
	expect_both_on(t, &mem, t->nodes.from);
}

static void move_all(struct trial *t)
{
	struct region mem = merged(t);
	struct move_answer a = move_one(mem.base, t->nodes.to, MPOL_MF_MOVE_ALL);

	expect(t, "status", a.status, t->nodes.to);
	expect(t, "result", a.result, 0);
	expect_both_on(t, &mem, t->nodes.to);
}

static void mbind_move(struct trial *t)
{
	struct region mem = merged(t);

	expect(t, "result", call_mbind(mem.base, mem.size, MPOL_BIND, nodes_one(t->nodes.to), t->rule->with), 0);
	expect_both_on(t, &mem, t->nodes.from);
}

/* Older kernels ask the address for its policy, find none for such a page, and take the caller's. */
static void mbind_all(struct trial *t)
{
	struct region mem = merged(t);

	expect(t, "result", call_mbind(mem.base, mem.size, MPOL_BIND, nodes_one(t->nodes.to), MPOL_MF_MOVE_ALL), 0);
	expect_one_of(
		t, "node", node_of(mem.base),
		ANSWERS({ t->nodes.to, "newer kernels, 6.12" }, { t->nodes.from, "the caller's; older kernels, 6.1" }));
	expect_both_on(t, &mem, node_of(mem.base));
}

/* A write parts them: the address that is written gets a page of its own. */
static void parted(struct trial *t)
{
	struct region mem = merged(t);
	struct move_answer a;

	*(volatile char *)page_at(&mem, 1) ^= 1;
	a = move_one(mem.base, t->nodes.to, MPOL_MF_MOVE);
	expect(t, "status", a.status, t->nodes.to);
	expect(t, "result", a.result, 0);
	expect(t, "node of the page that was written", node_of(page_at(&mem, 1)), t->nodes.from);
}

static const struct knob_value knobs[] = { { "ksm", "1" }, {} };

static const struct rule rules[] = {
	{ "query", "merged page, asked about: both addresses have its node", query, WITH_FRAMES },
	{ "move", "merged page, MOVE: status -EACCES, it stays", move, WITH_FRAMES },
	{ "move_all", "merged page, MOVE_ALL: moves for both addresses, and stays one", move_all, WITH_FRAMES },
	{ "mbind", "mbind MOVE: result 0, and it stays", mbind_move, WITH_FRAMES, MPOL_MF_MOVE },
	{ "mbind_strict", "mbind MOVE with STRICT: result 0, and it stays", mbind_move, WITH_FRAMES,
	  MPOL_MF_MOVE | MPOL_MF_STRICT },
	{ "mbind_all", "mbind MOVE_ALL: moves for both addresses (6.1: to the caller's node, whatever the policy says)",
	  mbind_all, WITH_FRAMES },
	{ "parted", "one of the two addresses written: the other's page moves with MOVE", parted, WITH_FRAMES },
	{},
};

BENCHMARK(ksm) = {
	.name = "ksm",
	.about = "what moves a page that the kernel merged with an identical one",
	.kind = SEMANTICS,
	.revision = 1,
	.rules = rules,
	.knobs = knobs,
};
