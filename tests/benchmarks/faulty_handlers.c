// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Handlers of faults that fault themselves, each with the outcome it must get (tests/host/faulty-handlers).
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "bench.h"

#define BYTES (1 << 20)

static char *memory;

static enum outcome nothing(struct trial *t)
{
	(void)t;
	return OK;
}

static enum outcome touch(struct trial *t)
{
	(void)t;
	(void)*(volatile char *)memory;
	return OK;
}

static enum outcome map(struct trial *t)
{
	memory = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return memory == MAP_FAILED ? broken(t, "mmap", "%m") : OK;
}

/* ---- a SIGSEGV handler that touches what it should make accessible: must be broken, signal ---- */

static void touch_too(int signal_number)
{
	(void)signal_number;
	(void)*(volatile char *)memory;
}

static enum outcome protect(struct trial *t)
{
	enum outcome o = map(t);

	signal(SIGSEGV, touch_too);
	return o == OK && mprotect(memory, BYTES, PROT_NONE) ? broken(t, "mprotect", "%m") : o;
}

BENCHMARK(handler_segv) = {
	.name = "test_handler_segv",
	.about = "faults in its SIGSEGV handler",
	.revision = 1,
	.primary = "wall",
	.setup = protect,
	.run = touch,
	.verify = nothing,
};

/* ---- a thread that waits for the fault which it should serve: must be broken, deadline ---- */

static void *wait_for_itself(void *uffd)
{
	struct uffd_msg message;

	if (read(*(int *)uffd, &message, sizeof(message)) > 0)
		(void)*(volatile char *)memory;
	return NULL;
}

static enum outcome register_all(struct trial *t)
{
	static int uffd;
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	enum outcome o = map(t);
	pthread_t thread;

	range.range = (struct uffdio_range){ (uintptr_t)memory, BYTES };
	uffd = syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);
	if (o != OK || uffd < 0 || ioctl(uffd, UFFDIO_API, &api) || ioctl(uffd, UFFDIO_REGISTER, &range))
		return blocked(t, "uffd-forbidden", "%m");
	return pthread_create(&thread, NULL, wait_for_itself, &uffd) ? broken(t, "thread", "none") : OK;
}

BENCHMARK(handler_uffd) = {
	.name = "test_handler_uffd",
	.about = "faults in its userfaultfd thread",
	.revision = 1,
	.primary = "wall",
	.deadline_s = 2,
	.setup = register_all,
	.run = touch,
	.verify = nothing,
};
