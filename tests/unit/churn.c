// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * churn: what it maps and frees before a counted session hangs on the seed, and on nothing else. The Makefile has mmap
 * and munmap come here, where they are noted in memory that the churning child shares.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <cmocka.h>
#include "engine/churn.h"
#include "machine/facts.h"

#define STEPS 64

static long *step; /* sizes that were mapped, and, negative, unmapped */

void *__real_mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset);
void *__wrap_mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset);
void *__wrap_mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset)
{
	if (step && step[0] < STEPS)
		step[++step[0]] = size;
	return __real_mmap(at, size, prot, flags, fd, offset);
}

int __real_munmap(void *at, size_t size);
int __wrap_munmap(void *at, size_t size);
int __wrap_munmap(void *at, size_t size)
{
	if (step && step[0] < STEPS)
		step[++step[0]] = -(long)size;
	return __real_munmap(at, size);
}

static void churned(unsigned long seed, long steps[STEPS + 1])
{
	const struct machine machine = { .nodes = 1, .page_size = 4096 };

	memset(step, 0, (STEPS + 1) * sizeof(*step));
	assert_int_equal(churn_memory(&machine, seed), 0);
	memcpy(steps, step, (STEPS + 1) * sizeof(*step));
}

static void a_seed_decides_what_is_churned(void **state)
{
	long one[STEPS + 1], again[STEPS + 1], other[STEPS + 1], freed = 0;

	(void)state;
	churned(1, one);
	churned(1, again);
	churned(2, other);
	assert_memory_equal(one, again, sizeof(one));
	assert_memory_not_equal(one, other, sizeof(one));
	assert_in_range(one[0], 24, 48);
	for (long i = 1; i <= one[0]; i++) {
		freed += one[i] < 0;
		assert_true(one[i] < 0 || (one[i] >= 4096 && one[i] <= 128 * 4096));
	}
	assert_in_range(freed, 4, 20); /* some, not all */
}

static int share(void **state)
{
	(void)state;
	step = __real_mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return step == MAP_FAILED ? -1 : 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_seed_decides_what_is_churned),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, share, NULL);
}
