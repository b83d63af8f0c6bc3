// SPDX-License-Identifier: GPL-2.0-or-later
/* units: sizes, times and shares as they are read and printed */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>
#include "base/fault.h"
#include "base/units.h"

#define ANY (UINT64_MAX - 1)

static void parses_bytes(void **state)
{
	uint64_t bytes;

	(void)state;
	assert_int_equal(units_parse_bytes("4096", 0, ANY, &bytes), 0);
	assert_int_equal(bytes, 4096);
	assert_int_equal(units_parse_bytes("64k", 0, ANY, &bytes), 0);
	assert_int_equal(bytes, 65536);
	assert_int_equal(units_parse_bytes("2G", 0, ANY, &bytes), 0);
	assert_int_equal(bytes, 2147483648u);
}

static void refuses(void **state)
{
	static const char *const bad[] = { "",
					   "k",
					   "-1",
					   "4x",
					   "4kk",
					   "1.5m",
					   "18446744073709551615",
					   "18446744073709551616",
					   "18446744073709551617",
					   "16777216t",
					   "20000000t",
					   "0x10" };
	uint64_t bytes;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!units_parse_bytes(bad[i], 0, ANY, &bytes))
			fail_msg("\"%s\" was taken for %lu", bad[i], bytes);
}

static void says_what_would_be_right(void **state)
{
	uint64_t ns;

	(void)state;
	assert_int_equal(units_parse_ns("5min", 0, ANY, &ns), -1);
	assert_non_null(strstr(fault_text(), "5min"));
	assert_non_null(strstr(fault_text(), "50ms"));
}

static void holds_to_the_range(void **state)
{
	uint64_t value;

	(void)state;
	assert_int_equal(units_parse_count("1", 1, 999, &value), 0);
	assert_int_equal(units_parse_count("999", 1, 999, &value), 0);
	assert_int_equal(units_parse_count("0", 1, 999, &value), -1);
	assert_int_equal(units_parse_count("1000", 1, 999, &value), -1);
	assert_string_equal(fault_text(), "\"1000\" is out of range: 1 to 999");
	assert_int_equal(units_parse_count("4294967297", 0, UINT32_MAX, &value), -1);
	assert_int_equal(units_parse_bytes("3m", 4096, 2 << 20, &value), -1);
	assert_string_equal(fault_text(), "\"3m\" is out of range: 4k to 2m");
	assert_int_equal(units_parse_ns("0s", 1000000000, 60000000000, &value), -1);
	assert_string_equal(fault_text(), "\"0s\" is out of range: 1s to 60s");
}

static void prints_what_it_parses(void **state)
{
	static const uint64_t sizes[] = { 0, 1, 1000, 1024, 1536, 1536 << 10, 1ull << 40, 3ull << 30 };
	char text[24];
	uint64_t bytes;

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		assert_int_equal(units_parse_bytes(units_print_bytes(text, sizeof(text), sizes[i]), 0, ANY, &bytes), 0);
		assert_int_equal(bytes, sizes[i]);
	}
	assert_string_equal(units_print_bytes(text, sizeof(text), 1536 << 10), "1536k");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_bytes),
		cmocka_unit_test(refuses),
		cmocka_unit_test(says_what_would_be_right),
		cmocka_unit_test(holds_to_the_range),
		cmocka_unit_test(prints_what_it_parses),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
