// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * batches - what ends a batch within one move_pages(2) call
 *
 * The kernel queues neighbours in the array that have the same target, and
 * moves them together. A change of target, or a page that is not queued,
 * flushes the queue; an order that does so at each page makes batches of one.
 * The kernel's tracepoint migrate:mm_migrate_pages fires once a flush.
 */
#include <linux/perf_event.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "rule.h"

#define PAGES 64

/* ---- the flushes of one call, counted ---- */

static int open_flushes(struct trial *t)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT, .size = sizeof(attr), .disabled = 1 };
	long id = tracepoint_id(t, "migrate/mm_migrate_pages"), fd;

	may_call(CALL_PERF_EVENT_OPEN);
	attr.config = id;
	fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0)
		rule_end(t, blocked(t, "no-perf", "tracepoints may not be counted here: %m"));
	return fd;
}

static void expect_flushes(struct trial *t, struct batch *b, long wanted)
{
	int fd = open_flushes(t);
	uint64_t flushes = 0;
	long result;

	must(t, "perf enable", call(ioctl(fd, PERF_EVENT_IOC_ENABLE, 0)));
	result = batch_move(b, MPOL_MF_MOVE);
	must(t, "perf disable", call(ioctl(fd, PERF_EVENT_IOC_DISABLE, 0)));
	must(t, "perf read", call(read(fd, &flushes, sizeof(flushes))));
	close(fd);
	expect(t, "number of batches", flushes, wanted);
	expect(t, "result", result, 0);
}

static void one_target(struct trial *t)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);
	struct batch b = {};

	for (size_t i = 0; i < PAGES; i++)
		batch_add(&b, page_at(&mem, i), t->nodes.to);
	expect_flushes(t, &b, 1);
	expect_moved(t, &mem, t->nodes.to);
}

/* Pages of two nodes, each bound for the other one. */
static void swap_nodes(struct trial *t, struct batch *b, const struct region *a, const struct region *z, bool alternate)
{
	for (size_t i = 0; i < 2 * PAGES; i++) {
		bool first = alternate ? i % 2 == 0 : i < PAGES;
		size_t page = alternate ? i / 2 : i % PAGES;

		batch_add(b, page_at(first ? a : z, page), first ? t->nodes.to : t->nodes.from);
	}
}

static void alternating_targets(struct trial *t)
{
	struct region a = pages_on(t, PAGES, t->nodes.from), z = pages_on(t, PAGES, t->nodes.to);
	struct batch b = {};

	swap_nodes(t, &b, &a, &z, true);
	expect_flushes(t, &b, 2 * PAGES);
	expect_moved(t, &a, t->nodes.to);
	expect_moved(t, &z, t->nodes.from);
}

static void sorted_targets(struct trial *t)
{
	struct region a = pages_on(t, PAGES, t->nodes.from), z = pages_on(t, PAGES, t->nodes.to);
	struct batch b = {};

	swap_nodes(t, &b, &a, &z, false);
	expect_flushes(t, &b, 2);
	expect_moved(t, &a, t->nodes.to);
	expect_moved(t, &z, t->nodes.from);
}

static void local_between(struct trial *t)
{
	struct region far = pages_on(t, PAGES, t->nodes.from), local = pages_on(t, PAGES, t->nodes.to);
	struct batch b = {};

	for (size_t i = 0; i < PAGES; i++) {
		batch_add(&b, page_at(&far, i), t->nodes.to);
		batch_add(&b, page_at(&local, i), t->nodes.to);
	}
	expect_flushes(t, &b, PAGES);
	expect(t, "number of statuses on the target", batch_statuses(&b, t->nodes.to), 2 * PAGES);
	expect_moved(t, &far, t->nodes.to);
}

static void gaps_between(struct trial *t)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from), gap = memory_untouched(t, kind_base(t), PAGES);
	struct batch b = {};

	for (size_t i = 0; i < PAGES; i++) {
		batch_add(&b, page_at(&mem, i), t->nodes.to);
		batch_add(&b, page_at(&gap, i), t->nodes.to);
	}
	expect_flushes(t, &b, PAGES);
	expect_moved(t, &mem, t->nodes.to);
}

static void all_local(struct trial *t)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);
	struct batch b = {};

	for (size_t i = 0; i < PAGES; i++)
		batch_add(&b, page_at(&mem, i), t->nodes.from);
	expect_flushes(t, &b, 0);
	expect(t, "number of statuses on the target", batch_statuses(&b, t->nodes.from), PAGES);
}

/* ---- the same page more than once ---- */

static void twice(struct trial *t)
{
	struct region mem = pages_on(t, 8, t->nodes.from);
	struct batch b = {};
	long result;

	for (size_t i = 0; i < 16; i++)
		batch_add(&b, page_at(&mem, i / 2), t->nodes.to);
	result = batch_move(&b, MPOL_MF_MOVE);
	for (size_t i = 0; i < 16; i++)
		expect(t, i % 2 ? "status of the second address" : "status of the first address", b.status[i],
		       i % 2 ? -EBUSY : t->nodes.to);
	expect(t, "result", result, 0);
	expect_moved(t, &mem, t->nodes.to);
}

static void to_and_fro(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from);
	struct batch b = {};

	for (size_t i = 0; i < 8; i++)
		batch_add(&b, mem.base, i % 2 ? t->nodes.from : t->nodes.to);
	expect(t, "result", batch_move(&b, MPOL_MF_MOVE), 0);
	for (size_t i = 0; i < 8; i++)
		expect(t, "status", b.status[i], i % 2 ? t->nodes.from : t->nodes.to);
	expect_moved(t, &mem, t->nodes.from);
}

/* More pages than the kernel moves in one go (as many as a huge page has). */
static void longer_than_internal(struct trial *t)
{
	struct region mem = pages_on(t, BATCH_MAX, t->nodes.from);
	struct batch b = {};

	for (size_t i = 0; i < BATCH_MAX; i++)
		batch_add(&b, page_at(&mem, i), t->nodes.to);
	expect_flushes(t, &b, 1);
	expect(t, "number of statuses on the target", batch_statuses(&b, t->nodes.to), BATCH_MAX);
	expect_moved(t, &mem, t->nodes.to);
}

static const struct rule rules[] = {
	{ "one_target", "64 pages to one target: one batch", one_target, TWO_NODES },
	{ "alternating_targets", "128 pages, targets alternating: 128 batches of one", alternating_targets, TWO_NODES },
	{ "sorted_targets", "the same pages sorted by target: 2 batches", sorted_targets, TWO_NODES },
	{ "local_between", "64 pages, each followed by one already on the target: 64 batches of one", local_between,
	  TWO_NODES },
	{ "gaps_between", "64 pages, each followed by an untouched one: 64 batches of one", gaps_between, TWO_NODES },
	{ "all_local", "all pages already on the target: no batch at all, result 0", all_local },
	{ "twice", "page named twice in a row: the first address moves it, the second has status -EBUSY, result 0",
	  twice, TWO_NODES },
	{ "to_and_fro",
	  "page named with alternating targets: it moves back and forth, each status is the node requested", to_and_fro,
	  TWO_NODES },
	{ "longer_than_internal", "1024 pages to one target: one batch, however the kernel divides it internally",
	  longer_than_internal, TWO_NODES },
	{},
};

BENCHMARK(batches) = {
	.name = "batches",
	.about = "what ends a batch within one move_pages(2) call",
	.kind = SEMANTICS,
	.revision = 1,
	.rules = rules,
};
