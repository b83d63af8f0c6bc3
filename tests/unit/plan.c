// SPDX-License-Identifier: GPL-2.0-or-later
/* plan: what the user wrote is what is planned, whole, and one thing measured has one key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/fault.h"
#include "base/text.h"
#include "engine/plan.h"
#include "lab/topology.h"

static struct machine machine;

static int load_machine(void **state)
{
	struct topology *t = topology_load("topologies/2s.topo");

	(void)state;
	return t ? topology_machine(t, TIME_COUNTED, &machine) : -1;
}

/* Plans the words; -1 with a fault. */
static int plan_words(struct plan *plan, char **words, size_t count)
{
	struct plan_request r = { .profile = PROFILE_QUICK };

	*plan = (struct plan){};
	return plan_select(&r, words, count, 1 << MICRO) ? -1 : plan_make(&r, &machine, plan);
}

static void long_lists_are_whole(void **state)
{
	char *batches = text_append(NULL, "batch=1"), *words[] = { "move_pages", NULL };
	struct plan plan;

	(void)state;
	for (int i = 2; i <= 1000; i++)
		batches = text_append(batches, ",%d", i);
	words[1] = batches;
	assert_int_equal(plan_words(&plan, words, 2), 0);
	assert_int_equal(plan.points, 1000);
	assert_string_equal(plan.point[999].key, "move_pages size=2m batch=1000 pair=0:1 page=base");
	plan_free(&plan);
	free(batches);
}

/* 3 bytes, a page, and what is no whole number of pages are measured as the same memory. */
static void one_key_for_one_amount(void **state)
{
	char *words[] = { "mbind", "size=3,4096,4k,5000,8k", "page=base" };
	struct plan plan;

	(void)state;
	assert_int_equal(plan_words(&plan, words, 3), 0);
	assert_int_equal(plan.points, 2);
	assert_string_equal(plan.point[0].key, "mbind size=4k pair=0:1 page=base");
	assert_string_equal(plan.point[1].key, "mbind size=8k pair=0:1 page=base");
	plan_free(&plan);
}

static void sizes_are_whole_folios(void **state)
{
	char *words[] = { "move_pages", "size=64k,3m", "batch=1", "page=thp,base" };
	struct plan plan;

	(void)state;
	assert_int_equal(plan_words(&plan, words, 4), 0);
	assert_int_equal(plan.points, 4);
	assert_string_equal(plan.point[0].key, "move_pages size=2m batch=1 pair=0:1 page=thp");
	assert_string_equal(plan.point[2].key, "move_pages size=4m batch=1 pair=0:1 page=thp");
	plan_free(&plan);
}

static void an_axis_stands_once(void **state)
{
	char *words[] = { "move_pages", "batch=1", "batch=2" };
	struct plan plan;

	(void)state;
	assert_int_equal(plan_words(&plan, words, 3), -1);
	assert_string_equal(fault_text(), "batch=1 and batch=2: the axis is given twice; write its values in one list");
}

static void names_what_there_is(void **state)
{
	char *words[] = { "move_pages", "bath=1" };
	struct plan plan;

	(void)state;
	assert_int_equal(plan_words(&plan, words, 2), -1);
	assert_non_null(strstr(fault_text(), "move_pages has no axis \"bath\"; it has: size, batch, pair"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(long_lists_are_whole),	  cmocka_unit_test(one_key_for_one_amount),
		cmocka_unit_test(sizes_are_whole_folios), cmocka_unit_test(an_axis_stands_once),
		cmocka_unit_test(names_what_there_is),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, load_machine, NULL);
}
