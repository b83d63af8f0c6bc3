// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * protection - what moving does to protected, locked and marked pages
 *
 * A page keeps what was asked for it: that it may not be read or written,
 * that it is locked, that a write is to be reported.
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "rule.h"

static void expect_moves(struct trial *t, const struct region *mem)
{
	struct move_answer a = move_one(mem->base, t->nodes.to, MPOL_MF_MOVE);

	expect(t, "status", a.status, t->nodes.to);
	expect(t, "result", a.result, 0);
	expect(t, "node by query", node_of(mem->base), t->nodes.to);
}

/* ---- protection ---- */

static void none_moves(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from);
	struct move_answer a;
	bool moved;

	must(t, "mprotect", call(mprotect(mem.base, mem.size, PROT_NONE)));
	a = move_one(mem.base, t->nodes.to, MPOL_MF_MOVE);
	moved = expect_one_of(t, "status", a.status,
			      ANSWERS({ -ENOENT, "before 6.12" }, { t->nodes.to, "since 6.12" }));
	expect(t, "result", a.result, 0);
	must(t, "mprotect", call(mprotect(mem.base, mem.size, PROT_READ | PROT_WRITE)));
	expect_moved(t, &mem, moved ? t->nodes.to : t->nodes.from);
}

static void none_query(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from);

	must(t, "mprotect", call(mprotect(mem.base, mem.size, PROT_NONE)));
	expect_one_of(t, "status", node_of(mem.base),
		      ANSWERS({ -ENOENT, "before 6.12" }, { t->nodes.from, "since 6.12" }));
}

/* Does this access end a process with SIGSEGV? */
static bool faults(struct trial *t, char *address, bool write)
{
	int status = 0;
	pid_t pid = fork();

	if (!pid) {
		signal(SIGSEGV, SIG_DFL);
		if (write)
			*(volatile char *)address = 1;
		else
			(void)*(volatile char *)address;
		_exit(0);
	}
	must(t, "waiting", call(waitpid(pid, &status, 0)));
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
}

static void read_only(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from);

	must(t, "mprotect", call(mprotect(mem.base, mem.size, PROT_READ)));
	expect_moves(t, &mem);
	expect(t, "a write faults", faults(t, mem.base, true), true);
	expect(t, "a read faults", faults(t, mem.base, false), false);
	expect_moved(t, &mem, t->nodes.to);
}

/* ---- locked ---- */

static void mlocked(struct trial *t)
{
	struct region mem = memory_on(t, kind_backed(t, BACKING_MLOCKED), 1, t->nodes.from);

	expect_moves(t, &mem);
	expect(t, "bytes locked", smaps_bytes(t, mem.base, "Locked"), mem.size);
	expect_moved(t, &mem, t->nodes.to);
}

/* ---- advice ---- */

static void madv_free(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from);

	must(t, "madvise", call(madvise(mem.base, mem.size, MADV_FREE)));
	expect_moves(t, &mem);
	expect_moved(t, &mem, t->nodes.to);
}

static void advised(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from);

	must(t, "madvise", call(madvise(mem.base, mem.size, t->rule->with)));
	expect_moves(t, &mem);
	expect_moved(t, &mem, t->nodes.to);
}

/* ---- userfaultfd: a page that is write-protected stays so ---- */

static int open_userfaultfd(struct trial *t)
{
	struct uffdio_api api = { .api = UFFD_API, .features = UFFD_FEATURE_PAGEFAULT_FLAG_WP };
	int fd;

	may_call(CALL_USERFAULTFD);
	fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		rule_end(t, blocked(t, "no-userfaultfd", "userfaultfd may not be used here: %m"));
	if (ioctl(fd, UFFDIO_API, &api))
		rule_end(t, skipped(t, "no-userfaultfd-wp", "userfaultfd has no write protection here: %m"));
	return fd;
}

#define PAGEMAP_UFFD_WP	   (1ull << 57)
#define PAGEMAP_SOFT_DIRTY (1ull << 55)

static uint64_t pagemap_entry(struct trial *t, const void *address)
{
	uint64_t entry = 0;
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);

	must(t, "pagemap", call(fd));
	must(t, "pagemap", call(pread(fd, &entry, sizeof(entry), (uintptr_t)address / getpagesize() * sizeof(entry))));
	close(fd);
	return entry;
}

static void userfaultfd_wp(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from);
	struct uffdio_range range = { (uintptr_t)mem.base, mem.size };
	struct uffdio_register reg = { .range = range, .mode = UFFDIO_REGISTER_MODE_WP };
	struct uffdio_writeprotect protect = { .range = range, .mode = UFFDIO_WRITEPROTECT_MODE_WP };
	int fd = open_userfaultfd(t);

	must(t, "UFFDIO_REGISTER", call(ioctl(fd, UFFDIO_REGISTER, &reg)));
	must(t, "UFFDIO_WRITEPROTECT", call(ioctl(fd, UFFDIO_WRITEPROTECT, &protect)));
	if (!(pagemap_entry(t, mem.base) & PAGEMAP_UFFD_WP))
		rule_end(t, skipped(t, "no-userfaultfd-wp", "pagemap does not show userfaultfd's protection"));
	expect_moves(t, &mem);
	expect(t, "still write-protected", !!(pagemap_entry(t, mem.base) & PAGEMAP_UFFD_WP), true);
	expect_moved(t, &mem, t->nodes.to);
}

/* ---- soft-dirty: moving is no write ---- */

static bool is_soft_dirty(struct trial *t, const struct region *mem, size_t page)
{
	return pagemap_entry(t, page_at(mem, page)) & PAGEMAP_SOFT_DIRTY;
}

/* Two pages, the first of them written since the marks were cleared. */
static struct region pages_with_marks(struct trial *t)
{
	struct region mem = pages_on(t, 2, t->nodes.from);
	int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "4", 1) != 1)
		rule_end(t, skipped(t, "no-soft-dirty", "soft-dirty marks cannot be cleared: %m"));
	close(fd);
	*(volatile char *)mem.base += 0;
	if (!is_soft_dirty(t, &mem, 0) || is_soft_dirty(t, &mem, 1))
		rule_end(t, skipped(t, "no-soft-dirty", "the kernel keeps no soft-dirty marks"));
	return mem;
}

static void soft_dirty_kept(struct trial *t)
{
	struct region mem = pages_with_marks(t);

	expect_moves(t, &mem);
	expect(t, "mark of the written page", is_soft_dirty(t, &mem, 0), true);
}

static void soft_dirty_set(struct trial *t)
{
	struct region mem = pages_with_marks(t);

	must(t, "move_pages", move_one(page_at(&mem, 1), t->nodes.to, MPOL_MF_MOVE).result);
	expect(t, "node by query", node_of(page_at(&mem, 1)), t->nodes.to);
	expect_one_of(t, "mark of the unwritten page", is_soft_dirty(t, &mem, 1),
		      ANSWERS({ 0, "as it was" }, { 1, "set by the move, as 6.1 does" }));
}

/* ---- what moving is: other memory at the same address ---- */

static void other_frame(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from);
	long before = pfn_of(mem.base), after;

	if (before < 0)
		rule_end(t, blocked(t, "no-pfn", "/proc/self/pagemap hides frame numbers"));
	expect_moves(t, &mem);
	after = pfn_of(mem.base);
	expect(t, "the frame is another", after >= 0 && after != before, true);
}

static void same_frame(struct trial *t)
{
	struct region mem = pages_on(t, 1, t->nodes.from);
	long before = pfn_of(mem.base);

	if (before < 0)
		rule_end(t, blocked(t, "no-pfn", "/proc/self/pagemap hides frame numbers"));
	must(t, "move_pages", move_one(mem.base, t->nodes.from, MPOL_MF_MOVE).result);
	expect(t, "the frame is another", pfn_of(mem.base) != before, false);
}

static const struct rule rules[] = {
	{ "prot_none_move", "PROT_NONE page: moves (before 6.12: status -ENOENT, and it stays)", none_moves,
	  TWO_NODES },
	{ "prot_none_query", "PROT_NONE page, asked about: status is its node (before 6.12: -ENOENT)", none_query },
	{ "prot_read", "read-only page: moves, and is read-only there", read_only, TWO_NODES },
	{ "mlocked", "mlocked page: moves, and is locked there", mlocked, TWO_NODES },
	{ "madv_free", "page that MADV_FREE allows the kernel to drop: moves with its data", madv_free, TWO_NODES },
	{ "dontfork", "page under MADV_DONTFORK: moves", advised, TWO_NODES, MADV_DONTFORK },
	{ "cold", "page under MADV_COLD: moves", advised, TWO_NODES, MADV_COLD },
	{ "mergeable", "page under MADV_MERGEABLE, not merged: moves", advised, TWO_NODES, MADV_MERGEABLE },
	{ "userfaultfd_wp", "page write-protected by userfaultfd: moves, and is protected there", userfaultfd_wp,
	  TWO_NODES },
	{ "soft_dirty_kept", "soft-dirty mark of a written page: kept when it moves", soft_dirty_kept, TWO_NODES },
	{ "soft_dirty_set", "soft-dirty mark of an unwritten page: not set by moving it (6.1 sets it)", soft_dirty_set,
	  TWO_NODES },
	{ "other_frame",
	  "page that moved: has another frame",
	  other_frame,
	  { .memory_nodes = 2, .privileges = NEEDS_SYS_ADMIN } },
	{ "same_frame", "page already on the target: keeps its frame", same_frame, { .privileges = NEEDS_SYS_ADMIN } },
	{},
};

BENCHMARK(protection) = {
	.name = "protection",
	.about = "what moving does to protected, locked and marked pages",
	.kind = SEMANTICS,
	.revision = 1,
	.rules = rules,
};
