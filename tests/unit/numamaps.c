// SPDX-License-Identifier: GPL-2.0-or-later
/* numamaps: base pages of a region on a node, from a process's numa_maps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "memory/numamaps.h"

static const char text[] =
	"7f0000000000 default anon=512 dirty=512 N0=500 N1=12 kernelpagesize_kB=4\n"
	"7f0000200000 bind:1 file=/anon_hugepage\\040(deleted) huge anon=2 dirty=2 N1=2 kernelpagesize_kB=2048\n"
	"7f0000600000 default anon=7 N1=3 N11=4 kernelpagesize_kB=4\n"
	"7f0000800000 default\n"
	"7f0000801000 default stack anon=3 N0=3\n";

static size_t pages(uintptr_t base, size_t size, int node)
{
	const struct region r = { .base = (char *)base, .size = size, .page_size = 4096 };

	return numamaps_pages(text, &r, node);
}

static void each_mapping_of_the_region_counts(void **state)
{
	(void)state;
	assert_int_equal(pages(0x7f0000000000, 2 << 20, 0), 500);
	assert_int_equal(pages(0x7f0000000000, 2 << 20, 1), 12);
	assert_int_equal(pages(0x7f0000000000, 2 << 20, 2), 0);
	assert_int_equal(pages(0x7f0000200000, 4 << 20, 1), 2 * 512);
	assert_int_equal(pages(0x7f0000000000, 8 << 20, 1), 12 + 2 * 512 + 3);
	assert_int_equal(pages(0x7f0000600000, 2 << 20, 11), 4);
	assert_int_equal(pages(0x7f0000800000, 0x1000, 0), 0);
	assert_int_equal(pages(0x7f0000801000, 0x1000, 0), 3); /* a kernel that tells no size */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mapping_of_the_region_counts),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
