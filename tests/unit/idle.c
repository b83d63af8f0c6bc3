// SPDX-License-Identifier: GPL-2.0-or-later
/* idle: busy time by /proc/schedstat, of machines of any size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
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

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(adds_up_all_cpus),
		cmocka_unit_test(other_lines_count_for_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
