// SPDX-License-Identifier: GPL-2.0-or-later
/* kallsyms: the function that holds an address, from a text as /proc/kallsyms is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fault.h"
#include "base/file.h"
#include "machine/kallsyms.h"

static char root[] = "/tmp/nodehop-kallsyms-XXXXXX";

static struct kallsyms *load(const char *text)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/proc/kallsyms", root);
	assert_int_equal(file_make_parents(path), 0);
	assert_int_equal(file_write_text(path, text), 0);
	return kallsyms_load(root);
}

static void an_address_is_in_the_function_before_it(void **state)
{
	struct kallsyms *k = load("ffffffff81000200 t migrate_folio\n"
				  "ffffffff81000100 T move_pages\n"
				  "ffffffff81000180 D some_data\n"
				  "ffffffff81000400 W weak_one\t[module]\n");

	(void)state;
	assert_non_null(k);
	assert_string_equal(kallsyms_name(k, 0xffffffff810000ff), "?");
	assert_string_equal(kallsyms_name(k, 0xffffffff81000100), "move_pages");
	assert_string_equal(kallsyms_name(k, 0xffffffff810001ff), "move_pages");
	assert_string_equal(kallsyms_name(k, 0xffffffff81000200), "migrate_folio");
	assert_string_equal(kallsyms_name(k, 0xffffffffffffffff), "weak_one");
	kallsyms_free(k);
}

static void hidden_addresses_are_told(void **state)
{
	(void)state;
	assert_null(load("0000000000000000 T move_pages\n"));
	assert_non_null(strstr(fault_text(), "kptr_restrict"));
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
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_in_the_function_before_it),
		cmocka_unit_test(hidden_addresses_are_told),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
