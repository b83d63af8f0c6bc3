// SPDX-License-Identifier: GPL-2.0-or-later
/* interrupts: sums over CPUs from /proc/interrupts, of machines of any size, and the instrument of them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/fault.h"
#include "base/file.h"
#include "instruments/instruments.h"
#include "instruments/interrupts.h"

static char root[] = "/tmp/nodehop-interrupts-XXXXXX";
static double sum[INTERRUPTS];

static void read_text(const char *text)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/proc/interrupts", root);
	assert_int_equal(file_make_parents(path), 0);
	assert_int_equal(file_write_text(path, text), 0);
	assert_int_equal(interrupts_read(sum, root), 0);
}

static void each_cpu_counts(void **state)
{
	(void)state;
	read_text("           CPU0       CPU1       CPU3\n"
		  " 24:         11         22         33  PCI-MSIX-0000:00:02.0   0-edge      virtio0-config\n"
		  "CAL:       1000       2000    4000000   Function call interrupts\n"
		  "TLB:          1          2 4294967295   TLB shootdowns\n"
		  "ERR:          7\n");
	assert_float_equal(sum[INTERRUPT_TLB_SHOOTDOWN], 3 + 4294967295.0, 0);
	assert_float_equal(sum[INTERRUPT_FUNCTION_CALL], 4003000, 0);
}

/* arm64 has no interrupt for the translations: its CPUs forget them by an instruction. */
static void a_row_that_is_absent_is_not_0(void **state)
{
	(void)state;
	read_text("           CPU0       CPU1\n"
		  "IPI0:         5          6       Rescheduling interrupts\n"
		  "IPI1:        70          8       Function call interrupts\n");
	assert_true(isnan(sum[INTERRUPT_TLB_SHOOTDOWN]));
	assert_float_equal(sum[INTERRUPT_FUNCTION_CALL], 78, 0);
	read_text("");
	assert_true(isnan(sum[INTERRUPT_TLB_SHOOTDOWN]) && isnan(sum[INTERRUPT_FUNCTION_CALL]));
}

/* A device may be called anything; a row is known by what stands behind its label. */
static void words_before_the_colon_are_no_row(void **state)
{
	(void)state;
	read_text("           CPU0\nTLB:          3   TLB shootdowns\nTLB shootdowns:  99   of a device\n");
	assert_float_equal(sum[INTERRUPT_TLB_SHOOTDOWN], 3, 0);
}

static void no_file_is_a_fault(void **state)
{
	(void)state;
	assert_int_equal(interrupts_read(sum, "/nowhere"), -1);
	assert_non_null(strstr(fault_text(), "/nowhere/proc/interrupts"));
	assert_true(isnan(sum[INTERRUPT_TLB_SHOOTDOWN]));
}

/* 256 CPUs: a row is longer than any buffer of a fixed size that one would take. CPU n had 1000 + n shootdowns. */
static void a_large_machine(void **state)
{
	(void)state;
	assert_int_equal(interrupts_read(sum, "tests/data/machines/256-cpus"), 0);
	assert_float_equal(sum[INTERRUPT_TLB_SHOOTDOWN], 256 * 1000 + 255 * 256 / 2, 0);
	assert_float_equal(sum[INTERRUPT_FUNCTION_CALL], 256 * 500000 + 7 * 255 * 256 / 2, 0);
}

/* Of this machine: of a run of a train of two, half of the rise. */
static void the_instrument_has_what_they_rose_by(void **state)
{
	const struct instrument *one = &interrupts_instrument;
	static struct repetition r;
	double *counts = calloc(1, one->state_size), seen[INTERRUPTS];
	struct measured nothing = {};

	(void)state;
	r.standard[M_TRAIN] = 2;
	assert_int_equal(one->begin(counts), 0);
	assert_int_equal(one->end(counts), 0);
	for (int i = 0; i < INTERRUPTS; i++)
		counts[INTERRUPTS + i] = counts[i] + 10 * (i + 1); /* after follows before */
	one->record(counts, &nothing, &r, seen);
	for (int i = 0; i < INTERRUPTS; i++)
		assert_true(isnan(counts[i]) ? isnan(seen[i]) : seen[i] == 5 * (i + 1));
	free(counts);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(root) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	return file_remove_folder(root);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_cpu_counts),
		cmocka_unit_test(a_row_that_is_absent_is_not_0),
		cmocka_unit_test(words_before_the_colon_are_no_row),
		cmocka_unit_test(no_file_is_a_fault),
		cmocka_unit_test(a_large_machine),
		cmocka_unit_test(the_instrument_has_what_they_rose_by),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
