// SPDX-License-Identifier: GPL-2.0-or-later
/* compare_path: what must hold beside two paths, and which runs do not compare because of them. */
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
#include "compare/compare.h"
#include "output/compare_beside.h"
#include "output/compare_format.h"
#include "make_run.h"

#define MOVE	 "move_pages size=2m"
#define EIGHT(v) v, v, v, v, v, v, v, v

static char folder[] = "/tmp/nodehop-compare-path-XXXXXX";

/* What a side told of the point. Of bytes the last session may differ. */
struct side {
	double path, copied, last_copied, zeroed, tries, spin;
	const char *outcome, *reason;
};

static const struct side usual = { .path = 6500, .copied = 4096, .last_copied = 4096, .zeroed = 4096, .tries = 1 };

static struct run *made(const char *name, const struct side *s, bool functions)
{
	struct told told[] = {
		{ MOVE, s->outcome, s->reason, .metric = "path_insns", .class = "counted", .unit = "instructions",
		  .value = { EIGHT(s->path) } },
		{ MOVE, .metric = "page_insns", .class = "counted", .value = { EIGHT(s->path + 1500) } },
		{ MOVE, .metric = "copied_bytes", .class = "exact", .unit = "bytes", .value = { EIGHT(s->copied) } },
		{ MOVE, .metric = "zeroed_bytes", .class = "exact", .unit = "bytes", .value = { EIGHT(s->zeroed) } },
		{ MOVE, .metric = "unmap_tries", .class = "exact", .unit = "count", .value = { EIGHT(s->tries) } },
		{ MOVE, .metric = "spin_insns", .class = "exact", .value = { EIGHT(s->spin) } },
		{},
	};

	told[2].value[7] = s->last_copied;
	return make_run(folder, &(struct said){ .name = name, .sessions = 8, .functions = functions }, told);
}

static struct comparison *judged(const struct side *of_a, const struct side *of_b)
{
	struct compare_options options = { .alpha = 0.05 };
	struct run *a = made("a", of_a, true), *b = made("b", of_b, true);
	struct comparison *c = compare_runs(a, b, &options);

	if (!c)
		fail_msg("%s", fault_text());
	assert_int_equal(compare_judge(c), 0);
	run_free(a);
	run_free(b);
	return c;
}

/* A usual side A against a B in which `change` differs: its exit code, with its verdict and sentence checked. */
static int exit_of(struct side b, enum verdict verdict, const char *why)
{
	struct comparison *c = judged(&usual, &b);
	int code = compare_exit(c);

	assert_string_equal(c->row[0].metric, "path_insns");
	assert_int_equal(c->row[0].verdict, verdict);
	if (!strstr(c->row[0].why, why))
		fail_msg("\"%s\" does not say \"%s\"", c->row[0].why, why);
	compare_free(c);
	return code;
}

static struct side with_bytes(double path, double copied, double last_copied, double zeroed)
{
	struct side s = usual;

	s.path = path;
	s.copied = copied;
	s.last_copied = last_copied;
	s.zeroed = zeroed;
	return s;
}

static struct side with_tries(double tries)
{
	struct side s = usual;

	s.tries = tries;
	return s;
}

static void more_bytes_regressed_however_few(void **state)
{
	(void)state;
	assert_int_equal(exit_of(usual, VERDICT_PASS, "identical"), 0);
	assert_int_equal(exit_of(with_bytes(6500, 8192, 8192, 4096), VERDICT_REGRESSED,
				 "copied_bytes became 8192, from 4096 a base page"),
			 1);
	assert_int_equal(exit_of(with_bytes(6500, 4096, 4096, 4097), VERDICT_REGRESSED, "zeroed_bytes became 4097"), 1);
	/* in one session of eight, and although the path is shorter */
	assert_int_equal(exit_of(with_bytes(5000, 4096, 8192, 4096), VERDICT_REGRESSED, "copied_bytes"), 1);
}

static void fewer_bytes_are_an_improvement_of_what_passes(void **state)
{
	(void)state;
	assert_int_equal(exit_of(with_bytes(6500, 4096, 4096, 1), VERDICT_IMPROVED, "zeroed_bytes became 1, from 4096"),
			 0);
	assert_int_equal(exit_of(with_bytes(7000, 4096, 4096, 1), VERDICT_REGRESSED, ""), 1);
	assert_int_equal(exit_of(with_bytes(6500, 8192, 4096, 1), VERDICT_REGRESSED, "copied_bytes"), 1);
}

static void paths_compare_where_each_folio_is_unmapped_once(void **state)
{
	struct side twice = with_tries(2);
	struct comparison *c = judged(&twice, &twice);

	(void)state;
	assert_int_equal(c->row[0].verdict, VERDICT_INCONCLUSIVE);
	compare_free(c);
	assert_int_equal(exit_of(with_tries(1.004), VERDICT_INCONCLUSIVE, "unmap_tries is 1.004 in B"), 3);
	c = judged(&twice, &usual);
	assert_non_null(strstr(c->row[0].why, "unmap_tries is 2 in A"));
	compare_free(c);
	twice.copied = 8192;
	assert_int_equal(exit_of(twice, VERDICT_REGRESSED, "copied_bytes"), 1);
}

static void spinning_is_noted(void **state)
{
	struct side spins = usual;
	struct comparison *c;

	(void)state;
	spins.spin = 12;
	c = judged(&usual, &spins);
	assert_int_equal(c->row[0].verdict, VERDICT_PASS);
	assert_int_equal(json_array_size(c->notes), 1);
	assert_non_null(strstr(json_string_value(json_array_get(c->notes, 0)), "spin_insns is 12 in B"));
	compare_free(c);
}

/* The whole count, though both sides have it, does not take the path's place. */
static void a_path_that_is_not_known_is_inconclusive(void **state)
{
	struct side unknown = usual;

	(void)state;
	unknown.outcome = "unstable";
	unknown.reason = "no-functions";
	assert_int_equal(exit_of(unknown, VERDICT_INCONCLUSIVE, "B is unstable: no-functions: as it was told"), 3);
}

static const char *key_of_refusal(const struct run *a, const struct run *b)
{
	struct compare_options options = { .alpha = 0.05, .ignore = (const char *[]){ "functions", "primary", NULL } };
	struct comparison *c = compare_runs(a, b, &options);
	static char key[64];

	assert_int_equal(compare_exit(c), 5);
	assert_int_equal(json_array_size(c->differing), 1);
	snprintf(key, sizeof(key), "%s", json_string_value(json_object_get(json_array_get(c->differing, 0), "key")));
	compare_free(c);
	return key;
}

static void runs_that_gate_by_different_metrics_do_not_compare(void **state)
{
	const struct told whole[] = { { MOVE, .metric = "page_insns", .class = "counted", .value = { EIGHT(8000) } },
				      {} };
	struct run *with = made("a", &usual, true), *without,
		   *before = make_run(folder, &(struct said){ .name = "c", .sessions = 8, .functions = true }, whole);

	(void)state;
	without = make_run(folder, &(struct said){ .name = "b", .sessions = 8 }, whole);
	assert_string_equal(key_of_refusal(with, without), "functions");
	assert_string_equal(key_of_refusal(without, with), "functions");
	assert_string_equal(key_of_refusal(with, before), "primary");
	run_free(with);
	run_free(without);
	run_free(before);
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

static void what_stands_beside_a_path_is_in_the_tables(void **state)
{
	struct side b = with_bytes(6600, 8192, 4096, 4096);
	struct comparison *c = judged(&usual, &b);
	char *text = written(compare_write_text, c), *markdown = written(compare_write_markdown, c),
	     *lkml = written(compare_write_lkml, c);

	(void)state;
	assert_non_null(strstr(text, "BESIDE THE PATH"));
	assert_non_null(strstr(text, "8000 -> 8100"));
	assert_non_null(strstr(markdown, "| 8000 -> 8100 | - | 4096 -> 8192 | 4096 |"));
	assert_non_null(strstr(lkml, "differs: move_pages size=2m: path_insns: copied_bytes became 8192, from"));
	free(text);
	free(markdown);
	free(lkml);
	compare_free(c);
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
		cmocka_unit_test(more_bytes_regressed_however_few),
		cmocka_unit_test(fewer_bytes_are_an_improvement_of_what_passes),
		cmocka_unit_test(paths_compare_where_each_folio_is_unmapped_once),
		cmocka_unit_test(spinning_is_noted),
		cmocka_unit_test(a_path_that_is_not_known_is_inconclusive),
		cmocka_unit_test(runs_that_gate_by_different_metrics_do_not_compare),
		cmocka_unit_test(what_stands_beside_a_path_is_in_the_tables),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
