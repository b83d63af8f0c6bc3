// SPDX-License-Identifier: GPL-2.0-or-later
/* sysfile: small texts are read whole or not at all; lists and choices as the kernel writes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fault.h"
#include "base/sysfile.h"

static char path[] = "/tmp/nodehop-sysfile-XXXXXX";

static void put(const char *text)
{
	assert_int_equal(sysfile_write(path, text), 0);
	assert_int_equal(truncate(path, strlen(text)), 0);
}

/* Of eight bytes seven are text. */
static void a_text_that_does_not_fit_is_refused(void **state)
{
	char text[8];

	(void)state;
	put("1234567");
	assert_int_equal(sysfile_read(text, sizeof(text), "%s", path), 7);
	assert_string_equal(text, "1234567");
	put("12345678");
	assert_int_equal(sysfile_read(text, sizeof(text), "%s", path), -1);
	assert_non_null(strstr(fault_text(), "longer than 7 bytes"));
}

static void line_ends_at_the_end_go(void **state)
{
	char text[16];

	(void)state;
	put("one\ntwo\n\n");
	assert_int_equal(sysfile_read(text, sizeof(text), "%s", path), 7);
	assert_string_equal(text, "one\ntwo");
	put("\n");
	assert_int_equal(sysfile_read(text, sizeof(text), "%s", path), 0);
}

static void a_text_of_any_length_is_whole(void **state)
{
	char text[10000], *read;

	(void)state;
	memset(text, 'x', sizeof(text));
	strcpy(text + sizeof(text) - 3, "\n\n");
	put(text);
	read = sysfile_text("%s", path);
	text[sizeof(text) - 3] = '\0';
	assert_string_equal(read, text);
	free(read);
	assert_null(sysfile_text("%s/none", path));
	assert_non_null(strstr(fault_text(), "/none: cannot open"));
	assert_null(sysfile_text("/tmp"));
	assert_non_null(strstr(fault_text(), "/tmp: cannot read"));
}

static void a_number_must_be_one(void **state)
{
	uint64_t number = 0;

	(void)state;
	put("18446744073709551615\n");
	assert_int_equal(sysfile_read_u64(&number, "%s", path), 0);
	assert_true(number == UINT64_MAX);
	put("max\n");
	assert_int_equal(sysfile_read_u64(&number, "%s", path), -1);
}

static void a_list_has_its_ends(void **state)
{
	(void)state;
	for (int n = 0; n <= 3; n++)
		assert_true(sysfile_list_has("0-3,8,10-11", n));
	assert_true(sysfile_list_has("0-3,8,10-11", 8) && sysfile_list_has("0-3,8,10-11", 11));
	assert_false(sysfile_list_has("0-3,8,10-11", 4) || sysfile_list_has("0-3,8,10-11", 9));
	assert_false(sysfile_list_has("", 0) || sysfile_list_has("\n", 0));
}

static void the_choice_is_in_brackets(void **state)
{
	char choice[16];

	(void)state;
	sysfile_choice("always [madvise] never", choice, sizeof(choice));
	assert_string_equal(choice, "madvise");
	sysfile_choice("60", choice, sizeof(choice));
	assert_string_equal(choice, "60");
}

static int make_file(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_that_does_not_fit_is_refused),
		cmocka_unit_test(line_ends_at_the_end_go),
		cmocka_unit_test(a_text_of_any_length_is_whole),
		cmocka_unit_test(a_number_must_be_one),
		cmocka_unit_test(a_list_has_its_ends),
		cmocka_unit_test(the_choice_is_in_brackets),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_file, remove_file);
}
