// SPDX-License-Identifier: GPL-2.0-or-later
/* nodes: those that hwloc leaves out are there, and nodes of one memory are known by what they are */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "machine/nodes.h"

static char root[] = "/tmp/nodehop-XXXXXX";
static struct machine machine;

static void write_file(const char *text, const char *format, int node)
{
	char path[256], name[64];
	FILE *file;

	snprintf(name, sizeof(name), format, node);
	snprintf(path, sizeof(path), "%s/sys/devices/system/node/%s", root, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file, "%s\n", text);
	assert_int_equal(fclose(file), 0);
}

/* A node of sysfs; in the tree of hwloc only where `seen`. */
static void node(int id, const char *cpus, const char *distances, bool seen)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/sys/devices/system/node/node%d", root, id);
	mkdir(path, 0755);
	write_file(cpus, "node%d/cpulist", id);
	write_file(distances, "node%d/distance", id);
	if (seen)
		machine.node[machine.nodes++] = (struct node){ .id = id, .memory = id };
}

static void complete(const char *online)
{
	write_file(online, "online", 0);
	assert_int_equal(nodes_complete(&machine, root), 0);
	nodes_find_one_memory(&machine, root);
}

static int fresh(void **state)
{
	(void)state;
	memset(&machine, 0, sizeof(machine));
	return 0;
}

static void one_node_split_in_two(void **state)
{
	(void)state;
	node(0, "0-3", "10 10", true);
	node(1, "0-3", "10 10", false);
	complete("0-1");
	assert_int_equal(machine.nodes, 2);
	assert_true(machine_one_memory(&machine, 0, 1));
	assert_true(machine_one_memory(&machine, 1, 0));
	assert_false(machine_one_memory(&machine, 0, 0));
	assert_int_equal(machine_distance(&machine, 0, 1), 10);
}

/* numa=fake=2U on two sockets: each is split, and between them all is real. */
static void two_sockets_split(void **state)
{
	(void)state;
	node(0, "0-1", "10 10 21 21", true);
	node(1, "0-1", "10 10 21 21", false);
	node(2, "2-3", "21 21 10 10", true);
	node(3, "2-3", "21 21 10 10", false);
	complete("0-3");
	assert_int_equal(machine.nodes, 4);
	assert_true(machine_one_memory(&machine, 0, 1));
	assert_true(machine_one_memory(&machine, 2, 3));
	assert_false(machine_one_memory(&machine, 1, 2));
	assert_false(machine_one_memory(&machine, 3, 0));
	assert_int_equal(machine_distance(&machine, 3, 0), 21);
}

/* Firmware that calls two nodes 10 apart means one memory, though one of them has no CPU. */
static void distances_of_one_memory(void **state)
{
	(void)state;
	node(0, "0-3", "10 10 20", true);
	node(1, "", "10 10 20", true);
	node(2, "", "20 20 10", true);
	complete("0-2");
	assert_true(machine_one_memory(&machine, 0, 1));
	assert_false(machine_one_memory(&machine, 0, 2));
}

/* The command line may name distances for split nodes; they share their CPUs all the same. */
static void distances_made_up(void **state)
{
	(void)state;
	node(0, "0-1", "10 20 20", true);
	node(1, "0-1", "20 10 20", false);
	node(2, "0-1", "20 20 10", false);
	complete("0-2");
	assert_true(machine_one_memory(&machine, 0, 1));
	assert_true(machine_one_memory(&machine, 1, 2));
}

/* Neither CPUs in common nor 10 apart: with gaps in the ids, a node without CPUs, and one without distances. */
static void real_nodes(void **state)
{
	(void)state;
	node(0, "0-1", "10 21 24", true);
	node(4, "2-3", "21 10 34", true);
	node(9, "", "24 34 10", true);
	complete("0,4,9");
	assert_int_equal(machine.nodes, 3);
	for (int i = 0; i < 3; i++)
		for (int j = 0; j < 3; j++)
			assert_false(machine_one_memory(&machine, machine.node[i].id, machine.node[j].id));
	assert_int_equal(machine_distance(&machine, 9, 4), 34);
	fresh(NULL);
	node(0, "0", "", true);
	node(4, "1", "", true);
	complete("0,4");
	assert_false(machine_one_memory(&machine, 0, 4));
	assert_int_equal(machine_distance(&machine, 0, 4), 0);
}

/* The kernel reclaims below the high mark of each zone; zones of all nodes stand in one file. */
static void watermarks_add_up(void **state)
{
	static const char text[] =
		"Node 0, zone      DMA\n  pages free     2816\n        boost    0\n        min      1\n"
		"        low      2\n        high     3\n        spanned  4095\n"
		"Node 0, zone   Normal\n        min      10\n        low      20\n        high     30\n"
		"      high_max: 7\n"
		"Node 4, zone   Normal\n        high     100\n"
		"Node 7, zone   Normal\n        high     1000\n";
	char path[256];
	FILE *file;

	(void)state;
	snprintf(path, sizeof(path), "%s/proc", root);
	mkdir(path, 0755);
	strcat(path, "/zoneinfo");
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	machine = (struct machine){ .nodes = 2, .page_size = 4096, .node = { { .id = 0 }, { .id = 4 } } };
	nodes_read_watermarks(&machine, root);
	assert_int_equal(machine.node[0].watermark_bytes, 33 * 4096);
	assert_int_equal(machine.node[1].watermark_bytes, 100 * 4096);
}

static void no_sysfs(void **state)
{
	(void)state;
	machine.nodes = 1;
	assert_int_equal(nodes_complete(&machine, "/nowhere"), 0);
	assert_int_equal(machine.nodes, 1);
}

static int make_root(void **state)
{
	char command[128];

	(void)state;
	if (!mkdtemp(root))
		return -1;
	snprintf(command, sizeof(command), "mkdir -p %s/sys/devices/system/node", root);
	return system(command);
}

static int remove_root(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", root);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(one_node_split_in_two, fresh),
		cmocka_unit_test_setup(two_sockets_split, fresh),
		cmocka_unit_test_setup(distances_of_one_memory, fresh),
		cmocka_unit_test_setup(distances_made_up, fresh),
		cmocka_unit_test_setup(real_nodes, fresh),
		cmocka_unit_test_setup(watermarks_add_up, fresh),
		cmocka_unit_test_setup(no_sysfs, fresh),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_root, remove_root);
}
