// SPDX-License-Identifier: GPL-2.0-or-later
/* instruments: who looks at which repetition, in which order, and where each leaves what it saw. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/fault.h"
#include "instruments/events.h"
#include "instruments/instruments.h"

/* What it was called for, a letter each. */
struct witness {
	char seen[16];
	bool fails;
};

static int note(void *state, char letter)
{
	struct witness *w = state;

	w->seen[strlen(w->seen)] = letter;
	return w->fails ? fault("the witness fails") : 0;
}

static void prepare(void *state)
{
	note(state, 'p');
}

static int open_witness(void *state, const struct subject *subject)
{
	(void)subject;
	return note(state, 'o');
}

static int close_witness(void *state, const struct subject *subject)
{
	(void)subject;
	return note(state, 'c');
}

static int begin(void *state)
{
	return note(state, 'b');
}

static int end(void *state)
{
	return note(state, 'e');
}

static void record(void *state, const struct measured *m, struct repetition *r, double *seen)
{
	(void)m;
	(void)r;
	(void)seen;
	note(state, 'r');
}

static const struct instrument witness = {
	.name = "witness",
	.repetitions = REPETITION_EXPLAINED,
	.modes = MODE_HARDWARE | MODE_FAST,
	.prepare = prepare,
	.open = open_witness,
	.close = close_witness,
	.begin = begin,
	.end = end,
	.record = record,
};

/* All that is done to the witness in a trial of that mode and kind. */
static const char *witnessed(struct witness *w, unsigned mode, enum repetition_kind kind)
{
	static struct repetition r;
	struct instruments *all = instruments_new(mode);
	struct measured m = {};

	memset(w, 0, sizeof(*w));
	instruments_add(all, &witness, w);
	instruments_prepare(all, kind | REPETITION_TIMED);
	assert_null(instruments_begin(all, kind));
	assert_null(instruments_end(all, kind));
	instruments_record(all, kind, &m, &r);
	instruments_free(all);
	return w->seen;
}

static void looks_in_its_modes_and_repetitions(void **state)
{
	struct witness w;

	(void)state;
	assert_string_equal(witnessed(&w, MODE_FAST, REPETITION_EXPLAINED), "pber");
	assert_string_equal(witnessed(&w, MODE_COUNTED, REPETITION_EXPLAINED), "");
	assert_string_equal(witnessed(&w, MODE_HARDWARE, REPETITION_EVENTS), "");
	assert_string_equal(witnessed(&w, MODE_FAST, REPETITION_TIMED), "");
}

static void the_one_that_failed_is_named(void **state)
{
	struct instruments *all = instruments_new(MODE_FAST);
	struct witness w = { .fails = true };
	struct subject subject = {};

	(void)state;
	instruments_add(all, &witness, &w);
	assert_ptr_equal(instruments_open(all, REPETITION_EXPLAINED, &subject), &witness);
	assert_ptr_equal(instruments_begin(all, REPETITION_EXPLAINED), &witness);
	assert_ptr_equal(instruments_end(all, REPETITION_EXPLAINED), &witness);
	assert_ptr_equal(instruments_close(all, REPETITION_EXPLAINED, &subject), &witness);
	assert_string_equal(fault_text(), "the witness fails");
	w.fails = false;
	assert_null(instruments_begin(all, REPETITION_EXPLAINED));
	instruments_free(all);
}

#define ADDRESS(name) &name##_instrument,

static const struct instrument *const table[] = { INSTRUMENTS(ADDRESS) };

static void each_has_its_own_values(void **state)
{
	size_t at = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		assert_int_equal(instruments_at(table[i]), at);
		at += table[i]->metric_count;
	}
	assert_true(at <= SEEN_MAX);
}

static void each_says_all_that_it_must(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		const struct instrument *one = table[i];

		assert_non_null(one->name);
		assert_true(one->repetitions && one->modes);
		for (size_t k = 0; one->metrics && k < one->metric_count; k++)
			assert_true(one->metrics[k].name && one->metrics[k].better && one->metrics[k].meaning);
	}
}

struct found {
	char names[512];
};

static int append_name(const struct instrument_metric *metric, size_t at, void *context)
{
	struct found *f = context;

	assert_true(at < SEEN_MAX);
	strcat(strcat(f->names, " "), metric->name);
	return 0;
}

static void metrics_are_those_of_the_mode(void **state)
{
	struct found hardware = {}, counted = {}, fast = {};

	(void)state;
	instruments_each(MODE_HARDWARE, REPETITION_TIMED, append_name, &hardware);
	instruments_each(MODE_COUNTED, REPETITION_TIMED, append_name, &counted);
	instruments_each(MODE_FAST, REPETITION_TIMED, append_name, &fast);
	assert_string_equal(hardware.names, " ctx_switches taken_share others_cpus stolen_cpus others_migrated");
	assert_string_equal(counted.names, " ctx_switches idle_share others_migrated");
	assert_string_equal(fast.names, " ctx_switches others_migrated");
}

/* A repetition that was not looked at has no value, not the one of the last that was. */
static void what_is_not_seen_is_not_there(void **state)
{
	static struct repetition r;
	struct instruments *all = instruments_new(MODE_FAST);
	struct measured m = {};

	(void)state;
	r.standard[M_TRAIN] = 1;
	instruments_begin(all, REPETITION_TIMED);
	instruments_end(all, REPETITION_TIMED);
	instruments_record(all, REPETITION_TIMED, &m, &r);
	assert_false(isnan(r.seen[instruments_at(&switches_instrument)]));
	assert_true(isnan(r.seen[instruments_at(&idle_instrument)]));
	instruments_record(all, REPETITION_EVENTS, &m, &r);
	assert_true(isnan(r.seen[instruments_at(&switches_instrument)]));
	instruments_free(all);
}

/* Of what was counted in all runs of a train, each is told its part. */
static void events_are_those_of_one_run(void **state)
{
	static struct repetition r;
	struct counters counters = { .n = 2 };
	struct events events = { .counters = &counters, .value = { 20, 50 } };
	struct measured m = {};
	double seen[COUNTERS_MAX];

	(void)state;
	r.standard[M_TRAIN] = 10;
	events_instrument.record(&events, &m, &r, seen);
	assert_true(seen[0] == 2 && seen[1] == 5);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(looks_in_its_modes_and_repetitions),
		cmocka_unit_test(the_one_that_failed_is_named),
		cmocka_unit_test(each_has_its_own_values),
		cmocka_unit_test(each_says_all_that_it_must),
		cmocka_unit_test(metrics_are_those_of_the_mode),
		cmocka_unit_test(what_is_not_seen_is_not_there),
		cmocka_unit_test(events_are_those_of_one_run),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
