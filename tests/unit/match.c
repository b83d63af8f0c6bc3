// SPDX-License-Identifier: GPL-2.0-or-later
/* match: which point of one run belongs to which of another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/fault.h"
#include "compare/compare_internal.h"
#include "record/run.h"

static struct run *run_of(const char *const *keys)
{
	struct run *run = run_new("run");

	for (; *keys; keys++)
		assert_true(run_add_point(run, &(struct run_point){ .key = (char *)*keys }) >= 0);
	return run;
}

static void matched(const char *const *keys_a, const char *const *keys_b, const char *variant,
		    const struct match *wanted, size_t n)
{
	struct run *a = run_of(keys_a), *b = run_of(keys_b);
	size_t matches;
	struct match *match = compare_match(a, b, variant, &matches);

	assert_non_null(match);
	assert_int_equal(matches, n);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(match[i].a, wanted[i].a);
		assert_int_equal(match[i].b, wanted[i].b);
	}
	free(match);
	run_free(a);
	run_free(b);
}

static void points_of_one_key_belong_together(void **state)
{
	static const char *const a[] = { "x size=1", "x size=2", "y", NULL }, *const b[] = { "z", "y", "x size=1",
											     NULL };
	static const struct match wanted[] = { { 0, 2 }, { 1, -1 }, { 2, 1 }, { -1, 0 } };

	(void)state;
	matched(a, b, NULL, wanted, 4);
	matched(a, b, "kernel", wanted, 4);
}

/* The axis that varies is left out, and no other whose name begins like it or ends like it. */
static void the_varied_axis_alone_is_left_out(void **state)
{
	static const char *const a[] = { "x batch=1 batches=7 rebatch=9", "y batch=1", NULL }, *const b[] = {
		"x batch=8 batches=7 rebatch=9", "y", "x batch=8 batches=8 rebatch=9", NULL
	};
	static const struct match wanted[] = { { 0, 0 }, { 1, 1 }, { -1, 2 } };
	static const struct match other[] = { { 0, -1 }, { 1, -1 }, { -1, 0 }, { -1, 1 }, { -1, 2 } };

	(void)state;
	matched(a, b, "set:batch", wanted, 3);
	matched(a, b, "set:batche", other, 5);
}

static void a_side_has_one_value_of_it(void **state)
{
	static const char *const a[] = { "x batch=1", "x batch=2", NULL };
	struct run *run = run_of(a);
	size_t matches;

	(void)state;
	assert_null(compare_match(run, run, "set:batch", &matches));
	assert_string_equal(fault_text(), "run: has several points \"x\" that differ in batch only; give each side one "
					  "value of it");
	run_free(run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(points_of_one_key_belong_together),
		cmocka_unit_test(the_varied_axis_alone_is_left_out),
		cmocka_unit_test(a_side_has_one_value_of_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
