// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * contamination: pages that others migrated around a repetition, and who did. The Makefile has vmstat_read come here:
 * /proc/vmstat is this test's, as it was read before and after.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/fault.h"
#include "instruments/instruments.h"
#include "machine/vmstat.h"

static const char *vmstat; /* NULL: it cannot be read */

int __wrap_vmstat_read(struct vmstat *v);
int __wrap_vmstat_read(struct vmstat *v)
{
	if (!vmstat)
		return fault("/proc/vmstat: hidden");
	snprintf(v->text, sizeof(v->text), "%s", vmstat);
	return 0;
}

static const struct instrument *const one = &contamination_instrument;
static struct repetition repetition;

/* A trial of one repetition, that began and ended with these texts. Its state; free() it. */
static void *watch(const char *before, const char *after)
{
	void *state = calloc(1, one->state_size);

	memset(&repetition, 0, sizeof(repetition));
	repetition.standard[M_TRAIN] = 1;
	vmstat = before;
	assert_int_equal(one->begin(state), 0);
	vmstat = after;
	assert_int_equal(one->end(state), 0);
	return state;
}

/* What was recorded of that repetition, whose own pages are these. */
static double others(const char *before, const char *after, const struct measured *own)
{
	void *state = watch(before, after);
	double seen = -1;

	one->record(state, own, &repetition, &seen);
	free(state);
	return seen;
}

static const struct measured nothing, some = { .pages_moved = 100, .pages_beside = 20 };

static void pages_beside_the_benchmarks_own_are_others(void **state)
{
	(void)state;
	assert_float_equal(others("pgmigrate_success 1000\n", "pgmigrate_success 1000\n", &nothing), 0, 0);
	assert_float_equal(others("pgmigrate_success 1000\n", "pgmigrate_success 1150\n", &some), 30, 0);
	assert_float_equal(others("pgmigrate_success 1000\n", "pgmigrate_success 1100\n", &some), 0, 0);
}

/* Absent is not 0: a kernel without CONFIG_MIGRATION or CONFIG_VM_EVENT_COUNTERS, a container that hides the file. */
static void what_is_not_counted_is_not_known(void **state)
{
	(void)state;
	assert_true(isnan(others("nr_free_pages 5\n", "nr_free_pages 4\n", &nothing)));
	assert_string_equal(repetition.contamination_cause, "");
	assert_true(isnan(others(NULL, "pgmigrate_success 7\n", &nothing)));
	assert_true(isnan(others("pgmigrate_success 7\n", NULL, &some)));
}

static void of_a_train_each_run_has_its_share(void **state)
{
	void *s = watch("pgmigrate_success 0\n", "pgmigrate_success 160\n");
	double seen;

	(void)state;
	repetition.standard[M_TRAIN] = 4;
	one->record(s, &some, &repetition, &seen);
	assert_float_equal(seen, 10, 0);
	free(s);
}

/* Those that the kernel moved while ours were misplaced, at least; also where it counts no migrations as such. */
static void misplaced_pages_are_others(void **state)
{
	void *s =
		watch("pgmigrate_success 0\nnuma_pages_migrated 3\n", "pgmigrate_success 101\nnuma_pages_migrated 5\n");
	double seen;

	(void)state;
	repetition.misplaced_pages = 12;
	one->record(s, &some, &repetition, &seen);
	assert_float_equal(seen, 12, 0);
	assert_string_equal(repetition.contamination_cause, "numa_misplaced");
	free(s);
	s = watch("nr_free_pages 1\n", "nr_free_pages 1\n");
	repetition.misplaced_pages = 12;
	one->record(s, &nothing, &repetition, &seen);
	assert_float_equal(seen, 12, 0);
	free(s);
}

static void is_caused_by(const char *before, const char *after, const char *cause)
{
	others(before, after, &nothing);
	assert_string_equal(repetition.contamination_cause, cause);
}

static void the_counter_that_rose_most_is_the_cause(void **state)
{
	(void)state;
	is_caused_by("pgmigrate_success 0\ncompact_isolated 0\nnuma_pages_migrated 0\n",
		     "pgmigrate_success 9\ncompact_isolated 8\nnuma_pages_migrated 1\n", "compaction");
	is_caused_by("pgmigrate_success 0\npgdemote_kswapd 1\npgdemote_direct 1\n",
		     "pgmigrate_success 9\npgdemote_kswapd 1\npgdemote_direct 10\n", "demotion");
	is_caused_by("pgmigrate_success 0\npgpromote_success 1\n", "pgmigrate_success 9\npgpromote_success 10\n",
		     "numa_misplaced");
	is_caused_by("pgmigrate_success 0\n", "pgmigrate_success 9\n", ""); /* another user's move_pages */
	is_caused_by("pgmigrate_success 0\ncompact_isolated 0\n", "pgmigrate_success 0\ncompact_isolated 8\n", "");
}

/* Since the first repetition of the trial, not the last. */
static void what_the_kernel_moved_by_itself(void **state)
{
	void *s = watch("numa_pages_migrated 10\npgdemote_kswapd 5\npgpromote_success 1\n", "numa_pages_migrated 12\n");

	(void)state;
	vmstat = "numa_pages_migrated 30\n";
	assert_int_equal(one->begin(s), 0);
	vmstat = "numa_pages_migrated 40\npgdemote_kswapd 12\npgpromote_success 20\n";
	assert_float_equal(one->moved_between_nodes(s), 30 + 7, 0);
	vmstat = "nr_free_pages 1\n";
	assert_float_equal(one->moved_between_nodes(s), 0, 0);
	vmstat = NULL;
	assert_float_equal(one->moved_between_nodes(s), 0, 0);
	free(s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_beside_the_benchmarks_own_are_others),
		cmocka_unit_test(what_is_not_counted_is_not_known),
		cmocka_unit_test(of_a_train_each_run_has_its_share),
		cmocka_unit_test(misplaced_pages_are_others),
		cmocka_unit_test(the_counter_that_rose_most_is_the_cause),
		cmocka_unit_test(what_the_kernel_moved_by_itself),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
