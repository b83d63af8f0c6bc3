// SPDX-License-Identifier: GPL-2.0-or-later
/* compare_functions: a function is named where it left its own noise in the A/A record, and where it did not it is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/fault.h"
#include "base/file.h"
#include "compare/aa_record.h"
#include "compare/compare.h"
#include "judging/aa.h"
#include "output/compare_format.h"
#include "make_run.h"

#define MOVE	 "move_pages size=2m"
#define EIGHT(v) v, v, v, v, v, v, v, v
#define HEAD	 "point,executor,function,kind,insns,calls,repetitions,agree,least,most\n"

static char folder[] = "/tmp/nodehop-compare-functions-XXXXXX";

/* A run of one point, whose path is that long, with these rows of functions. */
static struct run *made(const char *name, double path, const char *rows)
{
	const struct told told[] = {
		{ MOVE, .metric = "path_insns", .class = "counted", .value = { EIGHT(path) }, .scatter = 1e-5 }, {}
	};
	struct run *run = make_run(folder, &(struct said){ .name = name, .sessions = 8, .functions = true }, told);
	char *file = file_path(run->dir, "functions.csv"), *text = NULL;

	assert_true(asprintf(&text, HEAD "%s1,\"all\",\"(rest)\",\"rest\",1,,72,72,,\n", rows) > 0);
	assert_int_equal(file_write_text(file, text), 0);
	json_object_set_new(run->manifest, "files", json_pack("{s:{}}", "functions.csv"));
	free(text);
	free(file);
	return run;
}

/* What the record has: `walk` is as still as can be, `refill` between 10 and 12, and each side's own name. */
static const char usual[] = "1,\"caller\",\"walk\",\"path\",65,1,72,72,,\n"
			    "1,\"caller\",\"refill\",\"path\",11,1,72,9,10,12\n"
			    "1,\"interrupt\",\"tick\",\"interrupt\",5,1,72,9,0,40\n";

static struct aa *record(void)
{
	struct run *a = made("aa-a", 6500, usual), *b = made("aa-b", 6500, usual);
	json_t *json = aa_record(a, b, 0.05, 0, NULL);
	char *path = file_path(folder, "aa.json");
	struct aa *aa = aa_new();

	if (!json)
		fail_msg("%s", fault_text());
	assert_int_equal(json_dump_file(json, path, 0), 0);
	assert_int_equal(aa_add(aa, path), 0);
	json_decref(json);
	free(path);
	run_free(a);
	run_free(b);
	return aa;
}

static struct comparison *judged(double path_b, const char *rows_b, bool strict)
{
	struct compare_options options = { .alpha = 0.05, .aa = record(), .strict_functions = strict };
	struct run *a = made("a", 6500, usual), *b = made("b", path_b, rows_b);
	struct comparison *c = compare_runs(a, b, &options);

	if (!c)
		fail_msg("%s", fault_text());
	assert_int_equal(compare_judge(c), 0);
	aa_free((struct aa *)options.aa);
	run_free(a);
	run_free(b);
	return c;
}

static void noise_is_what_lies_between_sessions(void **state)
{
	struct aa *aa = record();
	struct aa_point found;

	(void)state;
	assert_true(aa_lookup(aa, MOVE, "path_insns", &found));
	assert_true(found.least == 6500 && found.most == 6500);
	assert_int_equal(json_object_size(found.functions), 1);
	assert_true(json_number_value(json_object_get(found.functions, "caller path refill")) == 2);
	aa_free(aa);
}

static void expect(const char *rows, size_t n, const char *function, const char *verdict)
{
	struct comparison *c = judged(6500, rows, false);
	const json_t *first = json_array_get(c->functions, 0);

	assert_int_equal(json_array_size(c->functions), n);
	if (n) {
		assert_string_equal(json_string_value(json_object_get(first, "function")), function);
		assert_string_equal(compare_function_verdict(c, first), verdict);
	}
	assert_int_equal(compare_exit(c), 0);
	compare_free(c);
}

#define REFILL "1,\"caller\",\"refill\",\"path\",11,1,72,72,,\n"
#define WALK   "1,\"caller\",\"walk\",\"path\",65,1,72,72,,\n"

static void a_function_moves_beyond_its_noise(void **state)
{
	(void)state;
	expect(usual, 0, NULL, NULL);
	expect(REFILL "1,\"caller\",\"walk\",\"path\",66,1,72,72,,\n", 1, "walk", "moved inside");
	expect(REFILL "1,\"caller\",\"walk\",\"path\",64,1,72,72,,\n", 1, "walk", "moved inside");
	expect(REFILL "1,\"caller\",\"walk\",\"path\",65.04,1,72,72,,\n", 0, NULL, NULL);
	expect(REFILL "1,\"caller\",\"walk\",\"path\",66,1,72,72,65,67\n", 0, NULL, NULL); /* a session as before */
	expect(WALK "1,\"caller\",\"refill\",\"path\",14,1,72,72,,\n", 0, NULL, NULL);
	expect(WALK "1,\"caller\",\"refill\",\"path\",14.1,1,72,72,,\n", 1, "refill", "moved inside");
	expect(WALK "1,\"caller\",\"refill\",\"path\",7.9,1,72,72,,\n", 1, "refill", "moved inside");
	expect(WALK REFILL "1,\"interrupt\",\"tick\",\"interrupt\",500,1,72,72,,\n", 0, NULL, NULL);
}

static void functions_of_one_side_stand_apart(void **state)
{
	(void)state;
	expect(REFILL, 1, "walk", "only in A");
	expect(WALK REFILL "1,\"caller\",\"trace\",\"path\",3,1,72,72,,\n", 1, "trace", "only in B");
	expect(WALK REFILL "1,\"caller\",\"trace\",\"path\",0.9,1,72,72,,\n", 0, NULL,
	       NULL); /* a baseline may omit it */
	expect(WALK REFILL "1,\"task\",\"walk\",\"wait\",3,1,72,72,,\n", 1, "walk",
	       "only in B"); /* who executes counts */
}

static void strictness_makes_growth_a_regression(void **state)
{
	static const struct {
		const char *rows;
		int exit;
	} cases[] = { { usual, 0 },
		      { REFILL "1,\"caller\",\"walk\",\"path\",66,1,72,72,,\n", 1 },
		      { REFILL "1,\"caller\",\"walk\",\"path\",64,1,72,72,,\n", 0 },
		      { WALK REFILL "1,\"caller\",\"trace\",\"path\",3,1,72,72,,\n", 1 } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct comparison *c = judged(6500, cases[i].rows, true);

		assert_int_equal(compare_exit(c), cases[i].exit);
		compare_free(c);
	}
}

static void a_point_that_moved_says_where(void **state)
{
	struct comparison *c = judged(7000, REFILL "1,\"caller\",\"walk\",\"path\",565,1,72,72,,\n", false);

	(void)state;
	assert_int_equal(compare_exit(c), 1);
	assert_string_equal(compare_function_verdict(c, json_array_get(c->functions, 0)), "moved");
	compare_free(c);
}

static char *written(int (*write)(FILE *out, const struct comparison *c, bool all), const struct comparison *c)
{
	size_t length;
	char *text;
	FILE *out = open_memstream(&text, &length);

	assert_int_equal(write(out, c, false), 0);
	fclose(out);
	return text;
}

static void every_format_has_them(void **state)
{
	struct comparison *c = judged(6500, REFILL "1,\"caller\",\"walk\",\"path\",66,1,72,72,,\n", false), *again;
	char *text = written(compare_write_text, c), *markdown = written(compare_write_markdown, c);
	json_t *json = compare_to_json(c);

	(void)state;
	assert_non_null(
		strstr(text, "+1.000        65       66  noise   0.05  moved inside: walk (caller, path): " MOVE));
	assert_non_null(strstr(markdown, "| walk | caller, path | 65 | 66 | +1.000 | 0.05 | moved inside | "));
	again = compare_from_json(json);
	assert_non_null(again);
	assert_true(json_equal(json_object_get(json, "functions"), again->functions));
	free(text);
	free(markdown);
	json_decref(json);
	compare_free(c);
	compare_free(again);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	return file_remove_folder(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(noise_is_what_lies_between_sessions),
		cmocka_unit_test(a_function_moves_beyond_its_noise),
		cmocka_unit_test(functions_of_one_side_stand_apart),
		cmocka_unit_test(strictness_makes_growth_a_regression),
		cmocka_unit_test(a_point_that_moved_says_where),
		cmocka_unit_test(every_format_has_them),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
