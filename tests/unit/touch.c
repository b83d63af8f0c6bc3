// SPDX-License-Identifier: GPL-2.0-or-later
/* The order of touches: every page once, and far apart if asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>
#include "kit/touch.h"
#include "machine/facts.h"
#include "memory/trial_private.h"

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

/* Of 65 pages each of three threads has 21, and one the two that are left; all are there afterwards. */
static void threads_share_the_pages(void **state)
{
	static const struct machine machine;
	size_t pages = 65, page_size = sysconf(_SC_PAGESIZE), there = 0;
	unsigned char seen[65];
	struct region region = {
		.base = mmap(NULL, pages * page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
		.pages = pages,
		.page_size = page_size,
	};
	struct trial_private own = { .machine = &machine };
	struct trial t = { .own = &own };
	struct touches touches;

	(void)state;
	assert_ptr_not_equal(region.base, MAP_FAILED);
	assert_int_equal(touches_make(&t, &touches, &region, 100, TOUCH_SPREAD, 3, 0), OK);
	assert_int_equal(mincore(region.base, pages * page_size, seen), 0);
	for (size_t i = 0; i < pages; i++)
		there += seen[i] & 1;
	assert_int_equal(there, 0);
	touches_do(&touches);
	assert_int_equal(mincore(region.base, pages * page_size, seen), 0);
	for (size_t i = 0; i < pages; i++)
		assert_true(seen[i] & 1);
}

/* Blocks of four pages: the last one is cut off by the region's end. */
static void what_shares_a_block_is_marked(void **state)
{
	const struct region region = { .pages = 10, .page_size = 4096 };
	size_t page[] = { 3, 9 };
	const struct touches touches = { .region = &region, .page = page, .count = 2 };
	const bool wanted[10] = { true, true, true, true, false, false, false, false, true, true };
	bool needed[10] = { false, false, false, false, true };

	(void)state;
	touches_mark(&touches, 4ul * 4096, needed);
	assert_memory_equal(needed, wanted, sizeof(wanted));
	touches_mark(&touches, 4096, needed);
	for (size_t i = 0; i < 10; i++)
		assert_int_equal(needed[i], i == 3 || i == 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_page_is_touched),
		cmocka_unit_test(spread_is_far_apart),
		cmocka_unit_test(threads_share_the_pages),
		cmocka_unit_test(what_shares_a_block_is_marked),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
