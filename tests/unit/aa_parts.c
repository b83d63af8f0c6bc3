// SPDX-License-Identifier: GPL-2.0-or-later
/* aa_parts: an A/A record of hardware that grows by parts: which of them count, and what joining leaves of each. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fault.h"
#include "judging/aa_parts.h"

static char path[] = "/tmp/nodehop-aa-parts-XXXXXX";

/* One part of two pairs: of point x, and of `other`, measured in this boot with side B that build. */
static json_t *part(const char *boot, const char *build_b, const char *other, double x, double y)
{
	json_t *record = json_pack("{s:i, s:{s:s}, s:f, s:i, s:{s:i, s:i, s:i}, s:[b,b], s:[{s:s, s:i, s:s, s:s}]}",
				   "aa_schema", 1, "hard", "cpu", "c", "session_seconds", 10.0, "sessions", 2,
				   "false_alarms", "points", 2, "regressed", 0, "improved", 0, "b_first", 0, 1, "boots",
				   "boot_id", boot, "pairs", 2, "a", "build-1", "b", build_b);
	json_t *points = json_pack("[{s:s, s:s, s:s, s:f, s:[f,f], s:[f,f]}, {s:s, s:s, s:s, s:f, s:[f,f], s:[f,f]}]",
				   "point", "x", "metric", "page_ns", "better", "lower", "clock_steps", 500.0, "a",
				   100.0, 100.0, "b", x, x, "point", other, "metric", "rate_bps", "better", "higher",
				   "clock_steps", 500.0, "a", 100.0, 100.0, "b", y, y);

	assert_non_null(record);
	assert_non_null(points);
	json_object_set_new(record, "points", points);
	return record;
}

static void store(json_t *record)
{
	assert_int_equal(json_dump_file(record, path, 0), 0);
	json_decref(record);
}

static void join(json_t *fresh)
{
	json_t *whole = aa_parts_join(path, fresh);

	if (!whole)
		fail_msg("%s", fault_text());
	store(whole);
}

static double ratio(const struct aa_parts *p, size_t part, size_t point, size_t pair)
{
	return p->part[part].ratio[point * p->part[part].n + pair];
}

static void parts_of_two_builds_count(void **state)
{
	struct aa_parts *p;
	char *text;

	(void)state;
	store(part("one", "build-2", "y", 110, 110));
	join(part("two", "build-3", "y", 120, 120));
	p = aa_parts_load(path);
	assert_non_null(p);
	assert_int_equal(p->parts, 2);
	assert_int_equal(p->pairs, 4);
	assert_int_equal(p->boots, 2);
	assert_true(p->relaid);
	assert_false(p->part[0].b_first[0]);
	assert_true(p->part[1].b_first[1]);
	assert_float_equal(ratio(p, 0, 0, 1), log(1.1), 1e-12);
	assert_float_equal(ratio(p, 1, 0, 0), log(1.2), 1e-12);
	assert_float_equal(ratio(p, 1, 1, 0), -log(1.2), 1e-12); /* more is better */
	text = aa_parts_doubt(p);
	assert_non_null(strstr(text, "spans 2 of 3 boots"));
	free(text);
	aa_parts_free(p);
}

/* A part of one program says nothing of layout: it is left out as soon as there is another. */
static void a_part_of_one_program_counts_while_it_is_alone(void **state)
{
	struct aa_parts *p;
	char *text;

	(void)state;
	store(part("one", "build-1", "y", 110, 110));
	p = aa_parts_load(path);
	assert_int_equal(p->parts, 1);
	text = aa_parts_doubt(p);
	assert_non_null(strstr(text, "are one program"));
	free(text);
	aa_parts_free(p);
	join(part("one", "build-2", "y", 120, 120));
	p = aa_parts_load(path);
	assert_int_equal(p->parts, 1);
	assert_int_equal(p->boots, 1);
	assert_float_equal(ratio(p, 0, 0, 0), log(1.2), 1e-12);
	aa_parts_free(p);
}

/* Values stay in the pair in which they were taken: what a part lacks is absent there. */
static void what_a_part_lacks_is_absent_in_its_pairs(void **state)
{
	struct aa_parts *p;

	(void)state;
	store(part("one", "build-2", "old", 110, 110));
	join(part("two", "build-3", "new", 120, 130));
	join(part("three", "build-4", "old", 140, 150));
	p = aa_parts_load(path);
	assert_non_null(p);
	assert_int_equal(p->points, 3);
	assert_string_equal(p->point[1].point, "old");
	assert_string_equal(p->point[2].point, "new");
	assert_float_equal(ratio(p, 0, 1, 0), -log(1.1), 1e-12);
	assert_true(isnan(ratio(p, 1, 1, 0)) && isnan(ratio(p, 1, 1, 1)));
	assert_true(isnan(ratio(p, 0, 2, 0)) && isnan(ratio(p, 0, 2, 1)));
	assert_float_equal(ratio(p, 1, 2, 1), -log(1.3), 1e-12);
	assert_float_equal(ratio(p, 2, 1, 0), -log(1.5), 1e-12);
	assert_true(isnan(ratio(p, 2, 2, 0)));
	aa_parts_free(p);
}

static void another_state_of_the_machine_is_refused(void **state)
{
	json_t *fresh = part("two", "build-3", "y", 120, 120);

	(void)state;
	store(part("one", "build-2", "y", 110, 110));
	json_object_set_new(fresh, "hard", json_pack("{s:s}", "cpu", "d"));
	assert_null(aa_parts_join(path, fresh));
	assert_non_null(strstr(fault_text(), "another state of this machine"));
	json_decref(fresh);
}

static int make_file(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_of_two_builds_count),
		cmocka_unit_test(a_part_of_one_program_counts_while_it_is_alone),
		cmocka_unit_test(what_a_part_lacks_is_absent_in_its_pairs),
		cmocka_unit_test(another_state_of_the_machine_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_file, remove_file);
}
