// SPDX-License-Identifier: GPL-2.0-or-later
/* order: which side of each pair of sessions goes first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "sides/order.h"

#define PAIRS 400

/* ABBA or BAAB: of two pairs either side goes first once. */
static void each_side_goes_first_as_often(void **state)
{
	bool b_first[PAIRS];

	(void)state;
	order_pairs(b_first, PAIRS, 7);
	for (size_t i = 0; i < PAIRS; i += 2)
		assert_int_not_equal(b_first[i], b_first[i + 1]);
}

/* Of 200 blocks 100 +- 7 at random: 60 to 140 but for one seed in a hundred million. */
static void which_is_first_is_by_lot(void **state)
{
	bool b_first[PAIRS];
	size_t baab = 0, changes = 0;

	(void)state;
	order_pairs(b_first, PAIRS, 7);
	for (size_t i = 0; i < PAIRS; i += 2) {
		baab += b_first[i];
		changes += i && b_first[i] != b_first[i - 2];
	}
	assert_in_range(baab, 60, 140);
	assert_in_range(changes, 60, 140);
}

static void a_seed_has_one_order(void **state)
{
	bool one[PAIRS], again[PAIRS], other[PAIRS];

	(void)state;
	order_pairs(one, PAIRS, 7);
	order_pairs(again, PAIRS, 7);
	order_pairs(other, PAIRS, 8);
	assert_memory_equal(one, again, sizeof(one));
	assert_memory_not_equal(one, other, sizeof(one));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_side_goes_first_as_often),
		cmocka_unit_test(which_is_first_is_by_lot),
		cmocka_unit_test(a_seed_has_one_order),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
