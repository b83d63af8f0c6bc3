// SPDX-License-Identifier: GPL-2.0-or-later
/* interrupts: what is added up, from texts as /proc/interrupts is. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/file.h"
#include "instruments/interrupts.h"

static int read_text(double sum[INTERRUPTS], const char *text)
{
	char root[] = "/tmp/nodehop-interrupts-XXXXXX", path[64];
	int result;

	assert_non_null(mkdtemp(root));
	snprintf(path, sizeof(path), "%s/proc/interrupts", root);
	assert_int_equal(file_make_parents(path), 0);
	assert_int_equal(file_write_text(path, text), 0);
	result = interrupts_read(sum, root);
	unlink(path);
	snprintf(path, sizeof(path), "%s/proc", root);
	rmdir(path);
	rmdir(root);
	return result;
}

static void all_cpus_are_added_up(void **state)
{
	double sum[INTERRUPTS];

	(void)state;
	assert_int_equal(read_text(sum, "           CPU0       CPU1       CPU2\n"
					"  0:        113          0          0   IO-APIC   2-edge      timer\n"
					"CAL:       1000         20          3   Function call interrupts\n"
					"TLB:          0         40          5   TLB shootdowns\n"),
			 0);
	assert_float_equal(sum[INTERRUPT_FUNCTION_CALL], 1023, 0);
	assert_float_equal(sum[INTERRUPT_TLB_SHOOTDOWN], 45, 0);
}

/* arm64 has no such interrupt for translations, and other labels. */
static void what_an_architecture_lacks_is_not_zero(void **state)
{
	double sum[INTERRUPTS];

	(void)state;
	assert_int_equal(read_text(sum, "IPI1:         7          8       Function call interrupts\n"), 0);
	assert_float_equal(sum[INTERRUPT_FUNCTION_CALL], 15, 0);
	assert_true(isnan(sum[INTERRUPT_TLB_SHOOTDOWN]));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_cpus_are_added_up),
		cmocka_unit_test(what_an_architecture_lacks_is_not_zero),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
