// SPDX-License-Identifier: GPL-2.0-or-later
/* printable: bytes of somebody else's, as a terminal, XML and a CI host may have them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/printable.h"

static void in_place(const char *foreign, const char *shown)
{
	char text[64];

	strcpy(text, foreign);
	printable_in_place(text);
	assert_string_equal(text, shown);
}

static void what_obeys_is_broken(void **state)
{
	(void)state;
	in_place("plain, \xc3\xbc and \xe2\x82\xac", "plain, \xc3\xbc and \xe2\x82\xac");
	in_place("::error::x", "?:error::x");
	in_place("a::b", "a::b");
	in_place("red \033[31m", "red ?[31m");
	in_place("two\nlines\tof\rit", "two lines of it");
	in_place("cut \xe2\x82", "cut ??");
	in_place("overlong \xc0\xaf", "overlong ??");
	in_place("\xed\xa0\x80", "???"); /* a surrogate */
}

/* Each of the characters that turn the direction of a line around. */
static void no_character_turns_the_line_around(void **state)
{
	(void)state;
	for (unsigned last = 0xaa; last <= 0xae; last++)
		assert_int_equal(printable_bytes((char[]){ 0xe2, 0x80, last, 0 }), 0);
	for (unsigned last = 0xa6; last <= 0xa9; last++)
		assert_int_equal(printable_bytes((char[]){ 0xe2, 0x81, last, 0 }), 0);
	assert_int_equal(printable_bytes("\xe2\x80\xa9"), 3);
	assert_int_equal(printable_bytes("\xe2\x80\xaf"), 3);
}

static void bytes_are_written_out(void **state)
{
	char *text = printable("a\n\t\\\0\x7f\xff", 7);

	(void)state;
	assert_string_equal(text, "a\\n\\t\\\\\\x00\\x7f\\xff");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_obeys_is_broken),
		cmocka_unit_test(no_character_turns_the_line_around),
		cmocka_unit_test(bytes_are_written_out),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
