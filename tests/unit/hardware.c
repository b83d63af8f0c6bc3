// SPDX-License-Identifier: GPL-2.0-or-later
/* The points that hardware has beside the lab's: sizes follow its caches, both directions, and not too much of its memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fault.h"
#include "plan/plan.h"
#include "machine/caches.h"

static char path[] = "/tmp/nodehop-XXXXXX.xml";
static struct machine machine;

#define SERVER "pack:2 [numa(memory=64GiB)] l3:1(size=36MiB) core:8 pu:2"

/* The machine that hwloc makes of these words, by way of XML, as one is brought from elsewhere. */
static void load(const char *synthetic)
{
	hwloc_topology_t t;

	machine_free(&machine);
	assert_int_equal(hwloc_topology_init(&t), 0);
	assert_int_equal(hwloc_topology_set_synthetic(t, synthetic), 0);
	assert_int_equal(hwloc_topology_load(t), 0);
	assert_int_equal(hwloc_topology_export_xml(t, path, 0), 0);
	hwloc_topology_destroy(t);
	if (machine_load_xml(&machine, path))
		fail_msg("%s: %s", synthetic, fault_text());
}

static void caches(void **state)
{
	(void)state;
	load(SERVER);
	assert_int_equal(caches_of_pair(&machine, 0, 1), 72 << 20);
	assert_int_equal(caches_beyond(&machine), 80 << 20);
	load("pack:2 [numa(memory=64GiB)] l3:8(size=32MiB) core:4 pu:1"); /* a cache for each four cores */
	assert_int_equal(caches_of_pair(&machine, 0, 1), 512 << 20);
	assert_int_equal(caches_beyond(&machine), 528 << 20);
	load("pack:2 l3:1(size=64MiB) numa:2(memory=32GiB) core:4 pu:1"); /* two nodes share one cache */
	assert_int_equal(caches_of_pair(&machine, 0, 1), 64 << 20);
	assert_int_equal(caches_of_pair(&machine, 0, 2), 128 << 20);
	assert_int_equal(caches_beyond(&machine), 144 << 20);
	load("pack:2 [numa(memory=4GiB)] l2:2(size=1MiB) core:1 pu:1"); /* no third level */
	assert_int_equal(caches_of_pair(&machine, 0, 1), 4 << 20);
	load("pack:2 [numa(memory=4GiB)] core:2 pu:1"); /* nobody tells */
	assert_int_equal(caches_of_pair(&machine, 0, 1), 0);
	assert_int_equal(caches_beyond(&machine), 64 << 20);
	assert_int_equal(caches_of_pair(&machine, 0, 7), 0);
}

/* Memory beside CPUs that another node has: hwloc lends it those, Linux does not. */
static void a_node_without_cpus_has_none(void **state)
{
	(void)state;
	load("pack:2 [numa(memory=4GiB)] [numa(memory=16GiB)] core:4 pu:1");
	assert_int_equal(machine.nodes, 4);
	assert_int_equal(machine.cpus, 8);
	for (int i = 0, cpus = 0; i < 4; i++) {
		const struct node *n = &machine.node[i];

		cpus += n->cpus;
		assert_int_equal(n->has_cpu, n->cpus > 0);
		assert_int_equal(n->cpu >= 0, n->cpus > 0);
		if (i == 3)
			assert_int_equal(cpus, 8); /* each once */
	}
	assert_int_equal(machine.node[0].has_cpu + machine.node[1].has_cpu + machine.node[2].has_cpu +
				 machine.node[3].has_cpu,
			 2);
}

/* ---- plans ---- */

static struct plan plan_of(enum profile profile, enum timekeeper mode)
{
	struct plan_request r = { .profile = profile };
	struct plan plan;

	machine.timekeeper = mode;
	assert_int_equal(plan_select(&r, NULL, 0, 1 << MICRO | 1 << MACRO), 0);
	assert_int_equal(plan_make(&r, &machine, &plan), 0);
	plan_unselect(&r);
	return plan;
}

static const struct point *find(const struct plan *plan, const char *key)
{
	for (size_t i = 0; i < plan->points; i++)
		if (!strcmp(plan->point[i].key, key))
			return &plan->point[i];
	return NULL;
}

static void has(const struct plan *plan, const char *key)
{
	if (!find(plan, key))
		fail_msg("the plan lacks \"%s\"", key);
}

static void quick_has_what_hardware_is_for(void **state)
{
	struct plan plan;

	(void)state;
	load(SERVER);
	plan = plan_of(PROFILE_QUICK, TIME_HARDWARE);
	has(&plan, "move_pages size=80m batch=512 pair=0:1 page=base");
	has(&plan, "move_pages size=80m batch=512 pair=1:0 page=base");
	has(&plan, "move_pages size=80m batch=8 pair=1:0 page=thp");
	has(&plan, "move_pages size=80m batch=512 pair=0:1 page=base threads=4");
	has(&plan, "move_pages size=80m batch=8 pair=0:1 page=hugetlb-2m");
	has(&plan, "memcpy size=80m pair=0:1 stores=cached");
	has(&plan, "memcpy size=80m pair=1:0 stores=nontemporal");
	has(&plan, "move_pages size=2m batch=1 pair=0:1 page=base"); /* the lab's are there as well */
	plan_free(&plan);
}

/* Six sessions and the report in five minutes. */
static void quick_is_quick(void **state)
{
	struct plan plan;

	(void)state;
	load(SERVER);
	plan = plan_of(PROFILE_QUICK, TIME_HARDWARE);
	assert_in_range(plan_expected_s(&plan, &machine, PROFILE_QUICK), 5, 30);
	plan_free(&plan);
}

static void the_lab_has_none_of_them(void **state)
{
	(void)state;
	load(SERVER);
	for (int mode = TIME_COUNTED; mode <= TIME_UNTIMED; mode++) {
		struct plan plan = plan_of(PROFILE_STANDARD, mode);

		for (size_t i = 0; i < plan.points; i++)
			assert_null(strstr(plan.point[i].key, "=80m"));
		plan_free(&plan);
	}
}

/* At most half of what is free above the watermarks, whatever the profile wants. */
static void memory_is_left_to_others(void **state)
{
	static const char key[] = "move_pages size=80m batch=512 pair=0:1 page=base";
	const struct point *p;
	struct plan plan;

	(void)state;
	load(SERVER);
	machine.node[1].watermark_bytes = 100 << 20;
	machine.node[1].free_bytes = 259 << 20;
	plan = plan_of(PROFILE_QUICK, TIME_HARDWARE);
	p = find(&plan, key);
	assert_int_equal(p->outcome, SKIPPED);
	assert_string_equal(p->reason, "node-memory");
	assert_string_equal(p->detail,
			    "needs 80m on node 1 and may take 79m: half of the 159m that are free there above the "
			    "kernel's watermarks");
	plan_free(&plan);
	machine.node[1].free_bytes = 260 << 20;
	plan = plan_of(PROFILE_QUICK, TIME_HARDWARE);
	assert_int_equal(find(&plan, key)->outcome, OK);
	plan_free(&plan);
	machine.node[1].free_bytes = 99 << 20;
	plan = plan_of(PROFILE_QUICK, TIME_HARDWARE);
	assert_int_equal(find(&plan, "move_pages size=2m batch=512 pair=0:1 page=base")->outcome, SKIPPED);
	plan_free(&plan);
}

static int make_path(void **state)
{
	int fd = mkstemps(path, 4);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_path(void **state)
{
	(void)state;
	machine_free(&machine);
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_node_without_cpus_has_none),	  cmocka_unit_test(caches),
		cmocka_unit_test(quick_has_what_hardware_is_for), cmocka_unit_test(quick_is_quick),
		cmocka_unit_test(the_lab_has_none_of_them),	  cmocka_unit_test(memory_is_left_to_others),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_path, remove_path);
}
