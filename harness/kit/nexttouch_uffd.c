// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nexttouch_uffd - the ways of next touch that userfaultfd(2) serves
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "base/clock.h"
#include "kit/nexttouch_way.h"

#define SETTLE_NS 20000000 /* six times what Linux 6.1 charges a new thread */

#define ASIDE_DISTANCE ((1ul << 36) + (1 << 20)) /* beyond all regions, and by half a page table */

#ifndef UFFD_USER_MODE_ONLY
#define UFFD_USER_MODE_ONLY 1
#endif

/* ---- opening ---- */

static bool is_shared(const struct region *r)
{
	return r->kind.backing == BACKING_SHARED || r->kind.backing == BACKING_SHMEM ||
	       r->kind.backing == BACKING_MAPPED;
}

static bool is_hugetlb(const struct region *r)
{
	return r->kind.backing == BACKING_HUGETLB;
}

/* Users without rights may serve faults of user code only, which is all there is here. */
static int open_fd(void)
{
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC);

	return fd < 0 && errno == EPERM ? (int)syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY) : fd;
}

static enum outcome open_uffd(struct trial *t, struct nexttouch *n, uint64_t features, const char *what)
{
	struct uffdio_api api = { .api = UFFD_API, .features = features };

	enum outcome o = trial_may_call(t, CALL_USERFAULTFD);

	if (o != OK)
		return o;
	n->uffd = open_fd();
	if (n->uffd < 0)
		return blocked(t, "uffd-forbidden", "userfaultfd: %m");
	if (ioctl(n->uffd, UFFDIO_API, &api))
		return skipped(t, "no-uffd-mode", "this kernel's userfaultfd has no %s: %m", what);
	return OK;
}

/* Answers faults until the process ends. */
static void *serve_faults(void *argument)
{
	struct nexttouch *n = argument;
	struct uffd_msg message;

	while (read(n->uffd, &message, sizeof(message)) == sizeof(message))
		if (message.event == UFFD_EVENT_PAGEFAULT)
			nexttouch_fault(n, (char *)(uintptr_t)message.arg.pagefault.address);
	return NULL;
}

/* A new thread runs behind others, and it takes some time of theirs until that no longer shows. */
static void let_settle(void)
{
	uint64_t end_ns = clock_wall_ns() + SETTLE_NS;

	while (clock_wall_ns() < end_ns)
		;
}

/*
 * As batch tasks (the thread, and touchers started later, inherit it): a
 * toucher that is woken waits until the thread has served its fault to the
 * end. Else the scheduler lets it in between as their past run times have it,
 * which changes what a fault costs by 1 to 13 % from one repetition to the next.
 * Where this is refused, samples scatter, no more.
 */
static enum outcome start_thread(struct trial *t, struct nexttouch *n)
{
	const struct sched_param none = {};
	pthread_t thread;

	(void)sched_setscheduler(0, SCHED_BATCH, &none);
	if (pthread_create(&thread, NULL, serve_faults, n))
		return broken(t, "thread", "cannot start a thread to serve faults");
	let_settle();
	return OK;
}

static const char *register_range(struct nexttouch *n, uint64_t mode)
{
	struct uffdio_register range = { .range = { (uintptr_t)n->region->base, n->region->size }, .mode = mode };

	return ioctl(n->uffd, UFFDIO_REGISTER, &range) ? "UFFDIO_REGISTER" : NULL;
}

/* Also wakes whoever waits. */
static const char *unregister_range(struct nexttouch *n)
{
	struct uffdio_range range = { (uintptr_t)n->region->base, n->region->size };

	return ioctl(n->uffd, UFFDIO_UNREGISTER, &range) ? "UFFDIO_UNREGISTER" : NULL;
}

static const char *wake(struct nexttouch *n, size_t offset, size_t size)
{
	struct uffdio_range range = { (uintptr_t)n->region->base + offset, size };

	return ioctl(n->uffd, UFFDIO_WAKE, &range) ? "UFFDIO_WAKE" : NULL;
}

/* ---- wp ---- */

static enum outcome wp_open(struct trial *t, struct nexttouch *n)
{
	bool anonymous = !is_shared(n->region) && !is_hugetlb(n->region);
	uint64_t features = UFFD_FEATURE_PAGEFAULT_FLAG_WP | (anonymous ? 0 : UFFD_FEATURE_WP_HUGETLBFS_SHMEM);
	enum outcome o = open_uffd(t, n, features, anonymous ? "write-protection" : "write-protection of such pages");

	return o == OK ? start_thread(t, n) : o;
}

static const char *protect(struct nexttouch *n, size_t offset, size_t size, uint64_t mode)
{
	struct uffdio_writeprotect range = { .range = { (uintptr_t)n->region->base + offset, size }, .mode = mode };

	return ioctl(n->uffd, UFFDIO_WRITEPROTECT, &range) ? "UFFDIO_WRITEPROTECT" : NULL;
}

static const char *wp_arm(struct nexttouch *n)
{
	const char *failed = register_range(n, UFFDIO_REGISTER_MODE_WP);

	return failed ?: protect(n, 0, n->region->size, UFFDIO_WRITEPROTECT_MODE_WP);
}

/* Moved first: whoever waits to write must find the page on its node. */
static const char *wp_serve(struct nexttouch *n, size_t offset, size_t size)
{
	const char *failed = nexttouch_move(n, offset, size);

	n->calls++;
	return failed ?: protect(n, offset, size, 0);
}

const struct nexttouch_way nexttouch_wp = {
	.open = wp_open,
	.arm = wp_arm,
	.serve = wp_serve,
	.disarm = unregister_range,
};

/* ---- copy, by a thread or in the toucher's own handler ---- */

static enum outcome copy_allowed(struct trial *t, const struct nexttouch *n)
{
	const struct region *r = n->region;

	if (is_shared(r))
		return skipped(t, "no-missing-fault",
			       "shared memory keeps its pages when they are unmapped: a touch finds them");
	if (r->kind.backing == BACKING_MLOCKED)
		return skipped(t, "no-missing-fault", "locked pages do not stay locked when they are put aside");
	if (!is_hugetlb(r) && r->kind.folio_size != r->page_size)
		return skipped(t, "copies-base-pages", "UFFDIO_COPY makes base pages, not folios of %zu bytes",
			       r->kind.folio_size);
	return OK;
}

static enum outcome open_copy(struct trial *t, struct nexttouch *n, uint64_t features, const char *what)
{
	enum outcome o = copy_allowed(t, n);

	return o == OK ? open_uffd(t, n, features | (is_hugetlb(n->region) ? UFFD_FEATURE_MISSING_HUGETLBFS : 0), what)
		       : o;
}

static enum outcome copy_open(struct trial *t, struct nexttouch *n)
{
	enum outcome o = open_copy(t, n, 0, "missing faults of such pages");

	return o == OK ? start_thread(t, n) : o;
}

static enum outcome sigbus_open(struct trial *t, struct nexttouch *n)
{
	return open_copy(t, n, UFFD_FEATURE_SIGBUS, "SIGBUS");
}

/*
 * Moves the page tables' entries away; the addresses stay mapped and empty. To
 * a place where nothing else is, so that as many page tables are made for it
 * each time: one more costs a cheap copy 0.3 %. And not where tables begin, or
 * the kernel would move whole ones.
 */
static const char *put_aside(struct nexttouch *n)
{
	size_t size = n->region->size;
	char *hint = n->region->base + ASIDE_DISTANCE;
	void *aside = mremap(n->region->base, size, size, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, hint);

	n->aside = aside == MAP_FAILED ? NULL : aside;
	return n->aside ? NULL : "mremap";
}

/* The kernel refuses MREMAP_DONTUNMAP to hugetlb: move all of it, then map the addresses anew. */
static const char *put_hugetlb_aside(struct nexttouch *n)
{
	size_t size = n->region->size, folio = n->region->kind.folio_size;
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_FIXED | __builtin_ctzl(folio) << MAP_HUGE_SHIFT;
	char *space = mmap(NULL, size + folio, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	char *target = space + (folio - (uintptr_t)space % folio) % folio;

	if (space == MAP_FAILED)
		return "mmap";
	munmap(space, target - space);
	munmap(target + size, space + folio - target);
	if (mremap(n->region->base, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, target) == MAP_FAILED)
		return "mremap";
	n->aside = target;
	return mmap(n->region->base, size, PROT_READ | PROT_WRITE, flags, -1, 0) == MAP_FAILED ? "mmap" : NULL;
}

static const char *copy_arm(struct nexttouch *n)
{
	const char *failed = is_hugetlb(n->region) ? put_hugetlb_aside(n) : put_aside(n);

	return failed ?: register_range(n, UFFDIO_REGISTER_MODE_MISSING);
}

/* Pages that are there already were brought for another toucher. */
static const char *copy_serve(struct nexttouch *n, size_t offset, size_t size)
{
	struct uffdio_copy copy = {};

	for (size_t done = 0; done<size; done += copy.copy> 0 ? copy.copy : 0) {
		copy = (struct uffdio_copy){
			.dst = (uintptr_t)n->region->base + offset + done,
			.src = (uintptr_t)n->aside + offset + done,
			.len = size - done,
		};
		__atomic_fetch_add(&n->calls, 1, __ATOMIC_RELAXED);
		if (!ioctl(n->uffd, UFFDIO_COPY, &copy))
			continue;
		if (errno == EEXIST)
			return wake(n, offset, size);
		if (errno != EAGAIN)
			return "UFFDIO_COPY";
	}
	return NULL;
}

/* Copies what nobody touched, folio by folio; those that are there say so. */
static const char *copy_complete(struct nexttouch *n)
{
	size_t folio = n->region->kind.folio_size;
	const char *failed = NULL;

	for (size_t i = 0; !failed && i < n->list.len; i++)
		failed = copy_serve(n, i * folio, folio);
	failed = failed ?: unregister_range(n);
	munmap(n->aside, n->region->size);
	n->aside = NULL;
	return failed;
}

const struct nexttouch_way nexttouch_copy = {
	.open = copy_open,
	.arm = copy_arm,
	.serve = copy_serve,
	.disarm = unregister_range,
	.complete = copy_complete,
};

const struct nexttouch_way nexttouch_sigbus = {
	.signal = SIGBUS,
	.open = sigbus_open,
	.arm = copy_arm,
	.serve = copy_serve,
	.disarm = unregister_range,
	.complete = copy_complete,
};

/* ---- minor: shared memory ---- */

static enum outcome minor_open(struct trial *t, struct nexttouch *n)
{
	enum outcome o;

	if (!is_shared(n->region))
		return skipped(t, "no-minor-fault", "only shared memory keeps its pages when they are unmapped");
	o = open_uffd(t, n, UFFD_FEATURE_MINOR_SHMEM, "minor faults");
	return o == OK ? start_thread(t, n) : o;
}

static const char *minor_arm(struct nexttouch *n)
{
	const char *failed = register_range(n, UFFDIO_REGISTER_MODE_MINOR);

	return failed ?: madvise(n->region->base, n->region->size, MADV_DONTNEED) ? "madvise" : NULL;
}

/* Mapped, moved, and only then is the toucher woken. */
static const char *minor_serve(struct nexttouch *n, size_t offset, size_t size)
{
	struct uffdio_continue map = {
		.range = { (uintptr_t)n->region->base + offset, size },
		.mode = UFFDIO_CONTINUE_MODE_DONTWAKE,
	};
	const char *failed;

	n->calls += 2;
	if (ioctl(n->uffd, UFFDIO_CONTINUE, &map) && errno != EEXIST)
		return "UFFDIO_CONTINUE";
	failed = nexttouch_move(n, offset, size);
	return failed ?: wake(n, offset, size);
}

static const char *minor_disarm(struct nexttouch *n)
{
	const char *failed = unregister_range(n);

	for (size_t i = 0; !failed && i < n->region->pages; i++)
		(void)*(volatile char *)(n->region->base + i * n->region->page_size);
	return failed;
}

const struct nexttouch_way nexttouch_minor = {
	.open = minor_open,
	.arm = minor_arm,
	.serve = minor_serve,
	.disarm = minor_disarm,
};
