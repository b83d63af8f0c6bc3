// SPDX-License-Identifier: GPL-2.0-or-later
/* folder_name: names of machines as firmware has them, in folders that need no quotes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/folder_name.h"
#include "campaign/finish.h"
#include "judging/baseline.h"

static void becomes(const char *name, const char *expected)
{
	char *folder = folder_name(name);

	assert_string_equal(folder, expected);
	free(folder);
}

static void what_needs_quotes_is_a_dash(void **state)
{
	(void)state;
	becomes("Standard PC (Q35 + ICH9, 2009)", "Standard-PC-Q35-ICH9-2009");
	becomes("X11DPi-N(T)", "X11DPi-N-T");
	becomes("2s-6.12.43_deb13-amd64", "2s-6.12.43_deb13-amd64");
	becomes("  /To be filled\tby O.E.M./ ", "To-be-filled-by-O.E.M.");
	becomes("a--b", "a-b");
	becomes("Gr\xc3\xb6\xc3\x9f"
		"e $(x) `y` 'z'",
		"Gr-e-x-y-z");
	becomes("+++", "");
	becomes("", "");
}

/* results/runs/YYYYmmdd-HHMMSS-NAME */
static void default_folder_of_a_virtual_machine(void **state)
{
	const char *form = "results/runs/dddddddd-dddddd-Standard-PC-Q35-ICH9-2009";
	char *dir = finish_default_dir("Standard PC (Q35 + ICH9, 2009)");

	(void)state;
	for (char *at = dir + strlen("results/runs/"); at < dir + strlen("results/runs/dddddddd-dddddd"); at++)
		*at = strchr("0123456789", *at) ? 'd' : *at;
	assert_string_equal(dir, form);
	free(dir);
}

static void default_folder_of_no_name(void **state)
{
	char *dir = finish_default_dir("(+)");

	(void)state;
	assert_string_equal(dir + strlen("results/runs/dddddddd-dddddd"), "-run");
	free(dir);
}

/* Cut before a dash. */
static void default_folder_of_a_long_name(void **state)
{
	char *dir = finish_default_dir("123456789 123456789 123456789 123456789 123456789 123456789 123456789");

	(void)state;
	assert_string_equal(dir + strlen("results/runs/dddddddd-dddddd-"),
			    "123456789-123456789-123456789-123456789-123456789-123456789");
	free(dir);
}

static void folder_of_baselines(void **state)
{
	char *name = baseline_machine_name("Standard PC (Q35 + ICH9, 2009)", "hardware");

	(void)state;
	assert_string_equal(name, "standard-pc-q35-ich9-2009-hardware");
	free(name);
	name = baseline_machine_name("2s", "counted");
	assert_string_equal(name, "2s-counted");
	free(name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_needs_quotes_is_a_dash), cmocka_unit_test(default_folder_of_a_virtual_machine),
		cmocka_unit_test(default_folder_of_no_name),   cmocka_unit_test(default_folder_of_a_long_name),
		cmocka_unit_test(folder_of_baselines),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
