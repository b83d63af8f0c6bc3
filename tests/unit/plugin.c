// SPDX-License-Identifier: GPL-2.0-or-later
/* The lab's plugin without QEMU: windows that are no pairs, files that are full, and whose text an address is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/file.h"
#include "functions/calltree.h"
#include "instruments/window.h"
#include "lab/plugin/names.h"
#include "lab/plugin/qemu_plugin.h"
#include "lab/plugin/stacks.h"
#include "lab/plugin/tree.h"
#include "lab/plugin/window.h"

/* ---- QEMU ------------------------------------------------------------------------- */

void qemu_plugin_reset(uint64_t id, void (*done)(uint64_t id))
{
	done(id);
}

void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *insn, int op, void *counter, uint64_t by)
{
	(void)insn, (void)op, (void)counter, (void)by;
}

const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn)
{
	return insn;
}

size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn)
{
	(void)insn;
	return 1;
}

char *qemu_plugin_insn_disas(const struct qemu_plugin_insn *insn)
{
	(void)insn;
	return NULL;
}

void *qemu_get_cpu(int index)
{
	(void)index;
	return NULL;
}

static void armed(uint64_t plugin)
{
	(void)plugin;
}

/* ---- windows ---------------------------------------------------------------------- */

static void mark(int marker)
{
	window_on_marker(0, (void *)(intptr_t)marker);
}

static void begin_trial(unsigned label)
{
	mark(WINDOW_TRIAL);
	mark(WINDOW_DIGIT + label);
	mark(WINDOW_LABELLED);
}

static void window_of(unsigned insns)
{
	mark(WINDOW_OPEN);
	tree_total += insns;
	mark(WINDOW_CLOSE);
}

/* One for all tests: what a node is called is written once. */
static struct calltree *calls;

static void start_profile(void)
{
	char path[32];

	calls = calltree_new();
	assert_non_null(calls);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", calltree_fd(calls));
	assert_int_equal(window_init(0, path, armed), 0);
	stacks_init();
}

static uint64_t sum_of(const struct calltree_window *w)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < w->entries; i++)
		sum += w->entry[i].insns;
	return sum;
}

static void expect_windows(unsigned label, size_t count, const uint64_t *insns)
{
	const struct calltree_trial *t = calltree_take(calls, label);

	assert_non_null(t);
	assert_int_equal(t->windows, count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(t->window[i].total, insns[i]);
		assert_int_equal(sum_of(&t->window[i]), insns[i]);
	}
}

static void windows_hold_what_is_between_their_marks(void **state)
{
	(void)state;
	start_profile();
	window_of(3); /* before anybody asked */
	begin_trial(5);
	window_of(11);
	tree_total += 100;
	window_of(13);
	expect_windows(5, 2, (uint64_t[]){ 11, 13 });
}

/* A trial that dies in its window, and a guest that does. */
static void a_window_that_is_never_closed_is_in_no_other(void **state)
{
	(void)state;
	begin_trial(6);
	window_of(17);
	mark(WINDOW_OPEN);
	tree_total += 1000;
	begin_trial(7);
	tree_total += 2000;
	window_of(19);
	mark(WINDOW_OPEN);
	tree_total += 4000;
	expect_windows(6, 1, (uint64_t[]){ 17 });
	expect_windows(7, 1, (uint64_t[]){ 19 });
	begin_trial(8);
}

/* The inner one ends it, so that it is shorter than the clock says, which is found out. */
static void a_window_in_a_window_is_none(void **state)
{
	(void)state;
	begin_trial(9);
	mark(WINDOW_CLOSE);
	mark(WINDOW_OPEN);
	tree_total += 10;
	window_of(20);
	tree_total += 40;
	mark(WINDOW_CLOSE);
	window_of(7);
	expect_windows(9, 2, (uint64_t[]){ 30, 7 });
}

static void many_trials_are_each_found(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 500; i++) {
		begin_trial(i % 16);
		for (unsigned rep = 0; rep < 7; rep++)
			window_of(i + rep);
	}
	for (unsigned i = 0; i < 500; i++)
		expect_windows(i % 16, 7, (uint64_t[]){ i, i + 1, i + 2, i + 3, i + 4, i + 5, i + 6 });
	assert_null(calltree_take(calls, 3));
}

/* Nothing but the profile is lost. */
static void a_file_that_is_full_ends_nothing(void **state)
{
	(void)state;
	calltree_free(calls);
	assert_int_equal(window_init(0, "/nowhere/profile", armed), -1);
	assert_int_equal(window_init(0, "/dev/full", armed), 0);
	begin_trial(1);
	for (int i = 0; i < 10000; i++)
		window_of(1);
}

/* ---- names ------------------------------------------------------------------------ */

static char folder[] = "/tmp/nodehop-plugin-XXXXXX";

static int make_tables(void **state)
{
	(void)state;
	if (!mkdtemp(folder) || chdir(folder))
		return -1;
	return file_write_text("kernel", "ffffffff81000000 _text\nffffffff81000100 walk\nffffffff81000100 alias\n"
					 "ffffffff81000200 step\n") ||
	       file_write_text("program", "1000 main\n2000 end\n");
}

static int remove_tables(void **state)
{
	(void)state;
	return system("rm -rf ./*") || rmdir(folder);
}

static void expect_name(uint64_t at, const char *name)
{
	assert_string_equal(names_text(names_at(at)), name);
}

static void text_is_named_by_its_address(void **state)
{
	(void)state;
	assert_int_equal(names_load("nothing", "program"), -1);
	assert_int_equal(names_load("kernel", "program"), 0);
	expect_name(0xffffffff81000100, "walk");
	expect_name(0xffffffff810001ff, "walk");
	expect_name(0xffffffff81000200, "step");
	expect_name(0xffffffff80fff000, "[unknown]");
	expect_name(0xffffffffc0001234, "[module]");
	expect_name(0xffffffffff600000, "step"); /* behind modules and the table: nothing of a kernel's runs there */
	expect_name(0x1004, "main");
	expect_name(0x2000, "[library]");
	expect_name(0x7fff00000000, "[library]");
	names_slide_kernel(7ull << 21);
	names_slide_program(0x555500000000);
	expect_name(0xffffffff81000100 + (7ull << 21), "walk");
	assert_true(names_is_start(names_kernel("step"), 0xffffffff81000200 + (7ull << 21)));
	assert_false(names_is_start(names_at(0xffffffffc0000000), 0xffffffffc0000000));
	expect_name(0xffffffff81000100, "[unknown]");
	expect_name(0xffffffffc0001234, "[module]");
	expect_name(0x555500001004, "main");
	expect_name(0x1004, "[library]");
	assert_int_equal(names_kernel("run"), NAME_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(windows_hold_what_is_between_their_marks),
		cmocka_unit_test(a_window_that_is_never_closed_is_in_no_other),
		cmocka_unit_test(a_window_in_a_window_is_none),
		cmocka_unit_test(many_trials_are_each_found),
		cmocka_unit_test(a_file_that_is_full_ends_nothing),
		cmocka_unit_test(text_is_named_by_its_address),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_tables, remove_tables);
}
