// SPDX-License-Identifier: GPL-2.0-or-later
/* counting: what repetitions that count events leave in the log. The benchmarks are this test's own. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "engine/counting.h"
#include "record/reclog.h"

static char area[1 << 20];
static char metrics[8192], samples[4096], outcomes[1024];
static double repetitions;

static const char *text_of(const json_t *record, const char *key)
{
	return json_string_value(json_object_get(record, key)) ?: "";
}

/* "point rep status +metric": of each repetition, with the names that a test looks for. */
static void take_samples(const json_t *record)
{
	const json_t *row = json_array_get(json_object_get(record, "rows"), 0);
	size_t values = json_array_size(json_object_get(record, "metrics"));

	assert_int_equal(json_array_size(json_array_get(row, 3)), values);
	sprintf(samples + strlen(samples), "%s %d %s", text_of(record, "point"),
		(int)json_integer_value(json_array_get(row, 0)), json_string_value(json_array_get(row, 2)));
	for (size_t i = 0; i < values; i++) {
		const char *name = json_string_value(json_array_get(json_object_get(record, "metrics"), i));

		assert_true(json_is_number(json_array_get(json_array_get(row, 3), i))); /* what has none is left out */
		if (!strcmp(name, "minor_faults") || !strcmp(name, "NO_SUCH_EVENT"))
			sprintf(samples + strlen(samples), " +%s", name);
	}
	strcat(samples, "\n");
	repetitions++;
}

static int take(const json_t *record, void *context)
{
	const char *kind = text_of(record, "kind");

	(void)context;
	if (!strcmp(kind, "samples"))
		take_samples(record);
	else if (!strcmp(kind, "metric"))
		sprintf(metrics + strlen(metrics), "%s %s\n", text_of(record, "name"), text_of(record, "class"));
	else if (!strcmp(kind, "outcome"))
		sprintf(outcomes + strlen(outcomes), "%s %s %s\n", text_of(record, "point"), text_of(record, "outcome"),
			text_of(record, "reason"));
	return 0;
}

static enum outcome work(struct trial *t)
{
	t->m.calls++;
	return OK;
}

static enum outcome lie(struct trial *t)
{
	return wrong(t, "misplaced", "a page is elsewhere");
}

static const struct benchmark fine = { .name = "fine", .run = work },
			      lying = { .name = "lying", .run = work, .verify = lie };

/* Counts the events of points whose timed repetitions ended so. */
static void count(const struct machine *m, const struct benchmark *b, enum outcome first, enum outcome second)
{
	static const volatile sig_atomic_t never;
	struct point point[] = { { .benchmark = b, .key = "one" }, { .benchmark = b, .key = "two" } };
	struct plan plan = { point, 2 };
	struct counters events = { { { .name = "NO_SUCH_EVENT" } }, 1 };
	struct session s = { .plan = &plan, .machine = m, .events = &events, .profile = PROFILE_QUICK };
	const enum outcome outcome[] = { first, second };
	bool torn;

	memset(area, 0, sizeof(area));
	*metrics = *samples = *outcomes = '\0';
	repetitions = 0;
	s.log = reclog_over(area, sizeof(area));
	s.instruments = instruments_new(timekeeper_mode(m->timekeeper));
	assert_int_equal(counting_run(&s, outcome, 1000, &never), 0);
	assert_int_equal(reclog_close(s.log), 0);
	assert_true(reclog_scan(area, sizeof(area), take, NULL, &torn) > 0);
	instruments_free(s.instruments);
}

static const struct machine hardware = { .timekeeper = TIME_HARDWARE, .page_size = 4096 },
			    fast = { .timekeeper = TIME_UNTIMED, .page_size = 4096 };

/* Their numbers go on behind those of the timed ones: a sample is known by its number. */
static void each_good_point_has_repetitions_of_its_own(void **state)
{
	struct point p = { .benchmark = &fine };
	int first = point_warmups(&p) + point_repetitions(&p, PROFILE_QUICK);
	char wanted[256];

	(void)state;
	count(&hardware, &fine, OK, SKIPPED);
	snprintf(wanted, sizeof(wanted),
		 "one %d counters +minor_faults\none %d counters +minor_faults\none %d counters +minor_faults\n", first,
		 first + 1, first + 2);
	assert_string_equal(samples, wanted);
	assert_string_equal(outcomes, "");
	count(&hardware, &fine, WRONG, UNSTABLE);
	assert_int_equal(repetitions, COUNTING_REPETITIONS);
	assert_int_equal(strncmp(samples, "two ", 4), 0);
}

static void each_value_is_described(void **state)
{
	(void)state;
	count(&hardware, &fine, SKIPPED, SKIPPED);
	assert_non_null(strstr(metrics, "NO_SUCH_EVENT noisy\n"));
	assert_non_null(strstr(metrics, "minor_faults noisy\n"));
	assert_non_null(strstr(metrics, "thread_share noisy\n"));
	count(&fast, &fine, SKIPPED, SKIPPED);
	assert_non_null(strstr(metrics, "thread_share untimed\n")); /* of a clock that says nothing */
	assert_non_null(strstr(metrics, "minor_faults noisy\n"));
}

/* A benchmark that is wrong when it is watched is wrong. */
static void a_wrong_repetition_is_the_points(void **state)
{
	(void)state;
	count(&hardware, &lying, OK, BLOCKED);
	assert_string_equal(outcomes, "one wrong misplaced\n");
	assert_string_equal(samples, "");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_good_point_has_repetitions_of_its_own),
		cmocka_unit_test(each_value_is_described),
		cmocka_unit_test(a_wrong_repetition_is_the_points),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
