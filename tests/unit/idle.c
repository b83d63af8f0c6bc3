// SPDX-License-Identifier: GPL-2.0-or-later
/* idle: busy time by /proc/schedstat, of machines of any size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/text.h"
#include "instruments/idle.h"

/* The form of version 15, with a domain line for each CPU. */
static void adds_up_all_cpus(void **state)
{
	char *text = text_append(NULL, "version 15\ntimestamp 4295000000\n");

	(void)state;
	for (int cpu = 0; cpu < 512; cpu++)
		text = text_append(text, "cpu%d 0 0 0 0 0 0 1000000000 7 9\ndomain0 ff,ffffffff 11 22 33 44 55 66 77\n",
				   cpu);
	assert_int_equal(idle_sum_busy_ns(text), 512000000000ull);
	free(text);
}

static void other_lines_count_for_nothing(void **state)
{
	(void)state;
	assert_int_equal(idle_sum_busy_ns(""), 0);
	assert_int_equal(idle_sum_busy_ns("version 15\ncpu0 0 0\ncpux 1 2 3 4 5 6 7\n"), 0);
}

/* More than is read at first. */
static void the_last_of_many_cpus_counts(void **state)
{
	char path[] = "/tmp/nodehop-idle-XXXXXX";
	int fd = mkstemp(path);
	struct idle idle = {};
	struct idle_mark mark;

	(void)state;
	for (int cpu = 0; cpu < 2048; cpu++)
		assert_true(dprintf(fd, "cpu%d 0 0 0 0 0 0 1000 7 9\n", cpu) > 0);
	assert_int_equal(idle_open(&idle, path), 0);
	assert_int_equal(idle_nap(&idle, &mark), 0);
	assert_int_equal(mark.busy_ns, 2048000);
	free(idle.text);
	close(fd);
	unlink(path);
}

/* From when we had the CPU again before it, to when we left it behind it; of the time that the region took. */
static void the_share_is_of_the_wall(void **state)
{
	const struct idle_mark before = { .busy_ns = 100, .left_ns = 1000, .back_ns = 2000 };
	struct idle_mark after = { .busy_ns = 900, .left_ns = 3000, .back_ns = 4000 };

	(void)state;
	assert_float_equal(idle_share(&before, &after, 800), 0.25, 1e-9);
	after.busy_ns = 1200; /* the moments away counted as busy */
	assert_float_equal(idle_share(&before, &after, 800), 0, 1e-9);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(adds_up_all_cpus),
		cmocka_unit_test(other_lines_count_for_nothing),
		cmocka_unit_test(the_last_of_many_cpus_counts),
		cmocka_unit_test(the_share_is_of_the_wall),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
