// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>
#include "base/fault.h"
#include "base/units.h"

static void parses_bytes(void **state)
{
	uint64_t bytes;

	(void)state;
	assert_int_equal(units_parse_bytes("4096", &bytes), 0);
	assert_int_equal(bytes, 4096);
	assert_int_equal(units_parse_bytes("64k", &bytes), 0);
	assert_int_equal(bytes, 65536);
	assert_int_equal(units_parse_bytes("2G", &bytes), 0);
	assert_int_equal(bytes, 2147483648u);
}

static void refuses(void **state)
{
	static const char *const bad[] = { "", "k", "-1", "4x", "4kk", "1.5m", "18446744073709551616", "20000000t", "0x10" };
	uint64_t bytes;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!units_parse_bytes(bad[i], &bytes))
			fail_msg("\"%s\" was taken for %lu", bad[i], bytes);
}

static void says_what_would_be_right(void **state)
{
	uint64_t ns;

	(void)state;
	assert_int_equal(units_parse_ns("5min", &ns), -1);
	assert_non_null(strstr(fault_text(), "5min"));
	assert_non_null(strstr(fault_text(), "50ms"));
}

static void prints_what_it_parses(void **state)
{
	static const uint64_t sizes[] = { 0, 1, 1000, 1024, 1536, 1536 << 10, 1ull << 40, 3ull << 30 };
	char text[24];
	uint64_t bytes;

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		assert_int_equal(units_parse_bytes(units_print_bytes(text, sizeof(text), sizes[i]), &bytes), 0);
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
		cmocka_unit_test(prints_what_it_parses),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
