// SPDX-License-Identifier: GPL-2.0-or-later
/* Every statistic against scipy's, or an enumeration's, to 1e-9: tests/data/stats.csv, written by
 * tests/data/make-stats. */
#include <csv.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "analysis/stats.h"

#define VALUES_MAX 64

struct list {
	double value[VALUES_MAX];
	size_t n;
};

struct row {
	char statistic[32];
	double number;
	struct list a, b, expected;
	size_t field, line;
};

static struct row row;
static const char *wanted;
static size_t checked;

static void assert_near(double got, double expected)
{
	double error = fabs(got - expected) / fmax(1, fabs(expected));

	if (!(error <= 1e-9) && !(isnan(got) && isnan(expected)))
		fail_msg("line %zu, %s: %.17g, expected %.17g", row.line, row.statistic, got, expected);
}

static void check_median(void)
{
	assert_near(stats_median(row.a.value, row.a.n), row.expected.value[0]);
}

static void check_mad(void)
{
	double work[VALUES_MAX];

	assert_near(stats_mad(row.a.value, row.a.n, work), row.expected.value[0]);
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void check_quantile(void)
{
	qsort(row.a.value, row.a.n, sizeof(double), ascending);
	assert_near(stats_quantile(row.a.value, row.a.n, row.number), row.expected.value[0]);
}

static void check_median_interval(void)
{
	struct interval i = { NAN, NAN, NAN };

	qsort(row.a.value, row.a.n, sizeof(double), ascending);
	assert_int_equal(stats_median_interval(row.a.value, row.a.n, row.number, &i), !isnan(row.expected.value[2]));
	assert_near(i.lo, row.expected.value[0]);
	assert_near(i.hi, row.expected.value[1]);
	assert_near(i.coverage, row.expected.value[2]);
}

static void check_quantile_needs(void)
{
	assert_near((double)stats_quantile_needs(row.number, 0.95), row.expected.value[0]);
}

static void check_sign(void)
{
	for (enum tail tail = TAIL_LESS; tail <= TAIL_BOTH; tail++)
		assert_near(stats_sign_p((size_t)row.a.value[0], (size_t)row.number, tail), row.expected.value[tail]);
}

static void check_sign_needs(void)
{
	assert_near((double)stats_sign_needs((size_t)row.a.value[0], row.number), row.expected.value[0]);
}

static void check_sign_threshold(void)
{
	assert_near((double)stats_sign_threshold((size_t)row.a.value[0], row.number), row.expected.value[0]);
}

static void check_mann_whitney(void)
{
	for (enum tail tail = TAIL_LESS; tail <= TAIL_BOTH; tail++)
		assert_near(stats_mann_whitney_p(row.a.value, row.a.n, row.b.value, row.b.n, tail),
			    row.expected.value[tail]);
}

static void check_holm(void)
{
	double adjusted[VALUES_MAX];
	size_t order[VALUES_MAX];

	stats_holm(row.a.value, row.a.n, adjusted, order);
	for (size_t i = 0; i < row.a.n; i++)
		assert_near(adjusted[i], row.expected.value[i]);
}

static void check_detectable(void)
{
	assert_near(
		stats_detectable(row.a.value, row.a.n, row.number, (size_t)row.b.value[0], (size_t)row.b.value[1], 0.8),
		row.expected.value[0]);
}

static const struct check {
	const char *statistic;
	void (*check)(void);
} checks[] = { { "median", check_median },
	       { "mad", check_mad },
	       { "quantile", check_quantile },
	       { "median_interval", check_median_interval },
	       { "quantile_needs", check_quantile_needs },
	       { "sign", check_sign },
	       { "sign_needs", check_sign_needs },
	       { "sign_threshold", check_sign_threshold },
	       { "mann_whitney", check_mann_whitney },
	       { "holm", check_holm },
	       { "detectable", check_detectable },
	       {} };

static void read_list(struct list *list, char *text)
{
	list->n = 0;
	for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) {
		assert_true(list->n < VALUES_MAX);
		list->value[list->n++] = strtod(word, NULL);
	}
}

static void on_field(void *text, size_t length, void *context)
{
	struct list *lists[] = { &row.a, &row.b, &row.expected };

	(void)length, (void)context;
	if (row.field == 0)
		snprintf(row.statistic, sizeof(row.statistic), "%s", (char *)text);
	else if (row.field == 1)
		row.number = strtod(text, NULL);
	else
		read_list(lists[row.field - 2], text);
	row.field++;
}

static void on_row(int end, void *context)
{
	const struct check *c = checks;

	(void)end, (void)context;
	row.field = 0;
	if (row.line++ == 0 || strcmp(row.statistic, wanted))
		return;
	while (strcmp(c->statistic, wanted))
		c++;
	c->check();
	checked++;
}

static void test_statistic(void **state)
{
	FILE *file = fopen("tests/data/stats.csv", "r");
	struct csv_parser parser;
	static char text[1 << 20];
	size_t length;

	assert_non_null(file);
	length = fread(text, 1, sizeof(text), file);
	fclose(file);
	wanted = *state;
	checked = row.line = row.field = 0;
	assert_int_equal(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL), 0);
	assert_int_equal(csv_parse(&parser, text, length, on_field, on_row, NULL), length);
	assert_int_equal(csv_fini(&parser, on_field, on_row, NULL), 0);
	csv_free(&parser);
	assert_true(checked > 0);
}

/* Of an even number the upper one of two, and one of the values; the order they come in does not matter. */
static void the_high_median_is_a_value(void **state)
{
	double odd[] = { 3, 1, 2 }, even[] = { 8, 1, 4, 2 };

	(void)state;
	assert_true(stats_median_high(odd, 3) == 2);
	assert_true(stats_median_high(even, 4) == 4);
	assert_true(isnan(stats_median_high(even, 0)));
}

int main(void)
{
	struct CMUnitTest tests[sizeof(checks) / sizeof(*checks)];
	size_t n = 0;

	for (const struct check *c = checks; c->statistic; c++)
		tests[n++] = (struct CMUnitTest){ c->statistic, test_statistic, NULL, NULL, (void *)c->statistic };
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(the_high_median_is_a_value);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("stats", tests, n, NULL, NULL);
}
