// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * counters - what the counters of /proc/vmstat say about moves by system call
 *
 * They count the whole machine: others may add to them, so that most rules
 * promise a least rise.
 */
#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>
#include "rule.h"

#define PAGES 256

static void move_all(struct trial *t, const struct region *mem, struct vmstat *before, struct vmstat *after)
{
	struct batch b = {};

	for (size_t i = 0; i < mem->pages; i++)
		batch_add(&b, page_at(mem, i), t->nodes.to);
	must(t, "vmstat", vmstat_read(before));
	must(t, "move_pages", batch_move(&b, MPOL_MF_MOVE));
	must(t, "vmstat", vmstat_read(after));
}

static void success(struct trial *t)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);
	struct vmstat *before = vmstat_new(), *after = vmstat_new();

	move_all(t, &mem, before, after);
	expect_moved(t, &mem, t->nodes.to);
	expect_at_least(t, "rise of pgmigrate_success", counter_rise(t, before, after, "pgmigrate_success"), PAGES);
}

static void fail(struct trial *t)
{
	struct region mem = pages_on(t, 2, t->nodes.from);
	struct iovec part = { mem.base, mem.page_size };
	struct vmstat *before = vmstat_new(), *after = vmstat_new();
	int ends[2];

	must(t, "pipe", call(pipe2(ends, O_CLOEXEC)));
	must(t, "vmsplice", call(vmsplice(ends[1], &part, 1, 0)));
	move_all(t, &mem, before, after);
	expect_at_least(t, "rise of pgmigrate_fail", counter_rise(t, before, after, "pgmigrate_fail"), 1);
	expect_at_least(t, "rise of pgmigrate_success", counter_rise(t, before, after, "pgmigrate_success"), 1);
}

/* Quiet machines only: a rise by another would be taken for ours. Three tries. */
static void expect_quiet(struct trial *t, const char *name, long limit, const struct region *mem)
{
	struct vmstat *before = vmstat_new(), *after = vmstat_new();
	long least = -1;

	for (int i = 0; i < 3 && (least < 0 || least >= limit); i++) {
		long risen;

		move_all(t, mem, before, after);
		risen = counter_rise(t, before, after, name);
		if (least < 0 || risen < least)
			least = risen;
	}
	expect(t, name, least < limit, true);
}

static void local_no_success(struct trial *t)
{
	struct region mem = pages_on(t, PAGES, t->nodes.to);

	expect_quiet(t, "pgmigrate_success", PAGES, &mem);
}

static void untouched_no_fail(struct trial *t)
{
	struct region mem = memory_untouched(t, kind_base(t), PAGES);

	expect_quiet(t, "pgmigrate_fail", PAGES, &mem);
}

static void no_balancing(struct trial *t)
{
	struct region mem = pages_on(t, PAGES, t->nodes.from);
	struct vmstat *before = vmstat_new(), *after = vmstat_new();

	move_all(t, &mem, before, after);
	expect_moved(t, &mem, t->nodes.to);
	expect(t, "rise of numa_pages_migrated", counter_rise(t, before, after, "numa_pages_migrated"), 0);
}

static const struct knob_value knobs[] = { { "numa_balancing", "0" }, {} };

static const struct rule rules[] = {
	{ "success", "pgmigrate_success rises by at least the pages moved", success, TWO_NODES },
	{ "fail", "pgmigrate_fail rises by a page that is held, and pgmigrate_success by the one beside it", fail,
	  TWO_NODES },
	{ "local_no_success", "pages already on the target: not in pgmigrate_success", local_no_success },
	{ "untouched_no_fail", "untouched pages: not in pgmigrate_fail", untouched_no_fail },
	{ "no_balancing", "moves by system call: not in numa_pages_migrated", no_balancing, TWO_NODES },
	{},
};

BENCHMARK(counters) = {
	.name = "counters",
	.about = "what /proc/vmstat counts when system calls move pages",
	.kind = SEMANTICS,
	.revision = 1,
	.rules = rules,
	.knobs = knobs,
};
