// SPDX-License-Identifier: GPL-2.0-or-later
/* gate_file: which points decide, how much is tolerated, and what a gate file may say. */
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
#include "judging/gate_file.h"

static char path[] = "/tmp/nodehop-gate-file-XXXXXX";

static struct gate_file *load(const char *text)
{
	assert_int_equal(file_write_text(path, text), 0);
	return gate_file_load(path);
}

static void refused(const char *text, const char *why)
{
	assert_null(load(text));
	assert_non_null(strstr(fault_text(), why));
}

static void without_patterns_all_points_decide_but_the_floor(void **state)
{
	struct gate_file *f = load("[gate]\nmode = counted\n");

	(void)state;
	assert_non_null(f);
	for (int given = 0; given < 2; given++) {
		assert_true(gate_file_is_gating(given ? f : NULL, "move_pages batch=1"));
		assert_true(gate_file_is_gating(given ? f : NULL, "nullable"));
		assert_false(gate_file_is_gating(given ? f : NULL, "null"));
		assert_false(gate_file_is_gating(given ? f : NULL, "null batch=1"));
	}
	assert_false(gate_file_has_bounds(f));
	assert_float_equal(gate_file_bound(f, "move_pages batch=1"), 0, 0);
	gate_file_free(f);
}

static void patterns_choose(void **state)
{
	struct gate_file *f = load("[gating]\npoint = move_pages *\npoint = mbind\n[advisory]\npoint = *page=thp*\n"
				   "[bound]\n2% = *\n0.5 % = move_pages *\n");

	(void)state;
	assert_non_null(f);
	assert_true(gate_file_is_gating(f, "move_pages batch=1 page=base"));
	assert_true(gate_file_is_gating(f, "mbind"));
	assert_false(gate_file_is_gating(f, "move_pages batch=1 page=thp"));
	assert_false(gate_file_is_gating(f, "migrate_pages"));
	assert_true(gate_file_has_bounds(f));
	assert_float_equal(gate_file_bound(f, "mbind"), log(1.02), 1e-12);
	assert_float_equal(gate_file_bound(f, "move_pages batch=1"), log(1.005), 1e-12); /* the last match */
	gate_file_free(f);
}

static void words_to_run_add_up(void **state)
{
	struct gate_file *f = load("[gate]\nrun = move_pages batch=1\nrun = null\nscreen = 8\nalpha = 5%\n");

	(void)state;
	assert_non_null(f);
	assert_string_equal(f->run[0], "move_pages");
	assert_string_equal(f->run[1], "batch=1");
	assert_string_equal(f->run[2], "null");
	assert_null(f->run[3]);
	assert_int_equal(f->screen, 8);
	assert_float_equal(f->alpha, 0.05, 1e-12);
	gate_file_free(f);
}

static void shares(void **state)
{
	double share;

	(void)state;
	assert_int_equal(gate_file_parse_share("1%", &share), 0);
	assert_float_equal(share, 0.01, 1e-12);
	assert_int_equal(gate_file_parse_share("0.01", &share), 0);
	assert_float_equal(share, 0.01, 1e-12);
	assert_int_equal(gate_file_parse_share("1", &share), -1); /* all of it */
	assert_int_equal(gate_file_parse_share("0", &share), -1);
	assert_int_equal(gate_file_parse_share("-1%", &share), -1);
	assert_int_equal(gate_file_parse_share("1 % of it", &share), -1);
}

static void what_is_no_gate_file_is_told(void **state)
{
	(void)state;
	refused("[gate]\nmode = slow\n", ":2: mode = slow: it is counted or fast");
	refused("[gate]\nscreen = 0\n", ":2: screen: \"0\" is out of range");
	refused("[gate]\nspeed = 1\n", ":2: unknown key \"speed\"");
	refused("[gating]\nglob = x\n", ":2: unknown key \"glob\"");
	refused("[gates]\nmode = fast\n", ":2: unknown section [gates]");
	refused("[gate]\nmode = fast\nmode = counted\n", "[gate] mode is given twice");
	refused("[gate]\nmode = fast\n[gate]\nscreen = 6\n", "[gate] is given twice");
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
		cmocka_unit_test(without_patterns_all_points_decide_but_the_floor),
		cmocka_unit_test(patterns_choose),
		cmocka_unit_test(words_to_run_add_up),
		cmocka_unit_test(shares),
		cmocka_unit_test(what_is_no_gate_file_is_told),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_file, remove_file);
}
