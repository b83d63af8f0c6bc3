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
#include "plan/plan.h"
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
	bool failed;

	*plan = (struct plan){};
	failed = plan_select(&r, words, count, 1 << MICRO) || plan_make(&r, &machine, plan);
	plan_unselect(&r);
	return failed ? -1 : 0;
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

/* The user's word for a benchmark goes before the one for all, and either before the profile. */
static void what_stands_behind_a_benchmark_goes_first(void **state)
{
	const char *sets[] = { "batch=3" };
	char *words[] = { "move_pages", "batch=1" };

	(void)state;
	for (size_t own = 0; own < 2; own++) {
		struct plan_request r = { .profile = PROFILE_QUICK, .set = sets, .sets = 1 };
		struct plan plan;

		assert_int_equal(plan_select(&r, words, 1 + own, 1 << MICRO), 0);
		assert_int_equal(plan_make(&r, &machine, &plan), 0);
		for (size_t i = 0; i < plan.points; i++)
			assert_non_null(strstr(plan.point[i].key, own ? " batch=1 " : " batch=3 "));
		plan_free(&plan);
		plan_unselect(&r);
	}
}

/* An axis that is seldom turned is in the key where it is. */
static void a_key_says_what_is_not_the_default(void **state)
{
	char *words[] = { "move_pages", "batch=1", "order=sequential,shuffled", "local=0,50" };
	struct plan plan;

	(void)state;
	assert_int_equal(plan_words(&plan, words, 4), 0);
	assert_int_equal(plan.points, 4);
	assert_string_equal(plan.point[0].key, "move_pages size=2m batch=1 pair=0:1 page=base");
	assert_string_equal(plan.point[3].key, "move_pages size=2m batch=1 pair=0:1 page=base order=shuffled local=50");
	plan_free(&plan);
}

/* ---- what the machine has room for ---- */

static void needs(const char *size, enum outcome outcome, const char *reason)
{
	char setting[32], *words[] = { "mbind", setting };
	struct plan plan;

	snprintf(setting, sizeof(setting), "size=%s", size);
	assert_int_equal(plan_words(&plan, words, 2), 0);
	assert_int_equal(plan.points, 1);
	assert_int_equal(plan.point[0].outcome, outcome);
	if (outcome != OK)
		assert_string_equal(plan.point[0].reason, reason);
	plan_free(&plan);
}

/* Half of what is free on either node, and of that only what the kernel does not reclaim at. */
static void half_of_a_nodes_free_memory_is_taken(void **state)
{
	struct node before[2] = { machine.node[0], machine.node[1] };

	(void)state;
	for (int i = 0; i < 2; i++) {
		machine.node[i].free_bytes = 100 << 20;
		machine.node[i].watermark_bytes = 20 << 20;
		machine.node[!i].free_bytes = 1 << 30;
		machine.node[!i].watermark_bytes = 0;
		needs("40m", OK, NULL);
		needs("40964k", SKIPPED, "node-memory");
		machine.node[i].watermark_bytes = 101 << 20; /* it reclaims already */
		needs("4k", SKIPPED, "node-memory");
		memcpy(machine.node, before, sizeof(before));
	}
}

/* A limit keeps 32 MiB for page tables and the program itself. */
static void a_memory_limit_is_not_used_up(void **state)
{
	(void)state;
	strcpy(machine.memory_cgroup, "/jobs/7");
	machine.memory_left_bytes = 40 << 20;
	needs("8m", OK, NULL);
	needs("8196k", BLOCKED, "memory-limit");
	machine.memory_cgroup[0] = '\0';
}

static void a_benchmark_may_ask_for_fewer_repetitions(void **state)
{
	const struct benchmark few = { .repetitions = 1 }, usual = {}, many = { .repetitions = 20 };

	(void)state;
	assert_int_equal(point_repetitions(&(struct point){ .benchmark = &few }, PROFILE_GATE), 1);
	assert_int_equal(point_warmups(&(struct point){ .benchmark = &few }), 0);
	assert_int_equal(point_repetitions(&(struct point){ .benchmark = &usual }, PROFILE_QUICK), 5);
	assert_int_equal(point_repetitions(&(struct point){ .benchmark = &usual }, PROFILE_GATE), 9);
	assert_int_equal(point_repetitions(&(struct point){ .benchmark = &many }, PROFILE_STANDARD), 15);
	assert_int_equal(point_warmups(&(struct point){ .benchmark = &usual }), 2);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(long_lists_are_whole),
		cmocka_unit_test(one_key_for_one_amount),
		cmocka_unit_test(sizes_are_whole_folios),
		cmocka_unit_test(an_axis_stands_once),
		cmocka_unit_test(names_what_there_is),
		cmocka_unit_test(what_stands_behind_a_benchmark_goes_first),
		cmocka_unit_test(a_key_says_what_is_not_the_default),
		cmocka_unit_test(half_of_a_nodes_free_memory_is_taken),
		cmocka_unit_test(a_memory_limit_is_not_used_up),
		cmocka_unit_test(a_benchmark_may_ask_for_fewer_repetitions),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, load_machine, NULL);
}
