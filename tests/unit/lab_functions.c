// SPDX-License-Identifier: GPL-2.0-or-later
/* lab_functions: what becomes of a guest's records where the host counts its functions, and where it does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "campaign/lab_functions.h"
#include "base/fault.h"
#include "base/file.h"
#include "instruments/window.h"

#define MOVE "move_pages size=8k batch=2 pair=0:1 page=base"

static char folder[] = "/tmp/nodehop-lab-functions-XXXXXX", *kinds;

static json_t *point(const char *key, const char *benchmark, const char *primary)
{
	return json_pack("{s:s, s:s, s:s, s:s}", "kind", "point", "point", key, "benchmark", benchmark, "primary",
			 primary);
}

static json_t *samples(const char *key)
{
	return json_pack("{s:s, s:s, s:[s, s, s], s:[[i, b, s, [i, i, i]]]}", "kind", "samples", "point", key,
			 "metrics", "wall_insns", "page_insns", "pages_moved", "rows", 0, 0, "ok", 4380, 2190, 2);
}

static json_t *outcome(const char *key, const char *word)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "kind", "outcome", "point", key, "outcome", word, "reason", "",
			 "detail", "");
}

static struct calltree *tree_of(const char *text)
{
	struct calltree *tree = calltree_new();

	assert_int_equal(write(calltree_fd(tree), text, strlen(text)), (ssize_t)strlen(text));
	return tree;
}

static int keep(const json_t *record, void *all)
{
	return json_array_append(all, (json_t *)record);
}

/* What the log holds after these records; NULL ends them. */
static json_t *logged(struct calltree *tree, json_t **records)
{
	struct lab_functions *f = lab_functions_new(kinds);
	char *path = file_path(folder, "log");
	struct reclog *log = reclog_create(path);
	json_t *all = json_array();
	bool torn;

	for (; *records; records++) {
		if (lab_functions_append(f, tree, *records, log))
			fail_msg("%s", fault_text());
		json_decref(*records);
	}
	assert_int_equal(reclog_close(log), 0);
	assert_true(reclog_read(path, keep, all, &torn) > 0);
	unlink(path);
	free(path);
	lab_functions_free(f);
	calltree_free(tree);
	return all;
}

static const char *text_of(const json_t *all, const char *kind, const char *key)
{
	const json_t *record;
	size_t i;

	json_array_foreach ((json_t *)all, i, record)
		if (!strcmp(json_string_value(json_object_get(record, "kind")), kind))
			return json_string_value(json_object_get(record, key));
	return "none";
}

static struct calltree *profile(unsigned label, unsigned insns)
{
	char text[200];

	snprintf(text, sizeof(text), "N 1 0 caller\nN 2 1 do_syscall_64\nT %x\nW %u\n2 %u 1\nV 0 0 0 0\nE\n", label,
		 insns, insns);
	return tree_of(text);
}

static void the_path_gates_what_the_kernel_moves(void **state)
{
	json_t *all =
		logged(profile(window_label(MOVE), 4400), (json_t *[]){ point(MOVE, "move_pages", "page_insns"),
									samples(MOVE), outcome(MOVE, "ok"), NULL });

	(void)state;
	assert_string_equal(text_of(all, "point", "primary"), "path_insns");
	assert_string_equal(text_of(all, "outcome", "outcome"), "ok");
	assert_string_equal(text_of(all, "functions", "point"), MOVE);
	json_decref(all);
}

static void others_keep_what_they_are(void **state)
{
	static const char *const names[] = { "null",	  "user_copy",	   "memcpy",	      "status_query",
					     "hint_scan", "lazy_vs_eager", "of another build" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		json_t *all = logged(profile(0, 1), (json_t *[]){ point("p", names[i], "page_insns"), NULL });

		assert_string_equal(text_of(all, "point", "primary"), "page_insns");
		json_decref(all);
	}
}

/* The plugin counted far more than the guest's clock: the whole count is there, and is not taken for the path. */
static void a_rejected_profile_leaves_the_point_open(void **state)
{
	json_t *all =
		logged(profile(window_label(MOVE), 9999), (json_t *[]){ point(MOVE, "move_pages", "page_insns"),
									samples(MOVE), outcome(MOVE, "ok"), NULL });

	(void)state;
	assert_string_equal(text_of(all, "point", "primary"), "path_insns");
	assert_string_equal(text_of(all, "functions", "point"), "none");
	assert_string_equal(text_of(all, "outcome", "outcome"), "unstable");
	assert_string_equal(text_of(all, "outcome", "reason"), "no-functions");
	assert_string_equal(text_of(all, "outcome", "detail"),
			    "4380 instructions by the guest's clock, 9999 by the plugin");
	json_decref(all);
}

static void what_is_worse_stays(void **state)
{
	json_t *all =
		logged(profile(window_label(MOVE), 9999), (json_t *[]){ point(MOVE, "move_pages", "page_insns"),
									samples(MOVE), outcome(MOVE, "wrong"), NULL });

	(void)state;
	assert_string_equal(text_of(all, "outcome", "outcome"), "wrong");
	json_decref(all);
	all = logged(profile(window_label("null"), 9999),
		     (json_t *[]){ point("null", "null", "wall_insns"), samples("null"), outcome("null", "ok"), NULL });
	assert_string_equal(text_of(all, "outcome", "outcome"), "ok"); /* its whole count is what gates it */
	json_decref(all);
}

static void without_a_profile_all_is_as_it_came(void **state)
{
	json_t *all = logged(NULL, (json_t *[]){ point(MOVE, "move_pages", "page_insns"), samples(MOVE),
						 outcome(MOVE, "ok"), NULL });

	(void)state;
	assert_string_equal(text_of(all, "point", "primary"), "page_insns");
	assert_int_equal(json_array_size(all), 3);
	json_decref(all);
}

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	kinds = file_path(folder, "kinds.csv");
	return file_write_text(kinds,
			       "function,caller,executor,kind,bytes\n\"do_syscall_64\",\"\",\"caller\",\"path\",0\n");
}

static int remove_folder(void **state)
{
	(void)state;
	free(kinds);
	return file_remove_folder(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_path_gates_what_the_kernel_moves),	    cmocka_unit_test(others_keep_what_they_are),
		cmocka_unit_test(a_rejected_profile_leaves_the_point_open), cmocka_unit_test(what_is_worse_stays),
		cmocka_unit_test(without_a_profile_all_is_as_it_came),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
