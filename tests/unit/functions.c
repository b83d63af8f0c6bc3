// SPDX-License-Identifier: GPL-2.0-or-later
/* functions: from the lines that the plugin writes to metrics, kinds of work and functions.csv. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "functions/calltree.h"
#include "functions/functions.h"
#include "functions/kinds.h"
#include "base/fault.h"
#include "base/file.h"
#include "instruments/window.h"
#include "record/function_table.h"
#include "record/path.h"
#include "record/run.h"

#define POINT "move_pages size=8k batch=2 pair=0:1 page=base"

static char folder[] = "/tmp/nodehop-functions-XXXXXX";

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) && !chdir(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	return system("rm -rf ./*") || rmdir(folder);
}

/* ---- what the plugin writes ------------------------------------------------------- */

static const char nodes[] = "N 1 0 caller\nN 2 0 task\nN 3 0 interrupt\n"
			    "N 4 1 do_syscall_64\nN 5 4 folio_mc_copy\nN 6 5 copy_mc_to_kernel\nN 7 6 memcpy_orig\n"
			    "N 8 4 try_to_migrate.isra.0\nN 9 4 clear_page_rep\nN 10 1 run_all [program]\n"
			    "N 11 2 kthread_worker_fn\nN 12 3 asm_sysvec_apic_timer_interrupt\nN 13 4 memcpy_orig\n"
			    "N 14 1 schedule\nN 15 8 try_to_migrate.part.0\n"
			    "N 16 4 asm_exc_page_fault\nN 17 2 asm_exc_general_protection\n";

/* Two pages: 2 x 1500 of copying, 2 x 500 of clearing, and `path` in the system call. */
static void window(FILE *f, int path, int worker)
{
	int total = path + 3000 + 1000 + 40 + worker + 10 + 70 + 6 + 4;

	fprintf(f,
		"W %d\n4 %d 1\n6 0 2\n7 3000 2\n8 60 2\n9 1000 2\n10 40 0\n11 %d 1\n12 10 1\n13 10 4\n14 6 1\n15 4 2\n"
		"16 0 3\n17 0 1\nV 8 2 6 1\nE\n",
		total, path, worker);
}

static struct calltree *tree_of(const char *more)
{
	struct calltree *tree = calltree_new();
	FILE *f;

	assert_non_null(tree);
	f = fdopen(dup(calltree_fd(tree)), "w");
	fputs(nodes, f);
	fprintf(f, "T deadbeef\n");
	window(f, 1, 1);
	fprintf(f, "T %x\n", window_label(POINT));
	for (int i = 0; i < 3; i++)
		window(f, 200 + i / 2, 50);
	fputs(more, f);
	fclose(f);
	return tree;
}

/* The guest's clock reads a little less than the window holds. */
static json_t *samples(int reps)
{
	json_t *record =
		json_pack("{s:s, s:s, s:[s, s, s, s, s, s], s:[]}", "kind", "samples", "point", POINT, "metrics",
			  "wall_insns", "page_insns", "train", "folios", "pages_moved", "pages_left", "rows");

	for (int i = 0; i < reps; i++) {
		double wall = 4380 + i / 2 - 80;

		json_array_append_new(
			json_object_get(record, "rows"),
			json_pack("[i, b, s, [f, f, i, i, i, i]]", i, i == 0, "ok", wall, wall / 2, 1, 2, 2, 0));
	}
	return record;
}

static double metric(const json_t *record, size_t row, const char *name)
{
	const json_t *entry;
	size_t i;

	json_array_foreach (json_object_get(record, "metrics"), i, entry)
		if (!strcmp(json_string_value(entry), name))
			return json_number_value(json_array_get(
				json_array_get(json_array_get(json_object_get(record, "rows"), row), 3), i));
	fail_msg("no metric %s", name);
	return 0;
}

static struct kinds *rules(const char *text)
{
	assert_int_equal(file_write_text("kinds.csv", text), 0);
	return kinds_load("kinds.csv");
}

static const char usual[] = "function,caller,executor,kind,bytes\n"
			    "\"copy_mc_to_kernel\",\"folio_mc_copy\",\"\",\"copy\",4096\n"
			    "\"clear_page_rep\",\"\",\"\",\"zero\",4096\n"
			    "\"do_syscall_64\",\"\",\"caller\",\"path\",0\n"
			    "\"* \\[program\\]\",\"\",\"caller\",\"user\",0\n";

static void a_trial_becomes_metrics(void **state)
{
	struct calltree *tree = tree_of("");
	struct kinds *kinds = rules(usual);
	json_t *record = samples(3), *functions = NULL;

	(void)state;
	assert_int_equal(functions_take(tree, kinds, record, "page_insns", false, &functions), 0);
	assert_true(metric(record, 1, "path_insns") == (200 + 60 + 10 + 4) / 2.0); /* a copy of a few bytes is path */
	assert_true(metric(record, 2, "path_insns") == (201 + 60 + 10 + 4) / 2.0);
	assert_true(metric(record, 1, "wait_insns") == 25);
	assert_true(metric(record, 1, "interrupt_insns") == 5);
	assert_true(metric(record, 1, "user_insns") == 20);
	assert_true(metric(record, 1, "rest_insns") == 3);
	assert_true(metric(record, 1, "copied_bytes") == 4096);
	assert_true(metric(record, 1, "zeroed_bytes") == 4096);
	assert_true(metric(record, 1, "unmap_tries") == 1);
	assert_true(metric(record, 1, "spin_insns") == 0);
	assert_true(metric(record, 1, "page_faults") == 1.5);
	assert_true(metric(record, 1, "exceptions") == 2);
	assert_true(metric(record, 1, "locked_insns") == 4);
	assert_true(metric(record, 1, "tlb_page_flushes") == 1);
	assert_true(metric(record, 1, "cr3_writes") == 3);
	assert_true(metric(record, 1, "msr_writes") == 0.5);
	json_decref(record);
	json_decref(functions);
	kinds_free(kinds);
	calltree_free(tree);
}

static const json_t *row_of(const json_t *functions, const char *function)
{
	const json_t *row;
	size_t i;

	json_array_foreach (json_object_get(functions, "rows"), i, row)
		if (!strcmp(json_string_value(json_array_get(row, 1)), function))
			return row;
	return NULL;
}

static void a_trial_becomes_rows(void **state)
{
	struct calltree *tree = tree_of("");
	struct kinds *kinds = rules(usual);
	json_t *record = samples(3), *functions = NULL;
	const json_t *row;

	(void)state;
	assert_int_equal(functions_take(tree, kinds, record, "page_insns", false, &functions), 0);
	assert_int_equal(json_integer_value(json_object_get(functions, "repetitions")), 2); /* no warm-up */
	row = row_of(functions, "do_syscall_64"); /* 200 and 201 in two repetitions of two pages */
	assert_true(json_number_value(json_array_get(row, 3)) == 100.5);
	assert_int_equal(json_integer_value(json_array_get(row, 5)), 1);
	row = row_of(functions, "try_to_migrate"); /* two parts of one function, called once a page */
	assert_true(json_number_value(json_array_get(row, 3)) == 32);
	assert_true(json_number_value(json_array_get(row, 4)) == 1);
	assert_int_equal(json_integer_value(json_array_get(row, 5)), 2);
	assert_string_equal(json_string_value(json_array_get(row_of(functions, "kthread_worker_fn"), 0)), "task");
	assert_null(row_of(functions, "folio_mc_copy"));
	json_decref(record);
	json_decref(functions);
	kinds_free(kinds);
	calltree_free(tree);
}

static double of_kind(const json_t *functions, const char *kind)
{
	const json_t *row;
	double sum = 0;
	size_t i;

	json_array_foreach (json_object_get(functions, "rows"), i, row)
		if (!strcmp(json_string_value(json_array_get(row, 2)), kind))
			sum += json_number_value(json_array_get(row, 3));
	return sum;
}

/* One folio of two pages: what its table says of the path is path_insns. */
static void a_table_may_be_by_folio(void **state)
{
	struct calltree *tree = tree_of("");
	struct kinds *kinds = rules(usual);
	json_t *record = samples(2), *functions = NULL, *row;
	size_t i;

	(void)state;
	json_array_foreach (json_object_get(record, "rows"), i, row)
		json_array_set_new(json_array_get(row, 3), 3, json_integer(1));
	assert_int_equal(functions_take(tree, kinds, record, "page_insns", true, &functions), 0);
	assert_true(json_number_value(json_object_get(functions, "units")) == 1);
	assert_true(metric(record, 1, "path_insns") == 274);
	assert_true(of_kind(functions, "path") == 274);
	assert_true(of_kind(functions, "copy") == 3000);
	json_decref(record);
	json_decref(functions);
	kinds_free(kinds);
	calltree_free(tree);
}

/* Those that the rest of the program knows by name. */
static int note_class(json_t *metric, void *context)
{
	json_object_set(context, json_string_value(json_object_get(metric, "name")), json_object_get(metric, "class"));
	json_decref(metric);
	return 0;
}

static void bytes_attempts_and_spinning_are_exact(void **state)
{
	static const char *const names[] = { PATH_INSNS, PATH_WAIT, PATH_COPIED, PATH_ZEROED, PATH_UNMAPS, PATH_SPIN };
	json_t *class = json_object();

	(void)state;
	assert_int_equal(functions_describe(note_class, class), 0);
	for (size_t i = 0; i < 6; i++)
		assert_string_equal(json_string_value(json_object_get(class, names[i])), i < 2 ? "counted" : "exact");
	json_decref(class);
}

/* ---- what cannot be believed ------------------------------------------------------ */

static void expect_refused(struct calltree *tree, json_t *record, const char *why)
{
	struct kinds *kinds = rules(usual);
	json_t *before = json_deep_copy(record), *functions = NULL;

	assert_int_equal(functions_take(tree, kinds, record, "page_insns", false, &functions), -1);
	assert_non_null(strstr(fault_text(), why));
	assert_true(json_equal(before, record));
	assert_null(functions);
	json_decref(before);
	json_decref(record);
	kinds_free(kinds);
	calltree_free(tree);
}

static void what_is_amiss_leaves_the_samples_as_they_were(void **state)
{
	json_t *other = samples(3);
	json_t *slow = samples(3);

	(void)state;
	expect_refused(tree_of(""), samples(4), "4 repetitions, and the plugin saw 3");
	expect_refused(tree_of("D 7\n"), samples(3), "7 chains of callers found no room");
	json_object_set_new(other, "point", json_string("null"));
	expect_refused(tree_of(""), other, "no trial");
	json_array_set_new(json_array_get(json_array_get(json_object_get(slow, "rows"), 1), 3), 0, json_real(9000));
	expect_refused(tree_of(""), slow, "9000 instructions by the guest's clock, 4380 by the plugin");
	expect_refused(tree_of("99 1 1\n"), samples(3), "out of place");
	expect_refused(tree_of("N 99 1 far\n"), samples(3), "out of order");
	expect_refused(tree_of("W 1\n99 1 1\nE\n"), samples(3), "no node");
	expect_refused(tree_of("W 1\nW 1\n"), samples(3), "out of place");
	expect_refused(tree_of("V 1 2 3 4\n"), samples(3), "events out of place");
	expect_refused(tree_of("W 1\nV 1 2 3 4\nV 1 2 3 4\n"), samples(3), "events out of place");
	expect_refused(tree_of("W 1\nV 1 2 3\n"), samples(3), "fewer than 4 events");
	expect_refused(tree_of("W 1\nV 1 2 3 4 5\n"), samples(3), "more than 4 events");
	expect_refused(tree_of("W 1\nE\n"), samples(3), "without its events");
	expect_refused(tree_of("E\n"), samples(3), "an end out of place");
	expect_refused(tree_of("X 1\n"), samples(3), "a line \"X 1\" of no known kind");
}

/* A number that is cut, wraps or is none would be another node, label or count. */
static void a_line_that_is_none_ends_the_profile(void **state)
{
	static const char *const bad[][2] = {
		{ "T 1deadbeef\n", "a trial without a label" },
		{ "T \n", "a trial without a label" },
		{ "T -1\n", "a trial without a label" },
		{ "W 1\nT 5\n4 1 1\n", "a trial without a label" }, /* inside a window */
		{ "N 4294967312 1 far\n", "a node out of order" },  /* 16, if it wrapped */
		{ "N 16 4294967297 far\n", "a node out of order" },
		{ "N 16 16 itself\n", "a node out of order" },
		{ "N 16 1\n", "a node out of order" },
		{ "W\n", "a window without a count" },
		{ "W 1e3\n", "a window without a count" },
		{ "W 18446744073709551616\n", "a window without a count" },
		{ "W 1\n4294967300 1 1\nE\n", "an entry of no node" }, /* 4 */
		{ "W 1\n4 -1 1\nE\n", "an entry of no node" },
		{ "W 1\n4 1\nE\n", "an entry of no node" },
		{ "W 1\n\nE\n", "of no known kind" },
		{ "E\n", "an end out of place" },
		{ "D -1\n", "dropped chains out of place" },
		{ "D\n", "dropped chains out of place" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		expect_refused(tree_of(bad[i][0]), samples(3), bad[i][1]);
}

/* The plugin's own total and the guest's clock agree; a function's count got lost on the way. */
static void functions_that_do_not_add_up_are_not_believed(void **state)
{
	(void)state;
	expect_refused(tree_of("W 4381\n4 4380 1\nV 0 0 0 0\nE\n"), samples(4),
		       "functions add up to 4380 of 4381 instructions");
}

/* A guest that ends inside a window, and a line that QEMU is about to write the rest of. */
static void what_is_not_whole_yet_is_left_for_later(void **state)
{
	struct calltree *tree = tree_of("W 12\n4 1");
	struct kinds *kinds = rules(usual);
	json_t *record = samples(3), *functions = NULL;

	(void)state;
	assert_int_equal(functions_take(tree, kinds, record, "page_insns", false, &functions), 0);
	json_decref(record);
	json_decref(functions);
	kinds_free(kinds);
	calltree_free(tree);
}

/* Of what is not counted (rules, counters) there is nothing to say. */
static void samples_without_a_clock_are_left_alone(void **state)
{
	struct calltree *tree = tree_of("");
	struct kinds *kinds = rules(usual);
	json_t *record = json_pack("{s:s, s:s, s:[s], s:[[i, b, s, [i]]]}", "kind", "samples", "point", POINT,
				   "metrics", "PAGE-FAULTS", "rows", 0, false, "counters", 3);
	json_t *before = json_deep_copy(record), *functions = NULL;

	(void)state;
	assert_int_equal(functions_take(tree, kinds, record, "page_insns", false, &functions), 0);
	assert_true(json_equal(before, record));
	assert_null(functions);
	json_decref(before);
	json_decref(record);
	kinds_free(kinds);
	calltree_free(tree);
}

static void expect_no_rules(const char *text, const char *why)
{
	assert_null(rules(text));
	assert_non_null(strstr(fault_text(), why));
}

static void rules_that_are_none_are_named_by_line(void **state)
{
	(void)state;
	expect_no_rules("function,caller,executor,kind,bytes\n\"a\",\"\",\"\",\"walk\",0\n",
			"kinds.csv:2: \"walk\" is no kind");
	expect_no_rules("function,caller,executor,kind,bytes\n\"a\",\"\",\"me\",\"path\",0\n",
			"\"me\" executes nothing");
	expect_no_rules("function,caller,executor,kind,bytes\n\"a\",\"\",\"\",\"copy\",-1\n", "bytes");
	expect_no_rules("function,kind\n\"a\",\"path\"\n", "kinds.csv");
}

/* ---- functions.csv ------------------------------------------------------------------ */

static json_t *session(double total, double walk, int agree)
{
	return json_pack("{s:s, s:s, s:f, s:i, s:i, s:[[s, s, s, f, f, i]]}", "kind", "functions", "point", "null",
			 "total", total, "total_agree", agree, "repetitions", 5, "rows", "caller", "walk", "path", walk,
			 1.0, agree);
}

static struct run *run_of(const char *dir)
{
	struct run *run = run_new(dir);
	struct run_point p = { "null", "null", "wall_insns", "", 1, "ok", "", "", "", json_object() };

	assert_non_null(run);
	assert_int_equal(run_add_point(run, &p), 0);
	json_decref(p.params);
	return run;
}

static int take_walk(const struct run_function *f, void *context)
{
	if (!strcmp(f->function, "walk"))
		*(struct run_function *)context = *f;
	return 0;
}

static int sum_up(const struct run_function *f, void *context)
{
	double *sum = context;

	sum[0] += f->insns;
	if (!strcmp(f->function, "walk")) {
		sum[1] = f->insns;
		sum[2] = f->agree;
		sum[3] = f->repetitions;
	}
	return 0;
}

static void sessions_are_pooled_and_add_up(void **state)
{
	struct function_table *t = function_table_new();
	struct run *run = run_of(".");
	double sum[4] = {};

	(void)state;
	for (int i = 0; i < 3; i++) {
		json_t *record = session(100 + i, i == 2 ? 91 : 90, 4 + i % 2);

		assert_int_equal(function_table_add(t, record), 0);
		json_decref(record);
	}
	assert_int_equal(function_table_write(t, run, 0), 0);
	assert_int_equal(run_functions(run, sum_up, sum), 2);
	assert_true(sum[0] == 101); /* the median of all */
	assert_true(sum[1] == 90 && sum[2] == 9 && sum[3] == 15);
	function_table_free(t);
	run_free(run);
}

/* Pooled once more, a run's own least and most are not forgotten. */
static void the_least_and_the_most_session_are_kept(void **state)
{
	struct function_table *t = function_table_new(), *again = function_table_new();
	struct run *run = run_of(".");
	struct run_function walk = {};

	(void)state;
	for (int i = 0; i < 3; i++) {
		json_t *record = session(100, 90 + i, 4);

		assert_int_equal(function_table_add(t, record), 0);
		json_decref(record);
	}
	assert_int_equal(function_table_write(t, run, 0), 0);
	assert_int_equal(function_table_add_run(again, run), 0);
	assert_int_equal(function_table_write(again, run, 0.5), 0);
	assert_int_equal(run_functions(run, take_walk, &walk), 2);
	assert_true(walk.insns == 91 && walk.least == 90 && walk.most == 92);
	assert_int_equal(function_table_write(again, run, 91.5), 0);
	assert_int_equal(run_functions(run, take_walk, &walk), 1); /* (rest) has it now */
	function_table_free(t);
	function_table_free(again);
	run_free(run);
}

static void a_table_of_tables_is_the_same(void **state)
{
	struct function_table *t = function_table_new(), *again = function_table_new();
	struct run *run = run_of(".");
	json_t *record = session(100, 90.125, 5);
	double sum[4] = {};

	(void)state;
	assert_int_equal(function_table_add(t, record), 0);
	assert_int_equal(function_table_write(t, run, 0), 0);
	assert_int_equal(function_table_add_run(again, run), 0);
	assert_int_equal(function_table_add_run(again, run), 0);
	assert_int_equal(function_table_write(again, run, 0), 0);
	assert_int_equal(run_functions(run, sum_up, sum), 2);
	assert_true(sum[0] == 100 && sum[1] == 90.125 && sum[2] == 10 && sum[3] == 10);
	json_decref(record);
	function_table_free(t);
	function_table_free(again);
	run_free(run);
}

static void expect_bad_table(struct run *run, const char *text, const char *why)
{
	double sum[4];

	assert_int_equal(file_write_text(FUNCTIONS_CSV, text), 0);
	assert_int_equal(run_functions(run, sum_up, sum), -1);
	if (!strstr(fault_text(), why))
		fail_msg("\"%s\" does not say \"%s\"", fault_text(), why);
}

#define HEAD "point,executor,function,kind,insns,calls,repetitions,agree,least,most\n"
#define REST "1,\"all\",\"(rest)\",\"rest\",0,,5,5,,\n"

static void a_damaged_table_is_named_by_line(void **state)
{
	static const char *const bad[][2] = {
		{ "2,\"caller\",\"walk\",\"path\",1,1,5,5", "point 2" },
		{ "0,\"caller\",\"walk\",\"path\",1,1,5,5", "point 0" },
		{ "1,\"caller\",\"walk\",\"path\",much,1,5,5", "much" },
		{ "1,\"caller\",\"walk\"", "columns" },
		{ "1,\"caller\",\"walk\",\"path\",-1,1,5,5", "walk with -1 instructions" },
		{ "1,\"caller\",\"walk\",\"path\",1e300,1,5,5", "with 1e+300 instructions" },
		{ "1,\"caller\",\"walk\",\"path\",1,-1,5,5", "with -1 calls" },
		{ "1,\"caller\",\"walk\",\"path\",1,,5,5", "with nan calls" },
		{ "1,\"caller\",\"walk\",\"path\",1,1,5,6", "6 of 5 repetitions agree" },
		{ "1,\"caller\",\"walk\",\"path\",1,1,0,0", "0 of 0 repetitions" },
		{ "1,\"caller\",\"walk\",\"path\",1,1,4294967301,5", "repetitions: \"4294967301\"" },
		{ "1,\"caller\",\"walk\",\"path\",1,1,5,4294967301", "agree: \"4294967301\"" },
		{ "1,\"caller\",\"walk\",\"stroll\",1,1,5,5", "of kind \"stroll\"" },
		{ "1,\"nobody\",\"walk\",\"path\",1,1,5,5", "executed by \"nobody\"" },
		{ "1,\"all\",\"walk\",\"path\",1,1,5,5", "only (rest) is by all" },
		{ "1,\"caller\",\"(rest)\",\"rest\",1,,5,5", "only (rest) is by all" },
		{ "1,\"all\",\"(rest)\",\"rest\",1,1,5,5", "(rest) with 1 calls" },
		{ "1,\"caller\",\"\",\"path\",1,1,5,5", "without a name" },
		{ "1,\"caller\",\"wa\033lk\",\"path\",1,1,5,5", "cannot be shown" },
		{ "1,\"caller\",\"wa\tlk\",\"path\",1,1,5,5", "cannot be shown" },
	};
	struct run *run = run_of(".");
	char text[300];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(text, sizeof(text), HEAD "%s,,\n", bad[i][0]);
		expect_bad_table(run, text, bad[i][1]);
		assert_non_null(strstr(fault_text(), "functions.csv:2: "));
	}
	expect_bad_table(run, HEAD "1,\"caller\",\"walk\",\"path\",1,1,5,5,little,2\n", "functions.csv:2: ");
	expect_bad_table(run, HEAD "1,\"caller\",\"walk\",\"path\",3,1,5,5,1,2\n", "of 1 to 2");
	run_free(run);
}

/* Each row by itself may be right: merged, they would be more or less than what the point executed. */
static void rows_that_are_no_whole_are_not_merged(void **state)
{
	static const char *const bad[][2] = {
		{ HEAD "1,\"caller\",\"walk\",\"path\",1,1,5,5,,\n", "null has no row (rest)" },
		{ HEAD REST REST, "functions.csv:3: a function of a point behind its row (rest)" },
		{ HEAD REST "1,\"caller\",\"walk\",\"path\",1,1,5,5,,\n",
		  "functions.csv:3: a function of a point behind" },
		{ HEAD "1,\"caller\",\"walk\",\"path\",1,1,4,4,,\n" REST,
		  "functions.csv:3: 5 repetitions of a point that has 4" },
		{ HEAD "1,\"caller\",\"walk\",\"path\",1,1,5,5,,\n1,\"caller\",\"walk\",\"path\",2,1,5,5,,\n" REST,
		  "function walk twice" },
	};
	struct function_table *t = function_table_new();
	struct run *run = run_of(".");

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(file_write_text(FUNCTIONS_CSV, bad[i][0]), 0);
		assert_int_equal(function_table_add_run(t, run), -1);
		if (!strstr(fault_text(), bad[i][1]))
			fail_msg("\"%s\" does not say \"%s\"", fault_text(), bad[i][1]);
	}
	function_table_free(t);
	run_free(run);
}

static void expect_bad_session(json_t *record, const char *why)
{
	struct function_table *t = function_table_new();

	assert_non_null(record);
	assert_int_equal(function_table_add(t, record), -1);
	if (!strstr(fault_text(), why))
		fail_msg("\"%s\" does not say \"%s\"", fault_text(), why);
	json_decref(record);
	function_table_free(t);
}

static json_t *changed(const char *key, json_t *value)
{
	json_t *record = session(100, 90, 5);

	json_object_set_new(record, key, value);
	return record;
}

/* What recover accepts is what reading demands. */
static void a_session_is_held_to_the_same(void **state)
{
	json_t *twice = session(100, 40, 5);

	(void)state;
	json_array_append(json_object_get(twice, "rows"), json_array_get(json_object_get(twice, "rows"), 0));
	expect_bad_session(twice, "function walk twice");
	expect_bad_session(session(100, -1, 5), "walk with -1 instructions");
	expect_bad_session(session(-1, 90, 5), "less than no instructions");
	expect_bad_session(session(100, 90, 6), "6 of 5 repetitions agree");
	expect_bad_session(changed("repetitions", json_integer(4294967301)), "repetitions 4294967301; it is 0 to");
	expect_bad_session(changed("total_agree", json_integer(4294967301)), "agree 4294967301; it is 0 to");
	expect_bad_session(changed("rows", json_string("none")), "no rows");
	expect_bad_session(
		changed("rows", json_pack("[[s, s, s, i, i, I]]", "caller", "walk", "path", 1, 1, 4294967301ll)),
		"agree 4294967301");
	expect_bad_session(changed("total", json_real(1e300)), "1e+300 instructions");
}

/* The words of the tables are those of the rules. */
static void every_kind_is_a_word_of_the_table(void **state)
{
	struct run *run = run_of(".");
	double sum[4] = {};

	(void)state;
	for (int kind = 0; kind < KINDS; kind++) {
		char text[200];

		snprintf(text, sizeof(text), HEAD "1,\"task\",\"walk\",\"%s\",1,1,5,5,,\n", kind_name(kind));
		assert_int_equal(file_write_text(FUNCTIONS_CSV, text), 0);
		assert_int_equal(run_functions(run, sum_up, sum), 1);
	}
	run_free(run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_trial_becomes_metrics),
		cmocka_unit_test(a_trial_becomes_rows),
		cmocka_unit_test(a_table_may_be_by_folio),
		cmocka_unit_test(bytes_attempts_and_spinning_are_exact),
		cmocka_unit_test(what_is_amiss_leaves_the_samples_as_they_were),
		cmocka_unit_test(a_line_that_is_none_ends_the_profile),
		cmocka_unit_test(functions_that_do_not_add_up_are_not_believed),
		cmocka_unit_test(what_is_not_whole_yet_is_left_for_later),
		cmocka_unit_test(samples_without_a_clock_are_left_alone),
		cmocka_unit_test(rules_that_are_none_are_named_by_line),
		cmocka_unit_test(sessions_are_pooled_and_add_up),
		cmocka_unit_test(the_least_and_the_most_session_are_kept),
		cmocka_unit_test(a_table_of_tables_is_the_same),
		cmocka_unit_test(a_damaged_table_is_named_by_line),
		cmocka_unit_test(rows_that_are_no_whole_are_not_merged),
		cmocka_unit_test(a_session_is_held_to_the_same),
		cmocka_unit_test(every_kind_is_a_word_of_the_table),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
