// SPDX-License-Identifier: GPL-2.0-or-later
/* contamination: whose pages moved, and why. The Makefile has vmstat_read come here: /proc/vmstat is this test's. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "instruments/instruments.h"
#include "machine/vmstat.h"

static const char *shown;

int __wrap_vmstat_read(struct vmstat *v);
int __wrap_vmstat_read(struct vmstat *v)
{
	snprintf(v->text, sizeof(v->text), "%s", shown);
	return 0;
}

static struct repetition repetition;

/* What is left in a repetition of ten runs, before and after which these texts are shown. */
static double pages_of_others(const char *before, const char *after, const struct measured *m)
{
	const struct instrument *one = &contamination_instrument;
	void *state = calloc(1, one->state_size);
	double seen = NAN;

	assert_non_null(state);
	repetition.standard[M_TRAIN] = 10;
	shown = before;
	assert_int_equal(one->begin(state), 0);
	shown = after;
	assert_int_equal(one->end(state), 0);
	one->record(state, m, &repetition, &seen);
	free(state);
	return seen;
}

static void what_the_benchmark_moved_is_not_others(void **state)
{
	const struct measured m = { .pages_moved = 100, .pages_beside = 30 };

	(void)state;
	assert_float_equal(pages_of_others("pgmigrate_success 1000\n", "pgmigrate_success 1130\n", &m), 0, 0);
	assert_float_equal(pages_of_others("pgmigrate_success 1000\n", "pgmigrate_success 1180\n", &m), 5, 1e-9);
	assert_float_equal(pages_of_others("pgmigrate_success 1000\n", "pgmigrate_success 1100\n", &m), 0, 0);
}

static void the_largest_cause_is_named(void **state)
{
	static const char *const before = "pgmigrate_success 0\nnuma_pages_migrated 0\npgdemote_kswapd 0\n"
					  "compact_isolated 0\n";
	const struct measured m = {};

	(void)state;
	pages_of_others(before, "pgmigrate_success 9\nnuma_pages_migrated 2\npgdemote_kswapd 5\ncompact_isolated 1\n",
			&m);
	assert_string_equal(repetition.others_cause, "demotion");
	pages_of_others(before, "pgmigrate_success 9\nnuma_pages_migrated 0\npgdemote_kswapd 0\ncompact_isolated 0\n",
			&m);
	assert_string_equal(repetition.others_cause, "");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_benchmark_moved_is_not_others),
		cmocka_unit_test(the_largest_cause_is_named),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
