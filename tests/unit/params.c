// SPDX-License-Identifier: GPL-2.0-or-later
/* params: parameters of a point go into one field of points.csv and come back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include "base/fault.h"
#include "record/params.h"

static void expect_text(const char *json, const char *expected)
{
	json_t *params = json_loads(json, 0, NULL);
	char *text = params_print(params);
	json_t *back;

	assert_string_equal(text, expected);
	back = params_parse(text);
	assert_true(json_equal(back, params));
	json_decref(back);
	json_decref(params);
	free(text);
}

static void they_are_sorted_and_read_back(void **state)
{
	(void)state;
	expect_text("{}", "");
	expect_text("{\"size\": 16777216}", "size=16777216");
	expect_text("{\"size\": 4096, \"batch\": 512, \"page\": \"base\", \"pair\": \"0:1\"}",
		    "batch=512;page=base;pair=0:1;size=4096");
	expect_text("{\"share\": 0.25, \"from\": 0, \"mode\": \"\"}", "from=0;mode=;share=0.25");
}

static void what_cannot_be_written_is_refused(void **state)
{
	static const char *const bad[] = { "{\"a\": \"x;y\"}",
					   "{\"a\": \"x=y\"}",
					   "{\"a;b\": 1}",
					   "{\"a\": [1]}",
					   "{\"a\": null}",
					   "{\"a\": \"x\\ny\"}",
					   NULL };

	(void)state;
	for (int i = 0; bad[i]; i++) {
		json_t *params = json_loads(bad[i], 0, NULL);

		assert_null(params_print(params));
		json_decref(params);
	}
	assert_string_equal(fault_text(), "parameter a is neither a number nor a plain text");
}

static void what_was_not_written_so_is_refused(void **state)
{
	static const char *const bad[] = { "512", "=512", "a=1;", "a=1;;b=2", ";", "a=1;a=2", NULL };

	(void)state;
	for (int i = 0; bad[i]; i++)
		assert_null(params_parse(bad[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_are_sorted_and_read_back),
		cmocka_unit_test(what_cannot_be_written_is_refused),
		cmocka_unit_test(what_was_not_written_so_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
