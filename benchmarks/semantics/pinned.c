// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pinned - what becomes of pages that the kernel holds for somebody
 *
 * A page on its way through a pipe or registered for I/O cannot move. The
 * trap: move_pages(2) then returns a count above 0 and leaves the statuses of
 * the batch unwritten, also those of pages that did move.
 */
#include <linux/io_uring.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
#include "rule.h"

#define PAGES 8

/* ---- ways to pin: the descriptor that holds the page until it is closed ---- */

static int pin_by_pipe(struct trial *t, void *page, size_t bytes)
{
	struct iovec part = { page, bytes };
	int ends[2];

	must(t, "pipe", call(pipe2(ends, O_CLOEXEC)));
	must(t, "vmsplice", call(vmsplice(ends[1], &part, 1, 0)));
	close(ends[1]);
	return ends[0];
}

static int pin_by_io_uring(struct trial *t, void *page, size_t bytes)
{
	struct io_uring_params params = {};
	struct iovec part = { page, bytes };
	int fd = syscall(SYS_io_uring_setup, 1, &params);

	if (fd < 0 && errno == ENOSYS)
		rule_end(t, skipped(t, "no-io-uring", "the kernel has no io_uring"));
	if (fd < 0)
		rule_end(t, blocked(t, "no-io-uring", "io_uring may not be used here: %m"));
	must(t, "registering a buffer", call(syscall(SYS_io_uring_register, fd, IORING_REGISTER_BUFFERS, &part, 1)));
	return fd;
}

enum { PIPE, IO_URING };

static int pin(struct trial *t, const struct region *mem, size_t page)
{
	return t->rule->with == IO_URING ? pin_by_io_uring(t, page_at(mem, page), mem->page_size)
					 : pin_by_pipe(t, page_at(mem, page), mem->page_size);
}

/*
 * io_uring drops its pins from a work queue some time after the close; so the
 * page is tried again, for 5 s at most.
 */
static void expect_moves_in_the_end(struct trial *t, const struct region *mem)
{
	struct move_answer a = { .result = 1 };

	for (int i = 0; i < 5000 && a.result; i++) {
		a = move_one(mem->base, t->nodes.to, MPOL_MF_MOVE);
		if (a.result)
			usleep(1000);
	}
	expect(t, "result once released", a.result, 0);
	expect(t, "status once released", a.status, t->nodes.to);
	expect_moved(t, mem, t->nodes.to);
}

/* ---- move_pages ---- */

static void alone(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from);
	int held = pin(t, &mem, 0);
	struct move_answer a = move_one(mem.base, t->nodes.to, MPOL_MF_MOVE);

	expect(t, "result", a.result, 1);
	expect(t, "status", a.status, STATUS_UNTOUCHED);
	expect(t, "node by query", node_of(mem.base), t->nodes.from);
	close(held);
	expect_moves_in_the_end(t, &mem);
}

static void among_others(struct trial *t)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);
	struct batch b = {};

	pin(t, &mem, 3);
	for (size_t i = 0; i < PAGES; i++)
		batch_add(&b, page_at(&mem, i), t->nodes.to);
	expect(t, "result", batch_move(&b, MPOL_MF_MOVE), 1);
	expect(t, "number of statuses unwritten", batch_statuses(&b, STATUS_UNTOUCHED), PAGES);
	expect(t, "number of pages moved", region_pages_on(&mem, t->nodes.to), PAGES - 1);
	expect(t, "node of the pinned page", node_of(page_at(&mem, 3)), t->nodes.from);
}

/* Batches before the one that fails have their statuses; the rest is counted, though never tried. */
static void next_batch(struct trial *t)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from), more = pages_on(t, PAGES, t->nodes.to);
	struct batch b = {};

	pin(t, &mem, 0);
	for (size_t i = 0; i < PAGES; i++)
		batch_add(&b, page_at(&mem, i), t->nodes.to);
	for (size_t i = 0; i < PAGES; i++)
		batch_add(&b, page_at(&more, i), t->nodes.from);
	expect(t, "result", batch_move(&b, MPOL_MF_MOVE), 1 + PAGES);
	expect(t, "number of statuses unwritten", batch_statuses(&b, STATUS_UNTOUCHED), 2 * PAGES);
	expect(t, "number of pages moved before", region_pages_on(&mem, t->nodes.to), PAGES - 1);
	expect(t, "number of pages moved after", region_pages_on(&more, t->nodes.from), 0);
}

static void on_target(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from);

	pin(t, &mem, 0);
	expect(t, "status", move_one(mem.base, t->nodes.from, MPOL_MF_MOVE).status, t->nodes.from);
}

/* ---- mbind and migrate_pages ---- */

static void mbind_strict(struct trial *t)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);

	pin(t, &mem, 0);
	expect(t, "result",
	       call_mbind(mem.base, mem.size, MPOL_BIND, nodes_one(t->nodes.to), MPOL_MF_MOVE | MPOL_MF_STRICT), -EIO);
	expect(t, "node of the pinned page", node_of(mem.base), t->nodes.from);
	expect(t, "number of pages moved", region_pages_on(&mem, t->nodes.to), PAGES - 1);
}

static void mbind_lax(struct trial *t)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);

	pin(t, &mem, 0);
	expect(t, "result", call_mbind(mem.base, mem.size, MPOL_BIND, nodes_one(t->nodes.to), MPOL_MF_MOVE), 0);
	expect(t, "node of the pinned page", node_of(mem.base), t->nodes.from);
	expect(t, "number of pages moved", region_pages_on(&mem, t->nodes.to), PAGES - 1);
}

/* The whole process, in one of its own: migrating takes its other memory along. */
static void migrate_body(struct trial *t, void *with)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);

	(void)with;
	pin(t, &mem, 0);
	expect(t, "result", call_migrate_pages(0, nodes_one(t->nodes.from), nodes_one(t->nodes.to)), 1);
	expect(t, "node of the pinned page", node_of(mem.base), t->nodes.from);
	expect(t, "number of pages moved", region_pages_on(&mem, t->nodes.to), PAGES - 1);
}

static void migrate(struct trial *t)
{
	process_run(t, migrate_body, NULL);
}

static const struct rule rules[] = {
	{ "pipe", "page held by a pipe: result 1, status unwritten; once released, it moves", alone, TWO_NODES, PIPE },
	{ "io_uring", "page registered with io_uring: result 1, status unwritten; once released, it moves", alone,
	  TWO_NODES, IO_URING },
	{ "pipe_among_others", "one of 8 pages held by a pipe: result 1, all 8 statuses unwritten, though 7 moved",
	  among_others, TWO_NODES, PIPE },
	{ "io_uring_among_others",
	  "one of 8 pages registered with io_uring: result 1, all 8 statuses unwritten, though 7 moved", among_others,
	  TWO_NODES, IO_URING },
	{ "next_batch", "batch after one with a held page: not tried, and its pages are in the result", next_batch,
	  TWO_NODES, PIPE },
	{ "on_target", "held page already on the target: status is the node", on_target, {}, PIPE },
	{ "mbind_strict", "mbind MOVE with STRICT over a held page: -EIO, the others move", mbind_strict, TWO_NODES,
	  PIPE },
	{ "mbind_lax", "mbind MOVE over a held page: result 0, which hides that it stays", mbind_lax, TWO_NODES, PIPE },
	{ "migrate_pages", "migrate_pages over a held page: result 1, the number left", migrate, TWO_NODES, PIPE },
	{},
};

BENCHMARK(pinned) = {
	.name = "pinned",
	.about = "what happens to pages that the kernel holds on behalf of a process",
	.kind = SEMANTICS,
	.revision = 1,
	.rules = rules,
};
