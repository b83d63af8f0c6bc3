// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * load: what others had of the CPUs between two marks. The Makefile has pread come here: /proc/stat and schedstat are
 * this test's.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/file.h"
#include "instruments/instruments.h"
#include "instruments/load.h"

#define MS 1000000ull

static struct load load;
static const char *shown; /* whatever is read */

ssize_t __wrap_pread(int fd, void *buffer, size_t size, off_t offset);
ssize_t __wrap_pread(int fd, void *buffer, size_t size, off_t offset)
{
	size_t length = strlen(shown);

	assert_true(fd >= 0);
	assert_int_equal(offset, 0);
	memcpy(buffer, shown, length < size ? length : size);
	return length < size ? length : size;
}

/* Two CPUs, a second later: so long idle and our own. */
static struct load_mark later(double idle_ms, double own_ms)
{
	return (struct load_mark){
		.seen = true, .cpus = 2, .at_ns = 1000 * MS, .idle_ns = idle_ms * MS, .own_ns = own_ms * MS
	};
}

static const struct load_mark start = { .seen = true, .cpus = 2 };

static void what_is_neither_idle_nor_ours_is_others(void **state)
{
	struct load_mark end = later(500, 1000);

	(void)state;
	assert_float_equal(load_others(&start, &end), 0.5, 1e-9);
	end = later(2000, 0);
	assert_float_equal(load_others(&start, &end), 0, 1e-9);
	end = later(1800, 400); /* more than there is: clocks are read one after the other */
	assert_float_equal(load_others(&start, &end), 0, 1e-9);
	end.stolen_ns = 250 * MS;
	assert_float_equal(load_stolen(&start, &end), 0.25, 1e-9);
}

/* iowait falls, and a helper that has ended takes its time along. */
static void a_counter_that_falls_back_has_not_risen(void **state)
{
	struct load_mark begin = later(500, 800), end = later(400, 300);

	(void)state;
	begin.at_ns = 0;
	assert_float_equal(load_others(&begin, &end), 2, 1e-9);
	begin.stolen_ns = 100 * MS;
	assert_float_equal(load_stolen(&begin, &end), 0, 1e-9);
}

static void what_was_not_seen_is_not_known(void **state)
{
	struct load_mark end = later(500, 1000), unseen = {};

	(void)state;
	assert_true(isnan(load_others(&unseen, &end)));
	assert_true(isnan(load_others(&start, &unseen)));
	assert_true(isnan(load_stolen(&unseen, &end)));
	assert_true(isnan(load_others(&start, &start))); /* no time between them */
}

static void a_cpu_that_waits_for_a_disk_is_idle(void **state)
{
	uint64_t tick_ns = 1000000000u / sysconf(_SC_CLK_TCK);
	struct load_mark m;

	(void)state;
	load_open(&load, "", NULL);
	shown = "cpu  100 1 50 300 40 5 6 7 8 9\ncpu0 1 1 1 1 1 1 1 1\n";
	m = load_mark(&load);
	assert_true(m.seen);
	assert_int_equal(m.idle_ns, 340 * tick_ns);
	assert_int_equal(m.stolen_ns, 7 * tick_ns);
	assert_true(m.own_ns > 0);
	shown = "cpu  0 0 0 0 0 0 0 0 0 0\n"; /* a sandbox that counts nothing */
	assert_false(load_mark(&load).seen);
	shown = "";
	assert_false(load_mark(&load).seen);
}

/* Without lines of CPUs there is no number of them, of which others could have kept some busy. */
static void no_cpus_are_not_idle_ones(void **state)
{
	(void)state;
	load_open(&load, "/nowhere", NULL);
	load.stat_fd = load.queue_fd = 0; /* which pread does not look at */
	shown = "cpu  100 1 50 300 40 5 6 7 8 9\n";
	assert_false(load_mark(&load).seen);
}

static void the_wait_for_a_cpu_is_the_second_number(void **state)
{
	(void)state;
	load_open(&load, "", NULL);
	shown = "1000 250 3\n";
	assert_float_equal(load_queued_ns(&load), 250, 0);
	shown = "0 0 0\n"; /* a kernel that keeps no such books */
	assert_true(isnan(load_queued_ns(&load)));
}

/* ---- kernel threads that help ---- */

static char root[] = "/tmp/nodehop-load-XXXXXX";

static void put(const char *path, const char *text)
{
	char whole[100], *slash;

	snprintf(whole, sizeof(whole), "%s/%s", root, path);
	for (slash = whole + strlen(root) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(whole, 0777);
		*slash = '/';
	}
	assert_int_equal(file_write_text(whole, text), 0);
}

static int make_root(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(root));
	put("proc/2/comm", "kthreadd\n");
	put("proc/2/task/2/children", "3 44 45 46 99 ");
	put("proc/3/comm", "rcu_gp\n");
	put("proc/3/schedstat", "700 0 1\n");
	put("proc/44/comm", "kcompactd0\n");
	put("proc/44/schedstat", "5000000000 0 1\n");
	put("proc/45/comm", "kcompactd1\n");
	put("proc/45/schedstat", "3000000000 0 1\n");
	put("proc/46/comm", "kswapd0\n"); /* whose schedstat is gone with it */
	put("proc/stat", "cpu  1 1 1 1\ncpu0 1 1 1 1\ncpu1 1 1 1 1\nintr 5\n");
	return 0;
}

static int remove_root(void **state)
{
	(void)state;
	return file_remove_folder(root);
}

/* Named by the beginning; 99 has ended since the list was read. */
static void helpers_are_our_own(void **state)
{
	static const char *const names[] = { "kcompactd", "kswapd", NULL };
	struct load_mark m;

	(void)state;
	load_open(&load, root, names);
	assert_int_equal(load.cpus, 2);
	assert_int_equal(load.helpers, 3);
	shown = "cpu  100 1 50 300 40 5 6 7 8 9\n";
	m = load_mark(&load);
	assert_true(m.own_ns >= 8000 * MS && m.own_ns < 9000 * MS);
	load_open(&load, root, NULL);
	assert_int_equal(load.helpers, 0);
}

/* In a container process 2 is somebody else's. */
static void helpers_are_children_of_kthreadd(void **state)
{
	static const char *const names[] = { "kcompactd", NULL };

	(void)state;
	put("proc/2/comm", "bash\n");
	load_open(&load, root, names);
	put("proc/2/comm", "kthreadd\n");
	assert_int_equal(load.helpers, 0);
}

/* ---- the instrument ---- */

/* The trial's window is a fifth of a second or more; a repetition has its marks, and what it queued for. */
static void the_instrument_marks_trial_and_repetition(void **state)
{
	struct load_window window = {};
	struct benchmark b = { .kind = 0 };
	struct subject subject = { .benchmark = &b, .window = &window };
	struct repetition r = {};
	double seen[3];
	void *marks = calloc(1, load_instrument.state_size);

	(void)state;
	shown = "cpu  100 1 50 300 40 5 6 7 8 9\n";
	assert_int_equal(load_instrument.open(marks, &subject), 0);
	shown = "100 250 3\n";
	load_instrument.begin(marks);
	shown = "200 300 4\n";
	load_instrument.end(marks);
	load_instrument.record(marks, NULL, &r, seen);
	assert_float_equal(r.queued_ns, 50, 0);
	assert_false(r.before.seen || r.after.seen); /* that was no /proc/stat */
	shown = "cpu  100 1 50 300 40 5 6 7 8 9\n";
	assert_int_equal(load_instrument.close(marks, &subject), 0);
	assert_true(window.begin.seen && window.end.seen);
	assert_true(window.end.at_ns - window.begin.at_ns >= LOAD_WINDOW_NS);
	free(marks);
}

/* Nor is it waited for: a rule's time is nobody's. */
static void a_rule_has_no_window(void **state)
{
	struct load_window window = {};
	struct benchmark b = { .kind = SEMANTICS };
	struct subject subject = { .benchmark = &b, .window = &window };
	void *marks = calloc(1, load_instrument.state_size);

	(void)state;
	assert_int_equal(load_instrument.open(marks, &subject), 0);
	assert_int_equal(load_instrument.close(marks, &subject), 0);
	assert_int_equal(window.begin.at_ns, 0);
	assert_int_equal(window.end.at_ns, 0);
	free(marks);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_neither_idle_nor_ours_is_others),
		cmocka_unit_test(a_counter_that_falls_back_has_not_risen),
		cmocka_unit_test(what_was_not_seen_is_not_known),
		cmocka_unit_test(a_cpu_that_waits_for_a_disk_is_idle),
		cmocka_unit_test(no_cpus_are_not_idle_ones),
		cmocka_unit_test(the_wait_for_a_cpu_is_the_second_number),
		cmocka_unit_test(helpers_are_our_own),
		cmocka_unit_test(helpers_are_children_of_kthreadd),
		cmocka_unit_test(the_instrument_marks_trial_and_repetition),
		cmocka_unit_test(a_rule_has_no_window),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_root, remove_root);
}
