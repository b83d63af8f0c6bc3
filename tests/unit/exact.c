// SPDX-License-Identifier: GPL-2.0-or-later
/* explain of a counted guest: its words, the tree of callers, single instructions, and names that do not exist. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "analysis/explanation.h"
#include "base/fault.h"
#include "base/file.h"
#include "explain/exact_annotation.h"
#include "explain/exact_tree.h"
#include "explain/exact_words.h"
#include "functions/similar.h"
#include "output/explanation_text.h"

/* ---- words ------------------------------------------------------------------------ */

#define PARSE(words, ...)                                                                                              \
	exact_words_parse(words, sizeof((char *[]){ __VA_ARGS__ }) / sizeof(char *), (char *[]){ __VA_ARGS__, NULL })

static void words_are_the_hosts_or_the_guests(void **state)
{
	static const char *const run[] = { "nodehop", "run", "move_pages", "size=1m", "--quick" };
	struct exact_words w;

	(void)state;
	assert_int_equal(PARSE(&w, "nodehop", "explain", "--tree", "move_pages", "--folded", "a", "size=1m",
			       "--annotate=b", "--quick", "--json", "--source", "graph", "--source=exact"),
			 0);
	assert_true(w.tree && w.json && exact_words_need_exact(&w));
	assert_string_equal(w.folded, "a");
	assert_string_equal(w.annotate, "b");
	assert_string_equal(w.source, "exact");
	assert_int_equal(w.run_words, 5);
	for (int i = 0; i < 5; i++)
		assert_string_equal(w.run[i], run[i]);
	assert_null(w.run[5]);
	exact_words_free(&w);
	assert_int_equal(PARSE(&w, "nodehop", "explain", "null"), 0);
	assert_false(w.tree || w.json || w.source || w.folded || w.annotate || exact_words_need_exact(&w));
	exact_words_free(&w);
}

static void expect_refused(char *word, char *next, const char *why)
{
	char *argv[] = { "nodehop", "explain", word, next, NULL };
	struct exact_words w;

	assert_int_equal(exact_words_parse(&w, next ? 4 : 3, argv), -1);
	assert_string_equal(fault_text(), why);
	exact_words_free(&w);
}

static void a_value_that_is_missing_or_too_many_is_refused(void **state)
{
	(void)state;
	expect_refused("--folded", NULL, "--folded needs a value");
	expect_refused("--annotate=", NULL, "--annotate needs a value");
	expect_refused("--annotate", "", "--annotate needs a value");
	expect_refused("--tree=2", NULL, "--tree takes no value");
}

/* ---- the tree --------------------------------------------------------------------- */

/* walk calls step twice from go, a part of which goes on in step.part.0; idle has no part in the window. */
static const char profile[] =
	"N 1 0 caller\nN 2 0 task\nN 3 1 go\nN 4 3 walk\nN 5 4 step.isra.0\nN 6 5 step.part.0\n"
	"N 7 3 step.isra.0\nN 8 2 idle\nN 9 2 worker\nN 10 3 tiny\n"
	"I 0 4 step.isra.0 incl (%rdi)\nI 1 0 step.isra.0 pushq %rbx\nI 2 0 step.part.0 popq %rbx\n"
	"T 7\nW 1000\n3 100 2\n4 300 4\n5 200 8\n6 50 8\n7 40 2\n9 306 0\n10 4 2\n"
	"V 0 0 0 0\nC 0 10\nC 1 10\nC 2 8\nE\n";

static struct calltree *tree_of(const char *text)
{
	struct calltree *calls = calltree_new();

	assert_non_null(calls);
	assert_int_equal(write(calltree_fd(calls), text, strlen(text)), strlen(text));
	assert_non_null(calltree_take(calls, 7));
	return calls;
}

static double number(const json_t *branch, const char *key)
{
	return json_number_value(json_object_get(branch, key));
}

static const json_t *below(const json_t *list, size_t i)
{
	return json_array_get(json_object_get(json_array_get(list, i), "children"), 0);
}

static void costs_add_up_by_caller(void **state)
{
	struct calltree *calls = tree_of(profile);
	struct exact_tree *t = exact_tree_new(calls, &calltree_taken(calls)->window[0]);
	json_t *roots = exact_tree_json(t, 2);
	const json_t *go = below(roots, 0), *walk, *step;

	(void)state;
	assert_int_equal(json_array_size(roots), 2);
	assert_true(number(json_array_get(roots, 0), "value") == 347);
	assert_true(number(json_array_get(roots, 1), "value") == 153);
	assert_string_equal(json_string_value(json_object_get(go, "name")), "go");
	assert_true(number(go, "value") == 347 && number(go, "self") == 50 && number(go, "calls") == 1);
	assert_true(number(go, "share") == 0.694);
	walk = json_array_get(json_object_get(go, "children"), 0);
	assert_true(number(walk, "value") == 275 && number(walk, "self") == 150);
	step = json_array_get(json_object_get(walk, "children"), 0); /* with its part, which is no call */
	assert_true(number(step, "value") == 125 && number(step, "self") == 125 && number(step, "calls") == 4);
	assert_int_equal(json_array_size(json_object_get(step, "children")), 0);
	assert_int_equal(json_array_size(json_object_get(json_array_get(roots, 1), "children")), 1); /* not idle */
	json_decref(roots);
	exact_tree_free(t);
	calltree_free(calls);
}

static void stacks_are_folded_in_lines(void **state)
{
	struct calltree *calls = tree_of(profile);
	struct exact_tree *t = exact_tree_new(calls, &calltree_taken(calls)->window[0]);
	char text[512] = "";
	FILE *f = fmemopen(text, sizeof(text), "w");

	(void)state;
	exact_tree_fold(t, f);
	fclose(f);
	assert_string_equal(text, "caller;go 100\ncaller;go;walk 300\ncaller;go;walk;step 250\ncaller;go;step 40\n"
				  "task;worker 306\ncaller;go;tiny 4\n");
	exact_tree_free(t);
	calltree_free(calls);
}

static void print(const json_t *e, char *text, size_t size)
{
	FILE *f = fmemopen(text, size, "w");

	assert_non_null(f);
	explanation_print(f, e);
	fclose(f);
}

static void a_tree_is_printed_in_100_columns(void **state)
{
	struct calltree *calls = tree_of(profile);
	struct exact_tree *t = exact_tree_new(calls, &calltree_taken(calls)->window[0]);
	json_t *e = explanation_new("null");
	char text[4096] = "";

	(void)state;
	explanation_say(e, "outcome", "ok");
	explanation_say(e, "per", "page");
	json_object_set_new(e, "functions", json_pack("[{s:s}]", "name", "go"));
	json_object_set_new(e, "tree", exact_tree_json(t, 2));
	print(e, text, sizeof(text));
	assert_non_null(strstr(text, "  69.4%     347.00      50.00     1.000   go\n"
				     "  55.0%     275.00     150.00     2.000    walk\n"
				     "  25.0%     125.00     125.00     4.000     step\n"));
	assert_null(strstr(text, "tiny")); /* 0.4 % */
	assert_non_null(strstr(text, "below 1 % are left out"));
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		assert_true(strlen(line) <= 100);
	json_decref(e);
	exact_tree_free(t);
	calltree_free(calls);
}

/* However deep, and however long a name is. */
static void a_deep_tree_is_as_wide(void **state)
{
	json_t *e = explanation_new("null"), *inner = json_array();
	char text[65536] = "", name[201];

	(void)state;
	memset(name, 'x', 200);
	name[200] = '\0';
	for (int i = 0; i < 200; i++) {
		json_t *list = json_array();

		json_array_append_new(list, json_pack("{s:s, s:f, s:f, s:f, s:f, s:o}", "name", name, "share", 1.0,
						      "value", 1e6, "self", 0.0, "calls", 1.0, "children", inner));
		inner = list;
	}
	explanation_say(e, "outcome", "ok");
	json_object_set_new(e, "functions", json_pack("[{s:s}]", "name", "go"));
	json_object_set_new(e, "tree", inner);
	print(e, text, sizeof(text));
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		assert_true(strlen(line) <= 100);
	json_decref(e);
}

/* ---- instructions ----------------------------------------------------------------- */

static void instructions_are_in_order(void **state)
{
	struct calltree *calls = tree_of(profile);
	json_t *e = explanation_new("null");
	char text[4096] = "";

	(void)state;
	explanation_say(e, "outcome", "ok");
	explanation_say(e, "per", "page");
	explanation_say(e, "annotate", "step");
	json_object_set_new(e, "annotation", exact_annotation_json(calls, &calltree_taken(calls)->window[0], 4));
	print(e, text, sizeof(text));
	assert_non_null(strstr(text, "instructions of step that are executed, and how often for each page\n"
				     "     2.500  step.isra.0+0x0                  pushq %rbx\n"
				     "     2.500  step.isra.0+0x4                  incl (%rdi)\n"
				     "     2.000  step.part.0+0x0                  popq %rbx\n"));
	json_decref(e);
	calltree_free(calls);
}

static void expect_bad_profile(const char *more, const char *why)
{
	struct calltree *calls = calltree_new();

	assert_int_equal(write(calltree_fd(calls), more, strlen(more)), strlen(more));
	assert_null(calltree_take(calls, 7));
	assert_non_null(strstr(fault_text(), why));
	calltree_free(calls);
}

static void counts_of_no_instruction_are_refused(void **state)
{
	(void)state;
	expect_bad_profile("T 7\nI 1 0 go nop\n", "an instruction out of order");
	expect_bad_profile("T 7\nI 0 0\n", "an instruction out of order");
	expect_bad_profile("T 7\nI 0 0 go nop\nC 0 1\n", "a count out of place");
	expect_bad_profile("T 7\nI 0 0 go nop\nW 1\nC 1 1\n", "a count of no instruction");
	expect_bad_profile("T 7\nI 0 0 go nop\nW 1\nC 0 1 1\n", "a count of no instruction");
}

/* ---- names ------------------------------------------------------------------------ */

static void what_is_not_there_has_similar_names(void **state)
{
	struct similar s = { .name = "migrate_folio_mov" }, there = { .name = "migrate_folio_move" },
		       far = { .name = "completely_else" };
	char table[] = "/tmp/nodehop-similar-XXXXXX";

	(void)state;
	close(mkstemp(table));
	assert_int_equal(file_write_text(table,
					 "ffffffff81000000 _text\nffffffff81000010 __pfx_migrate_folio_move\n"
					 "ffffffff81000020 migrate_folio_move.isra.0\nffffffff81000030 schedule\n"
					 "ffffffff81000040 migrate_folio_move.part.0\n"
					 "ffffffff81000050 migrate_folio_add\n"),
			 0);
	assert_int_equal(similar_look(&s, table), 0);
	assert_false(s.found);
	assert_int_equal(similar_fault(&s), -1);
	assert_non_null(
		strstr(fault_text(), "called migrate_folio_mov, but there are migrate_folio_move, migrate_folio_add;"));
	assert_int_equal(similar_look(&there, table), 0);
	assert_true(there.found);
	assert_int_equal(similar_look(&far, table), 0);
	similar_fault(&far);
	assert_non_null(strstr(fault_text(), "no function is called completely_else; "));
	assert_int_equal(unlink(table), 0);
	assert_int_equal(similar_look(&far, table), -1);
	similar_free(&s);
	similar_free(&there);
	similar_free(&far);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_the_hosts_or_the_guests),
		cmocka_unit_test(a_value_that_is_missing_or_too_many_is_refused),
		cmocka_unit_test(costs_add_up_by_caller),
		cmocka_unit_test(stacks_are_folded_in_lines),
		cmocka_unit_test(a_tree_is_printed_in_100_columns),
		cmocka_unit_test(a_deep_tree_is_as_wide),
		cmocka_unit_test(instructions_are_in_order),
		cmocka_unit_test(counts_of_no_instruction_are_refused),
		cmocka_unit_test(what_is_not_there_has_similar_names),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
