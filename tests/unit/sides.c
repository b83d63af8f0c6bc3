// SPDX-License-Identifier: GPL-2.0-or-later
/* sides: what the two sides of an experiment may vary, and that it is one thing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/fault.h"
#include "sides/sides.h"

static char *variant;
static struct side side;

static int reset(void **state)
{
	(void)state;
	free(variant);
	variant = NULL;
	side_free(&side);
	return side_init(&side);
}

static void refused(const char *text, const char *why)
{
	assert_int_equal(side_parse(&side, text, &variant), -1);
	if (!strstr(fault_text(), why))
		fail_msg("\"%s\" does not say \"%s\"", fault_text(), why);
}

static void what_varies_is_read(void **state)
{
	(void)state;
	assert_int_equal(side_parse(&side, "kernel=6.1", &variant), 0);
	assert_string_equal(side.kernel, "6.1");
	assert_string_equal(variant, "kernel");
	assert_int_equal(side_parse(&side, "kernel=6.12", &variant), 0); /* as side B has it */
	reset(NULL);
	assert_int_equal(side_parse(&side, "set:batch=512", &variant), 0);
	assert_string_equal(side.set[0], "batch=512");
	assert_string_equal(variant, "set:batch");
	reset(NULL);
	assert_int_equal(side_parse(&side, "knob:numa_balancing=1", &variant), 0);
	assert_string_equal(side.knob[0], "numa_balancing=1");
	reset(NULL);
	assert_int_equal(side_parse(&side, "build=/proc/self/exe", &variant), 0);
	assert_true(side.other_build);
}

/* A change could be the other's. */
static void one_thing_varies(void **state)
{
	(void)state;
	assert_int_equal(side_parse(&side, "kernel=6.1", &variant), 0);
	refused("append=quiet", "\"append\" and \"kernel\" both vary");
	refused("kernels=6.1", "\"kernels\" and \"kernel\" both vary");
	refused("kern=6.1", "\"kern\" and \"kernel\" both vary");
}

static void what_does_not_vary_is_told(void **state)
{
	(void)state;
	refused("kernel", "is not KEY=VALUE");
	refused("kernel=", "is not KEY=VALUE");
	refused("set:=1", "what varies is kernel, append, possible_cpus, build");
	reset(NULL);
	refused("color=red", "what varies is kernel, append, possible_cpus, build");
	reset(NULL);
	refused("build=/proc", "is neither a nodehop program nor a build folder");
}

/* `run` would let the word behind the benchmark win: both sides would be alike. */
static void what_a_word_fixes_cannot_vary(void **state)
{
	char *words[] = { "move_pages", "batch=1", NULL };
	const struct experiment e = { .words = words };

	(void)state;
	assert_int_equal(side_parse(&side, "set:batch=512", &variant), 0);
	assert_int_equal(side_check(&side, &e), -1);
	assert_non_null(strstr(fault_text(), "set:batch=512 cannot vary what \"batch=1\" fixes"));
	words[1] = "batches=1";
	assert_int_equal(side_check(&side, &e), 0);
}

static void this_machine_does_not_reboot(void **state)
{
	const struct experiment here = {}, lab = { .topology = "2s" }, late = { .deadline = "5s" };

	(void)state;
	assert_int_equal(side_parse(&side, "kernel=6.1", &variant), 0);
	assert_int_equal(side_check(&side, &here), -1);
	assert_non_null(strstr(fault_text(), "would have to reboot"));
	assert_int_equal(side_check(&side, &lab), 0);
	assert_int_equal(side_check(&side, &late), -1);
	assert_non_null(strstr(fault_text(), "--deadline is for boots"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_varies_is_read, reset),
		cmocka_unit_test_setup(one_thing_varies, reset),
		cmocka_unit_test_setup(what_does_not_vary_is_told, reset),
		cmocka_unit_test_setup(what_a_word_fixes_cannot_vary, reset),
		cmocka_unit_test_setup(this_machine_does_not_reboot, reset),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
