// SPDX-License-Identifier: GPL-2.0-or-later
/* The order of touches: every page once, and far apart when they shall be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "kit/touch.h"

static void make(struct touches *touches, size_t pages, unsigned percent, enum touch_order order)
{
	static struct region region;

	region.pages = pages;
	assert_int_equal(touches_make(NULL, touches, &region, percent, order, 1, 0), OK);
}

static void each_page_once(const struct touches *touches, size_t pages)
{
	bool *seen = calloc(pages, sizeof(*seen));

	assert_int_equal(touches->count, pages);
	for (size_t i = 0; i < pages; i++) {
		assert_in_range(touches->page[i], 0, pages - 1);
		assert_false(seen[touches->page[i]]);
		seen[touches->page[i]] = true;
	}
	free(seen);
}

static void every_page_is_touched(void **state)
{
	struct touches touches;

	(void)state;
	for (size_t pages = 1; pages < 2100; pages++) {
		make(&touches, pages, 100, TOUCH_FORWARD);
		each_page_once(&touches, pages);
		free(touches.page);
		make(&touches, pages, 100, TOUCH_SPREAD);
		each_page_once(&touches, pages);
		free(touches.page);
	}
}

static void spread_is_far_apart(void **state)
{
	struct touches touches;

	(void)state;
	for (size_t pages = 64; pages < 5000; pages++) {
		make(&touches, pages, 10, TOUCH_SPREAD);
		for (size_t i = 1; i < touches.count; i++)
			assert_true(llabs((long long)touches.page[i] - (long long)touches.page[i - 1]) >
				    (long long)pages / 5);
		free(touches.page);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_page_is_touched),
		cmocka_unit_test(spread_is_far_apart),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
