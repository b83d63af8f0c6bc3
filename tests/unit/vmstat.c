// SPDX-License-Identifier: GPL-2.0-or-later
/* vmstat: what counters of the kernel's rose by, and which of two nodes is in a lower tier. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "kit/tiers.h"
#include "machine/facts.h"
#include "machine/vmstat.h"
#include "memory/trial_private.h"

static const struct vmstat before = { "nr_free_pages 900\npgmigrate_success 10\nnuma_hint_faults_local 7\n"
				      "numa_hint_faults 100\npgdemote_kswapd 5\npgdemote_direct 1\nthp_split 3" },
			   after = { "nr_free_pages 800\npgmigrate_success 25\nnuma_hint_faults_local 8\n"
				     "numa_hint_faults 104\npgdemote_kswapd 7\npgdemote_direct 11\nthp_split 4" };

static void a_counter_rises(void **state)
{
	(void)state;
	assert_float_equal(vmstat_rise(&before, &after, "pgmigrate_success"), 15, 0);
	assert_float_equal(vmstat_rise(&before, &after, "nr_free_pages"), -100, 0);
	assert_float_equal(vmstat_rise(&before, &after, "thp_split"), 1, 0); /* the last line, without an end */
}

/* Its name is the whole word: another that begins so stands before it. */
static void a_counter_is_known_by_its_whole_name(void **state)
{
	(void)state;
	assert_float_equal(vmstat_rise(&before, &after, "numa_hint_faults"), 4, 0);
	assert_float_equal(vmstat_rise(&before, &after, "numa_hint_faults_local"), 1, 0);
	assert_true(isnan(vmstat_rise(&before, &after, "numa_hint")));
	assert_true(isnan(vmstat_rise(&before, &after, "migrate_success")));
}

static void what_was_demoted_is_by_whomever(void **state)
{
	static const struct vmstat old = { "pgmigrate_success 1" };

	(void)state;
	assert_float_equal(tiers_demoted(&before, &after), 12, 0);
	assert_true(isnan(tiers_demoted(&old, &old)));
}

static void a_lower_tier_is_another_tier(void **state)
{
	static const struct machine machine = { .nodes = 4,
						.node = { { .id = 0, .tier = 0 },
							  { .id = 1, .tier = 0 },
							  { .id = 2, .tier = 1 },
							  { .id = 3, .tier = -1 } } };
	struct trial_private own = { .machine = &machine };
	struct trial t = { .own = &own };

	(void)state;
	assert_int_equal(tiers_check(&t, (struct pair){ 2, 0 }, false), OK);
	assert_int_equal(tiers_check(&t, (struct pair){ 0, 2 }, true), OK);
	assert_int_equal(tiers_check(&t, (struct pair){ 0, 2 }, false), SKIPPED);
	assert_int_equal(tiers_check(&t, (struct pair){ 0, 1 }, true), SKIPPED);
	assert_string_equal(t.own->reason, "no-lower-tier");
	assert_int_equal(tiers_check(&t, (struct pair){ 0, 3 }, false), SKIPPED);
	assert_non_null(strstr(t.own->detail, "does not report memory tiers"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_counter_rises),
		cmocka_unit_test(a_counter_is_known_by_its_whole_name),
		cmocka_unit_test(what_was_demoted_is_by_whomever),
		cmocka_unit_test(a_lower_tier_is_another_tier),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
