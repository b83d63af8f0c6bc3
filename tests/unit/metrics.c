// SPDX-License-Identifier: GPL-2.0-or-later
/* metrics: what is recorded of a repetition, of one run and of a train, and under which names. Nothing is measured. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "engine/metrics.h"

#define PAGE 4096

static const struct machine hardware = { .timekeeper = TIME_HARDWARE, .page_size = PAGE },
			    counted = { .timekeeper = TIME_COUNTED, .page_size = PAGE },
			    fast = { .timekeeper = TIME_UNTIMED, .page_size = PAGE };
static const struct metric own[] = { { "move", METRIC_KIND_COST, "lower", "moving alone" }, {} };
static const struct benchmark plain = { .name = "plain" }, with_own = { .name = "with_own", .metrics = own },
			      rule = { .name = "rule", .kind = SEMANTICS };

/* 512 pages asked for, of which 256 moved, in 2 calls and 1 ms. */
static const struct measured half = { .pages_asked = 512, .pages_moved = 256, .calls = 2, .folios = 256 };

static struct repetition filled(const struct measured *m, double wall, unsigned train)
{
	struct repetition r = { .wall = wall, .cpu = wall / 2 };

	metrics_fill(&r, &hardware, m, train);
	return r;
}

/* 256 pages of 4 KiB in 1 ms are 1.048576 GB/s: what did not move was not carried. */
static void the_rate_is_of_bytes_that_moved(void **state)
{
	struct repetition r = filled(&half, 1e6, 1);

	(void)state;
	assert_float_equal(r.standard[M_RATE], 1048576000, 1);
	assert_float_equal(r.standard[M_PAGE], 3906.25, 1e-9);
	assert_float_equal(r.standard[M_ASKED], 1953.125, 1e-9);
	assert_float_equal(r.standard[M_CALL], 500000, 1e-9);
	assert_float_equal(r.standard[M_CPU], 500000, 1e-9);
}

/* Ten runs, timed as one: what verify counted is of all of them, and so is the wall. */
static void a_train_is_told_by_one_of_its_runs(void **state)
{
	const struct measured ten = { .pages_asked = 5120, .pages_moved = 2560, .calls = 20, .folios = 2560 };
	struct repetition r = { .wall = 1e7, .cpu = 5e6 }, one = filled(&half, 1e6, 1);

	(void)state;
	r.left[0] = (struct status_count){ -EBUSY, 2560 };
	metrics_fill(&r, &hardware, &ten, 10);
	assert_float_equal(r.standard[M_PAGES_LEFT], 256, 1e-9);
	assert_float_equal(r.standard[M_TRAIN], 10, 1e-9);
	one.standard[M_PAGES_LEFT] = r.standard[M_PAGES_LEFT];
	one.standard[M_TRAIN] = r.standard[M_TRAIN];
	for (size_t i = 0; i < STANDARD_METRICS; i++)
		assert_float_equal(r.standard[i], one.standard[i], 1e-6);
}

static void what_did_not_happen_has_no_cost(void **state)
{
	const struct measured none = { .pages_asked = 512 };
	struct repetition r = filled(&none, 1e6, 1);

	(void)state;
	assert_true(isnan(r.standard[M_PAGE]));
	assert_true(isnan(r.standard[M_RATE]));
	assert_true(isnan(r.standard[M_CALL]));
	assert_true(isnan(r.standard[M_CALLS]));
	assert_true(isnan(r.standard[M_FOLIOS]));
	assert_float_equal(r.standard[M_PAGES_MOVED], 0, 0);
	assert_true(isnan(filled(&half, 0, 1).standard[M_RATE]));
}

/* ---- names and values ---- */

static long place_of(const json_t *names, const char *name)
{
	const json_t *one;
	size_t i;

	json_array_foreach (names, i, one)
		if (!strcmp(json_string_value(one), name))
			return i;
	return -1;
}

static bool is_told(const struct benchmark *b, const struct machine *m, const char *name)
{
	struct columns c = metrics_columns_of(b, m, NULL, 0);
	json_t *names = metrics_names(&c);
	bool told = place_of(names, name) >= 0;

	json_decref(names);
	return told;
}

static void each_mode_has_its_names(void **state)
{
	(void)state;
	assert_true(is_told(&plain, &hardware, "page_ns") && is_told(&plain, &fast, "page_ns"));
	assert_true(is_told(&plain, &counted, "page_insns") && !is_told(&plain, &counted, "page_ns"));
	assert_true(is_told(&plain, &hardware, "rate_bps"));
	assert_false(is_told(&plain, &counted, "rate_bps") || is_told(&plain, &fast, "rate_bps"));
	assert_true(is_told(&plain, &counted, "idle_share"));
	assert_false(is_told(&plain, &hardware, "idle_share") || is_told(&plain, &fast, "idle_share"));
	assert_true(is_told(&with_own, &counted, "move_insns"));
	assert_false(is_told(&rule, &hardware, "wall_ns"));
}

/* Pages left, by status: one of two repetitions in a train of 4 has some. */
static void pages_left_are_those_of_one_run(void **state)
{
	struct repetition r[2] = { { .wall = 1e6, .left = { { -EBUSY, 8 } } }, { .wall = 1e6 } };
	struct columns c;
	json_t *names, *some, *none;
	long left;

	(void)state;
	for (size_t i = 0; i < 2; i++)
		metrics_fill(&r[i], &hardware, &half, 4);
	c = metrics_columns_of(&plain, &hardware, r, 2);
	names = metrics_names(&c);
	some = metrics_values(&c, &r[0]);
	none = metrics_values(&c, &r[1]);
	left = place_of(names, "left_EBUSY");
	assert_true(left >= 0);
	assert_int_equal(json_array_size(some), json_array_size(names));
	assert_float_equal(json_number_value(json_array_get(some, left)), 2, 1e-9);
	assert_true(json_is_null(json_array_get(none, left)));
	json_decref(names);
	json_decref(some);
	json_decref(none);
}

static void the_primary_metric_is_of_the_mode(void **state)
{
	const struct benchmark by_wall = { .primary = "wall" },
			       by_count = { .primary = "seen",
					    .metrics = (struct metric[]){ { "seen", METRIC_KIND_EXACT }, {} } };
	char name[64];

	(void)state;
	assert_string_equal(metrics_primary(&plain, &hardware, name, sizeof(name)), "page_ns");
	assert_string_equal(metrics_primary(&by_wall, &counted, name, sizeof(name)), "wall_insns");
	assert_string_equal(metrics_primary(&by_count, &counted, name, sizeof(name)), "seen");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rate_is_of_bytes_that_moved), cmocka_unit_test(a_train_is_told_by_one_of_its_runs),
		cmocka_unit_test(what_did_not_happen_has_no_cost), cmocka_unit_test(each_mode_has_its_names),
		cmocka_unit_test(pages_left_are_those_of_one_run), cmocka_unit_test(the_primary_metric_is_of_the_mode),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
