// SPDX-License-Identifier: GPL-2.0-or-later
/* compare_explain: the parts of a point's change add up to it to the digit, largest first, calls before length. */
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

#define MOVE	 "move_pages size=2m batch=512"
#define EIGHT(v) v, v, v, v, v, v, v, v
#define HEAD	 "point,executor,function,kind,insns,calls,repetitions,agree,least,most\n"
#define REST(n)	 "1,\"all\",\"(rest)\",\"rest\"," n ",,72,72,,\n"

static char folder[] = "/tmp/nodehop-compare-explain-XXXXXX";

/* A run of one point, whose path is that long, with these rows of functions; NULL: without any. */
static struct run *made(const char *name, const char *key, double path, const char *rows)
{
	const struct told told[] = {
		{ key, .metric = "path_insns", .class = "counted", .value = { EIGHT(path) }, .scatter = 1e-5 }, {}
	};
	struct run *run =
		make_run(folder, &(struct said){ .name = name, .sessions = 8, .functions = rows != NULL }, told);
	char *file = file_path(run->dir, "functions.csv"), *text = NULL;

	assert_true(asprintf(&text, HEAD "%s", rows ?: "") > 0);
	assert_int_equal(file_write_text(file, text), 0);
	json_object_set_new(run->manifest, "files", rows ? json_pack("{s:{}}", "functions.csv") : json_object());
	free(text);
	free(file);
	return run;
}

struct side {
	const char *key;
	double path;
	const char *rows;
};

static struct comparison *compared_with(struct side of_a, struct side of_b, struct compare_options options)
{
	struct run *a = made("a", of_a.key, of_a.path, of_a.rows), *b = made("b", of_b.key, of_b.path, of_b.rows);
	struct comparison *c;

	options.alpha = 0.05;
	options.explain = true;
	c = compare_runs(a, b, &options);
	if (!c)
		fail_msg("%s", fault_text());
	assert_int_equal(compare_judge(c), 0);
	run_free(a);
	run_free(b);
	return c;
}

static struct comparison *compared(double path_a, const char *rows_a, double path_b, const char *rows_b)
{
	return compared_with((struct side){ MOVE, path_a, rows_a }, (struct side){ MOVE, path_b, rows_b },
			     (struct compare_options){});
}

static const json_t *only_point(const struct comparison *c)
{
	assert_int_equal(json_array_size(c->explained), 1);
	return json_array_get(c->explained, 0);
}

static double number(const json_t *of, const char *key)
{
	const json_t *value = json_object_get(of, key);

	if (!json_is_number(value))
		fail_msg("%s is no number", key);
	return json_number_value(value);
}

static const json_t *function_at(const json_t *point, const char *list, size_t i)
{
	return json_array_get(json_object_get(point, list), i);
}

static const char *name_at(const json_t *point, const char *list, size_t i)
{
	return json_string_value(json_object_get(function_at(point, list, i), "function")) ?: "";
}

/* Whatever is in it: what is listed and the residual are the change. */
static void expect_sum(const json_t *point)
{
	static const char *const lists[] = { "functions", "only_in_a", "only_in_b" };
	double sum = number(point, "residual"), kinds = 0;
	const json_t *entry;
	const char *kind;
	size_t i;

	for (size_t k = 0; k < 3; k++)
		json_array_foreach (json_object_get(point, lists[k]), i, entry)
			sum += number(entry, "change");
	json_object_foreach (json_object_get(point, "kinds"), kind, entry)
		kinds += json_number_value(entry);
	assert_float_equal(sum, number(point, "change"), 1e-9);
	assert_float_equal(kinds, number(point, "whole_b") - number(point, "whole_a"), 1e-9);
}

#define WALK(n)	 "1,\"caller\",\"walk\",\"path\"," n ",1,72,72,,\n"
#define WAITS(n) "1,\"task\",\"worker\",\"wait\"," n ",1,72,72,,\n"
#define COPY	 "1,\"caller\",\"memcpy\",\"copy\",1554,1,72,72,,\n"
#define TICK(n)	 "1,\"interrupt\",\"tick\",\"interrupt\"," n ",1,72,72,,\n"

static void one_instruction_more(void **state)
{
	struct comparison *c = compared(6500, WALK("65") COPY WAITS("20.5") TICK("7") REST("1.25"), 6501,
					WALK("66") COPY WAITS("20.5") TICK("9.125") REST("1.25"));
	const json_t *point = only_point(c);

	(void)state;
	expect_sum(point);
	assert_string_equal(json_string_value(json_object_get(point, "metric")), "path_insns");
	assert_true(number(point, "change") == 1 && number(point, "residual") == 0);
	assert_int_equal(json_array_size(json_object_get(point, "functions")), 1);
	assert_string_equal(name_at(point, "functions", 0), "walk");
	assert_true(number(json_object_get(point, "kinds"), "path") == 1);
	assert_true(number(json_object_get(point, "kinds"), "copy") == 0);
	assert_true(number(json_object_get(point, "kinds"), "interrupt") == 2.125);
	assert_true(number(point, "whole_a") == 65 + 1554 + 20.5 + 7 + 1.25);
	assert_null(json_object_get(json_object_get(point, "kinds"), "spin")); /* neither side has any */
	assert_true(json_is_null(json_object_get(function_at(point, "functions", 0), "within_noise")));
	compare_free(c);
}

/* 2 calls of 10 became 3 of 15: one call more of 10, and 3 calls that are 5 longer. */
static void calls_come_first(void **state)
{
	struct comparison *c = compared(100, "1,\"caller\",\"walk\",\"path\",20,2,72,72,,\n", 125,
					"1,\"caller\",\"walk\",\"path\",45,3,72,72,,\n");
	const json_t *walk = function_at(only_point(c), "functions", 0);

	(void)state;
	assert_true(number(walk, "by_calls") == 10 && number(walk, "by_length") == 15);
	assert_true(number(walk, "a_length") == 10 && number(walk, "b_length") == 15);
	compare_free(c);
	c = compared(100, "1,\"caller\",\"walk\",\"path\",20,0,72,72,,\n", 125,
		     "1,\"caller\",\"walk\",\"path\",45,3,72,72,,\n");
	walk = function_at(only_point(c), "functions", 0);
	assert_true(json_is_null(json_object_get(walk, "by_calls")));
	assert_true(json_is_null(json_object_get(walk, "by_length")));
	compare_free(c);
}

/* Functions that are too small to be named are in the path, and in no row. */
static void what_no_row_names_is_the_residual(void **state)
{
	struct comparison *c = compared(100.0004, WALK("65"), 103.5, WALK("67"));
	const json_t *point = only_point(c);

	(void)state;
	expect_sum(point);
	assert_true(number(point, "change") == 3.5 && number(point, "residual") == 1.5);
	compare_free(c);
}

static void functions_of_one_side_stand_apart(void **state)
{
	struct comparison *c = compared(
		200,
		WALK("65") "1,\"caller\",\"old\",\"path\",90,2,72,72,,\n1,\"caller\",\"older\",\"path\",91,2,72,72,,\n",
		180,
		WALK("66") "1,\"caller\",\"new\",\"path\",160,1,72,72,,\n1,\"task\",\"walk\",\"path\",4,1,72,72,,\n");
	const json_t *point = only_point(c);

	(void)state;
	expect_sum(point);
	assert_int_equal(json_array_size(json_object_get(point, "functions")), 1);
	assert_string_equal(name_at(point, "only_in_a", 0), "older");
	assert_string_equal(name_at(point, "only_in_a", 1), "old");
	assert_string_equal(name_at(point, "only_in_b", 0), "new");
	assert_string_equal(name_at(point, "only_in_b", 1), "walk"); /* by another executor */
	assert_true(number(function_at(point, "only_in_a", 1), "change") == -90);
	assert_true(number(point, "residual") == -20 - (1 - 181 + 164));
	compare_free(c);
}

static void no_function_in_common(void **state)
{
	struct comparison *c = compared(65, WALK("65"), 70, "1,\"caller\",\"stroll\",\"path\",70,1,72,72,,\n");
	const json_t *point = only_point(c);

	(void)state;
	expect_sum(point);
	assert_int_equal(json_array_size(json_object_get(point, "functions")), 0);
	assert_true(number(point, "residual") == 0);
	compare_free(c);
}

static void a_path_that_stayed_has_its_whole_explained(void **state)
{
	struct comparison *c = compared(65, WALK("65") WAITS("20") REST("1"), 65, WALK("65") WAITS("25") REST("1.5"));
	const json_t *point = only_point(c);

	(void)state;
	expect_sum(point);
	assert_string_equal(json_string_value(json_object_get(point, "metric")), EXPLAINED_WHOLE);
	assert_string_equal(name_at(point, "functions", 0), "worker");
	assert_true(number(point, "change") == 5.5 && number(point, "residual") == 0.5);
	compare_free(c);
}

static void expect_note(struct comparison *c, const char *part)
{
	bool found = false;
	const json_t *note;
	size_t i;

	json_array_foreach (c->notes, i, note)
		found |= strstr(json_string_value(note), part) != NULL;
	assert_int_equal(json_array_size(c->explained), 0);
	if (!found)
		fail_msg("no note says: %s", part);
	compare_free(c);
}

static void nothing_to_show_is_one_sentence(void **state)
{
	(void)state;
	expect_note(compared(65, WALK("65"), 65, WALK("65")), "no point differs");
	expect_note(compared(65, NULL, 66, NULL), "neither side has functions.csv");
	expect_note(compared_with((struct side){ MOVE, 65, WALK("65") },
				  (struct side){ MOVE " page=thp", 66, WALK("66") }, (struct compare_options){}),
		    "no point has functions and a cost on both sides");
}

static void two_points_of_one_kernel(void **state)
{
	struct comparison *c = compared_with((struct side){ "move_pages size=2m batch=1", 90, WALK("90") },
					     (struct side){ MOVE, 65, WALK("65") },
					     (struct compare_options){ .variant = "set:batch" });

	(void)state;
	assert_true(number(only_point(c), "change") == -25 && number(only_point(c), "residual") == 0);
	compare_free(c);
}

/* `refill` lay between 10 and 12, `walk` stood still. */
static void a_record_tells_what_is_noise(void **state)
{
	const char *usual = WALK("65") "1,\"caller\",\"refill\",\"path\",11,1,72,9,10,12\n";
	struct run *a = made("aa-a", MOVE, 76, usual), *b = made("aa-b", MOVE, 76, usual);
	json_t *json = aa_record(a, b, 0.05, 0, NULL);
	char *path = file_path(folder, "aa.json");
	struct aa *aa = aa_new();
	struct comparison *c;

	(void)state;
	assert_int_equal(json_dump_file(json, path, 0), 0);
	assert_int_equal(aa_add(aa, path), 0);
	c = compared_with((struct side){ MOVE, 76, usual },
			  (struct side){ MOVE, 78, WALK("66") "1,\"caller\",\"refill\",\"path\",12,1,72,72,,\n" },
			  (struct compare_options){ .aa = aa });
	assert_true(json_is_true(json_object_get(only_point(c), "noise_known")));
	assert_true(json_is_true(json_object_get(function_at(only_point(c), "functions", 0), "within_noise")));
	assert_string_equal(name_at(only_point(c), "functions", 0), "refill");
	assert_true(json_is_false(json_object_get(function_at(only_point(c), "functions", 1), "within_noise")));
	compare_free(c);
	json_decref(json);
	free(path);
	aa_free(aa);
	run_free(a);
	run_free(b);
}

/* ---- what is written ---- */

static char *written(int (*write)(FILE *out, const struct comparison *c, bool all), const struct comparison *c)
{
	size_t length;
	char *text;
	FILE *out = open_memstream(&text, &length);

	assert_int_equal(write(out, c, false), 0);
	fclose(out);
	return text;
}

static void expect_text(struct comparison *c, const char *const *parts)
{
	char *text = written(compare_write_text, c), *at = text;

	for (; *parts; parts++) {
		at = strstr(at, *parts);
		if (!at)
			fail_msg("in this, or in this order, lacks %s:\n%s", *parts, text);
	}
	free(text);
	compare_free(c);
}

/* Functions f1 ... of 100 instructions each, of which side B has so many more as the number in their name. */
static char *many(int n, bool of_b)
{
	size_t length;
	char *text;
	FILE *out = open_memstream(&text, &length);

	for (int i = 1; i <= n; i++)
		fprintf(out, "1,\"caller\",\"f%d\",\"path\",%d,1,72,72,,\n", i, 100 + (of_b ? i : 0));
	fclose(out);
	return text;
}

static void at_most_twelve_rows(void **state)
{
	static const char *const parts[] = {
		"+20.000        0.000      +20.000  100 -> 120 ", " f20 (caller, path)\n",
		" f9 (caller, path)\nall that was executed, by kind: path +210.000, together "
		"+210.000, from 2000.000 to 2210.000\n"
		"sum: functions above +174.000, 8 more +36.000, 0 unchanged, only in A 0.000, "
		"only in B 0.000, residual 0.000 = path_insns +210.000\n",
		NULL
	};
	char *a = many(20, false), *b = many(20, true);

	(void)state;
	expect_text(compared(2000, a, 2210, b), parts);
	free(a);
	free(b);
}

/* 91 of 100 is enough. */
static void ninety_per_cent_are_enough(void **state)
{
	static const char *const parts[] = { "walk (caller, path)\nonly in B: 1 function, +7.000: new +7.000\n",
					     "sum: functions above +91.000, 1 more -9.000, 0 unchanged", NULL };

	(void)state;
	expect_text(compared(110, WALK("10") "1,\"caller\",\"b\",\"path\",100,1,72,72,,\n", 199,
			     WALK("101") "1,\"caller\",\"b\",\"path\",91,1,72,72,,\n"
					 "1,\"caller\",\"new\",\"path\",7,1,72,72,,\n"),
		    parts);
}

static void every_format_has_them(void **state)
{
	struct comparison *c = compared(6500, WALK("65"), 6501, WALK("66")), *again;
	char *markdown = written(compare_write_markdown, c), *mail = written(compare_write_lkml, c), *back;
	json_t *json = compare_to_json(c);

	(void)state;
	assert_non_null(strstr(markdown,
			       "| walk | caller, path | 65 -\\> 66 | 1 | 65 -\\> 66 | 0.000 | +1.000 | +1.000 |\n\n"));
	assert_non_null(strstr(mail, "     +1.000       0.000      +1.000  walk\n"));
	again = compare_from_json(json);
	back = written(compare_write_markdown, again);
	assert_string_equal(markdown, back);
	free(markdown);
	free(mail);
	free(back);
	json_decref(json);
	compare_free(c);
	compare_free(again);
}

/* The record of a comparison without them has no such key, as before there was one. */
static void who_did_not_ask_gets_nothing(void **state)
{
	struct run *a = made("a", MOVE, 65, WALK("65")), *b = made("b", MOVE, 66, WALK("66"));
	struct comparison *c = compare_runs(a, b, &(struct compare_options){ .alpha = 0.05 }), *again;
	json_t *json = compare_to_json(c);

	(void)state;
	assert_null(json_object_get(json, "explained"));
	again = compare_from_json(json);
	assert_null(again->explained);
	compare_free(again);
	json_object_set_new(json, "explained",
			    json_pack("[n, {}, {s:[n, {}], s:[{s:i}]}]", "functions", "only_in_a", "a", 1));
	again = compare_from_json(json);
	free(written(compare_write_text, again));
	compare_free(again);
	compare_free(c);
	json_decref(json);
	run_free(a);
	run_free(b);
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
		cmocka_unit_test(one_instruction_more),
		cmocka_unit_test(calls_come_first),
		cmocka_unit_test(what_no_row_names_is_the_residual),
		cmocka_unit_test(functions_of_one_side_stand_apart),
		cmocka_unit_test(no_function_in_common),
		cmocka_unit_test(a_path_that_stayed_has_its_whole_explained),
		cmocka_unit_test(nothing_to_show_is_one_sentence),
		cmocka_unit_test(two_points_of_one_kernel),
		cmocka_unit_test(a_record_tells_what_is_noise),
		cmocka_unit_test(at_most_twelve_rows),
		cmocka_unit_test(ninety_per_cent_are_enough),
		cmocka_unit_test(every_format_has_them),
		cmocka_unit_test(who_did_not_ask_gets_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
