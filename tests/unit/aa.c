// SPDX-License-Identifier: GPL-2.0-or-later
/* aa: several A/A records as one: the most cautious margin, all their scatter, and which of them fit a machine. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fault.h"
#include "base/file.h"
#include "judging/aa.h"

#define POINT  "move_pages batch=1"
#define METRIC "page_insns"

static char root[] = "/tmp/nodehop-aa-XXXXXX";

/* A record below the folder of one counted point: sessions of 8000 against 8000 * (1 + change), and its kernel. */
static char *record(const char *name, double change, const char *kernel, double seconds)
{
	char *path = file_path(root, name);
	double b = 8000 * (1 + change);
	json_t *json = json_pack("{s:i, s:f, s:{s:s}, s:[{s:s, s:s, s:s, s:[f,f], s:[f,f]}]}", "aa_schema", 1,
				 "session_seconds", seconds, "hard", "kernel", kernel, "points", "point", POINT,
				 "metric", METRIC, "class", "counted", "a", 8000.0, 8000.0, "b", b, b);

	assert_int_equal(file_make_parents(path), 0);
	assert_int_equal(json_dump_file(json, path, 0), 0);
	json_decref(json);
	return path;
}

static void add(struct aa *aa, char *path)
{
	assert_int_equal(aa_add(aa, path), 0);
	free(path);
}

static void the_largest_margin_and_all_pairs_stand(void **state)
{
	struct aa *aa = aa_new();
	struct aa_point found;

	(void)state;
	add(aa, record("large.json", 0.004, "k", 20));
	add(aa, record("small.json", 0.001, "k", 10));
	assert_true(aa_lookup(aa, POINT, METRIC, &found));
	assert_true(found.is_counted);
	assert_float_equal(found.margin, 2 * log1p(0.004), 1e-12);
	assert_int_equal(found.null_n, 4);
	assert_float_equal(found.null[0], log1p(0.004), 1e-12);
	assert_float_equal(found.null[3], log1p(0.001), 1e-12);
	assert_float_equal(aa_session_seconds(aa), 20, 0);
	assert_false(aa_lookup(aa, POINT, "wall_insns", &found));
	assert_false(aa_lookup(aa, "move_pages batch=2", METRIC, &found));
	aa_free(aa);
}

/* A record that both sides of a comparison name is one; another whose path ends like it is another. */
static void a_record_counts_once_by_its_whole_path(void **state)
{
	struct aa *aa = aa_new();
	struct aa_point found;

	(void)state;
	assert_int_equal(chdir(root), 0);
	free(record("d/x.json", 0.001, "k", 10));
	free(record("x.json", 0.004, "k", 10));
	assert_int_equal(aa_add(aa, "d/x.json"), 0);
	assert_int_equal(aa_add(aa, "x.json"), 0);
	assert_int_equal(aa_add(aa, "d/x.json"), 0);
	assert_int_equal(aa_add(aa, "x.json"), 0);
	assert_int_equal(aa_records(aa), 2);
	assert_string_equal(aa_names(aa), "d/x.json, x.json");
	assert_true(aa_lookup(aa, POINT, METRIC, &found));
	assert_float_equal(found.margin, 2 * log1p(0.004), 1e-12);
	assert_int_equal(found.null_n, 4);
	aa_free(aa);
}

static void only_records_of_the_machine_as_it_is_fit(void **state)
{
	json_t *env = json_pack("{s:{s:s}}", "hard", "kernel", "6.12");
	char *folder = file_path(root, "m"), *none = file_path(root, "none");
	struct aa *aa = aa_new();
	struct aa_point found;

	(void)state;
	free(record("m/aa/old.json", 0.009, "6.1", 10));
	free(record("m/aa/fits.json", 0.002, "6.12", 10));
	free(record("m/aa/.hidden.json", 0.009, "6.12", 10));
	assert_int_equal(aa_add_fitting(aa, folder, env), 1);
	assert_true(aa_lookup(aa, POINT, METRIC, &found));
	assert_float_equal(found.margin, 2 * log1p(0.002), 1e-12);
	assert_int_equal(aa_add_fitting(aa, none, env), 0);
	assert_int_equal(aa_add_named(aa, folder, "old"), 1);
	assert_int_equal(aa_add_named(aa, folder, "older"), 0);
	free(none);
	free(folder);
	aa_free(aa);
	json_decref(env);
}

static void what_is_no_record_is_told(void **state)
{
	struct aa *aa = aa_new();
	char *path = file_path(root, "bad.json");

	(void)state;
	assert_int_equal(file_write_text(path, "{\"points\": []}\n"), 0);
	assert_int_equal(aa_add(aa, path), -1);
	assert_non_null(strstr(fault_text(), "bad.json: is not an A/A record"));
	assert_int_equal(file_write_text(path, "{\"aa_schema\": 2, \"points\": []}\n"), 0);
	assert_int_equal(aa_add(aa, path), -1);
	assert_non_null(strstr(fault_text(), "of schema 2; this nodehop reads 1"));
	assert_int_equal(file_write_text(path, "{\"aa_schema\": 1, \"points\": [], \"points\": []}\n"), 0);
	assert_int_equal(aa_add(aa, path), -1);
	assert_non_null(strstr(fault_text(), "bad.json:1: damaged: duplicate object key"));
	assert_int_equal(aa_records(aa), 0);
	free(path);
	aa_free(aa);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(root) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	return chdir("/") || file_remove_folder(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_largest_margin_and_all_pairs_stand),
		cmocka_unit_test(a_record_counts_once_by_its_whole_path),
		cmocka_unit_test(only_records_of_the_machine_as_it_is_fit),
		cmocka_unit_test(what_is_no_record_is_told),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
