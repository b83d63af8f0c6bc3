// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mthp - what one address of a folio of 64 KiB moves
 *
 * Folios between the base page and the huge page, on offer since 6.8. As
 * with huge pages, one address stands for the folio; what differs is that
 * nothing but the statuses tells a program how large its folios are.
 */
#include <sys/mman.h>
#include "rule.h"

#define FOLIO_BYTES (64 << 10)
#define FOLIOS	    4

static struct region folios_on(struct trial *t, int node)
{
	return memory_on(t, kind_of_size(FOLIO_BYTES), FOLIOS, node);
}

static void expect_whole(struct trial *t, const struct region *mem)
{
	enum outcome o;

	expect_moved(t, mem, t->nodes.to);
	o = region_check_folios(t, mem);
	if (o != OK)
		rule_end(t, o);
}

static void one_address(struct trial *t)
{
	struct region mem = folios_on(t, t->nodes.from);
	size_t each = FOLIO_BYTES / mem.page_size;
	struct batch b = {};

	for (size_t i = 0; i < FOLIOS; i++)
		batch_add(&b, page_at(&mem, i * each + t->rule->with), t->nodes.to);
	expect(t, "number of statuses on the target", (batch_move(&b, MPOL_MF_MOVE), batch_statuses(&b, t->nodes.to)),
	       FOLIOS);
	expect_whole(t, &mem);
}

static void every_address(struct trial *t)
{
	struct region mem = folios_on(t, t->nodes.from);
	struct batch b = {};
	long result;

	for (size_t i = 0; i < mem.pages; i++)
		batch_add(&b, page_at(&mem, i), t->nodes.to);
	result = batch_move(&b, MPOL_MF_MOVE);
	expect(t, "number of statuses -EBUSY", batch_statuses(&b, -EBUSY), FOLIOS);
	expect(t, "number of other statuses", batch_statuses(&b, t->nodes.to), mem.pages - FOLIOS);
	expect(t, "result", result, 0);
	expect_whole(t, &mem);
}

static void mbind_part(struct trial *t)
{
	struct region mem = folios_on(t, t->nodes.from);

	expect(t, "result", call_mbind(mem.base, mem.page_size, MPOL_BIND, nodes_one(t->nodes.to), MPOL_MF_MOVE), 0);
	expect(t, "number of pages moved", region_pages_on(&mem, t->nodes.to), FOLIO_BYTES / mem.page_size);
}

static const struct knob_value knobs[] = { { "thp", "madvise" },
					   { "/sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled", "madvise" },
					   { "/sys/kernel/mm/transparent_hugepage/hugepages-2048kB/enabled", "never" },
					   {} };

static const struct rule rules[] = {
	{ "head", "first address of each 64k folio: moves it whole, unsplit", one_address, TWO_NODES, 0 },
	{ "inside", "address inside each 64k folio: moves it whole, unsplit", one_address, TWO_NODES, 5 },
	{ "every_address", "all addresses in one call: one status -EBUSY a folio, result 0, all moved whole",
	  every_address, TWO_NODES },
	{ "mbind_part", "mbind MOVE of one page of a folio: moves the whole folio", mbind_part, TWO_NODES },
	{},
};

BENCHMARK(mthp) = {
	.name = "mthp",
	.about = "what one address of a folio of 64 KiB moves",
	.kind = SEMANTICS,
	.revision = 1,
	.rules = rules,
	.knobs = knobs,
};
