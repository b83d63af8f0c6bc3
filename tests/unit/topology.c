// SPDX-License-Identifier: GPL-2.0-or-later
/* topology: the shipped machines read as meant, their forms are what Linux sees, and each mistake is told by its line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fault.h"
#include "lab/boot_internal.h"
#include "lab/madt.h"
#include "lab/qemu.h"
#include "lab/topology.h"

static char path[] = "/tmp/nodehop-XXXXXX.topo";

#define HEAD "[node 0]\nmemory = 1g\ncpus = 1\n[node 1]\nmemory = 1g\n"
#define HMAT HEAD "initiator = 0\n[distance]\n0 = 10 20\n1 = 20 10\n"

static void write_bytes(const char *text, size_t size)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

static void refused(const char *text, const char *fault)
{
	write_bytes(text, strlen(text));
	assert_null(topology_load(path));
	if (!strstr(fault_text(), fault))
		fail_msg("\"%s\" does not say \"%s\"", fault_text(), fault);
	if (strncmp(fault_text(), path, strlen(path)))
		fail_msg("\"%s\" does not name the file", fault_text());
}

static void machine_of(const char *name, enum timekeeper mode, struct machine *m)
{
	struct topology *t;
	char file[64];

	snprintf(file, sizeof(file), "topologies/%s.topo", name);
	t = topology_load(file);
	if (!t)
		fail_msg("%s", fault_text());
	assert_int_equal(topology_machine(t, mode, m), 0);
	assert_false(m->is_this_system);
	free(t);
}

static void mistakes_in_keys(void **state)
{
	(void)state;
	refused("", "is empty");
	refused("memory = 1g\n", ":1: [] is not a section");
	refused(HEAD "[nodes]\nx = 1\n", ":7: [nodes] is not a section of a topology; there are [machine]");
	refused(HEAD "mem = 1g\n", ":6: \"mem\" is not a key of [node 1]; it has memory");
	refused(HEAD "[machine]\nname = x\n", ":7: \"name\" is not a key of [machine]");
	refused(HEAD "cpus = many\n", ":6: \"many\" is not a number");
	refused("[node 0]\nmemory = 1x\n", ":2: \"1x\" has an unknown unit \"x\"");
	refused("[node 0]\nmemory = 1000\n", ":2: memory = 1000: must be whole mebibytes");
	refused(HEAD "nonsense\n", ":6: neither \"[section]\" nor \"key = value\"");
	refused("[node 300]\nmemory = 1g\n", ":2: node \"300\": \"300\" is out of range: 0 to 127");
	refused("[node x]\nmemory = 1g\n", ":2: node \"x\": \"x\" is not a number");
}

static void mistakes_in_distances(void **state)
{
	(void)state;
	refused(HEAD "[distance]\n0 = 10 9\n", ":7: [distance] row 0: \"9\" is out of range: 10 to 254");
	refused(HEAD "[distance]\n0 = 10 255\n", ":7: [distance] row 0: \"255\" is out of range: 10 to 254");
	refused(HEAD "[distance]\n0 = 10 far\n", ":7: [distance] row 0: \"far\" is not a number");
	refused(HEAD "[distance]\n0 = 10 20\n0 = 10 20\n", ":8: [distance] 0 is given twice");
	refused(HEAD "[distance]\n0 = 10 20\n", "[distance] row 1 has 0 values; it needs 2");
	refused(HEAD, "[distance] row 0 has 0 values; it needs 2, one for each node");
	refused(HEAD "[distance]\n0 = 10 20 30\n1 = 20 10 30\n", "[distance] row 0 has 3 values; it needs 2");
	refused(HEAD "[distance]\n0 = 20 20\n1 = 20 10\n", "[distance] from 0 to 0 is 20; a node is 10 from itself");
	refused(HEAD "[distance]\n0 = 10 10\n1 = 20 10\n", "[distance] from 0 to 1 is 10;");
	refused(HEAD "[distance]\n0 = 10 20\n1 = 20 10\n2 = 20 20\n", "row 2, but there is no [node 2]");
}

static void mistakes_in_nodes(void **state)
{
	(void)state;
	refused("[node 0]\nmemory = 1g\ncpus = 1\n[node 2]\nmemory = 1g\n",
		"node 1 is missing: nodes are numbered 0 to 2");
	refused("[node 0]\ncpus = 1\n", "no node has memory");
	refused("[node 0]\nmemory = 1g\n", "no node has CPUs");
	refused("[node 0]\nmemory = 1g\ncpus = 65\n", ":3: \"65\" is out of range: 0 to 64");
	refused("[machine]\nsockets = 2\n[node 0]\nmemory = 1g\ncpus = 3\n", "3 CPUs do not divide into 2 sockets");
	refused("[machine]\ncounted_cpu = 1\n" HEAD, "counted_cpu = 1: must be a node with CPUs");
	refused("[node 0]\nmemory = 16777215t\ncpus = 1\n", ":2: \"16777215t\" is out of range: 0 to 16t");
	refused("[node 0]\nmemory = 1g\nmemory = 2g\ncpus = 1\n", ":3: [node 0] memory is given twice");
	refused("[node 0]\nmemory = 1g\n[node 1]\nmemory = 1g\n[node 0]\ncpus = 1\n", ":6: [node 0] is given twice");
	refused("[node 0]\nmemory = 1g\n[node 0]\ncpus = 1\n", ":4: [node 0] is given twice");
	refused("[node 00]\nmemory = 1g\n", ":2: node \"00\": write it without a leading 0");
	refused("[machine]\nswap = 100k\n" HEAD, ":2: swap = 100k: must be whole mebibytes");
}

static void mistakes_in_hmat(void **state)
{
	(void)state;
	refused(HMAT, "[node 1] has an initiator, but the file has no [latency] table");
	refused(HMAT "[latency]\n0 = 90ns 200ns\n", "[bandwidth] row 0 has 0 values; it needs 2");
	refused(HMAT "[latency]\n0 = 90ns 200ns\n1 = 1ns 1ns\n[bandwidth]\n0 = 1g 1g\n",
		"[latency] row 1: only nodes with CPUs");
	refused(HMAT "[latency]\n0 = 90ns 0ns\n[bandwidth]\n0 = 1g 1g\n",
		"[latency] row 0: \"0ns\" is out of range: 1ns to 1s");
	refused(HMAT "[latency]\n0 = 90ns 200ns\n[bandwidth]\n0 = 1g 1k\n",
		"[bandwidth] row 0: \"1k\" is out of range: 1m to 16t");
	refused(HEAD "[distance]\n0 = 10 20\n1 = 20 10\n[latency]\n0 = 90ns 200ns\n[bandwidth]\n0 = 1g 1g\n",
		"[node 1] has no CPUs: say which node's are nearest");
}

static void odd_bytes(void **state)
{
	char line[300];

	(void)state;
	write_bytes("[node 0]\nmemory = 1g\0\n", 23);
	assert_null(topology_load(path));
	assert_non_null(strstr(fault_text(), ":2: a NUL byte"));
	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\0';
	refused(line, ":1: longer than 190 bytes");
	assert_null(topology_load("/nonexistent.topo"));
	assert_string_equal(fault_text(), "/nonexistent.topo: cannot open: No such file or directory");
}

static void rows_go_on_in_indented_lines(void **state)
{
	const char *text = HEAD "[distance]\n0 = 10\n  20\n1 = 20\n\t10\n";
	struct topology *t;

	(void)state;
	write_bytes(text, strlen(text));
	t = topology_load(path);
	if (!t)
		fail_msg("%s", fault_text());
	assert_int_equal(t->distance[0][1], 20);
	assert_int_equal(t->distance[1][1], 10);
	free(t);
}

static void swap_is_for_fast_mode(void **state)
{
	const char *text = "[machine]\nswap = 8m\n[node 0]\nmemory = 1g\ncpus = 1\n";
	struct topology *t, *form;

	(void)state;
	write_bytes(text, strlen(text));
	t = topology_load(path);
	if (!t)
		fail_msg("%s", fault_text());
	assert_int_equal(t->swap_bytes, 8 << 20);
	form = topology_form(t, TIME_UNTIMED);
	assert_int_equal(form->swap_bytes, 8 << 20);
	free(form);
	form = topology_form(t, TIME_COUNTED);
	assert_int_equal(form->swap_bytes, 0);
	free(form);
	free(t);
}

static void two_sockets(void **state)
{
	static struct machine m;

	(void)state;
	machine_of("2s", TIME_UNTIMED, &m);
	assert_string_equal(m.name, "2s");
	assert_int_equal(m.nodes, 2);
	assert_int_equal(m.cpus, 4);
	assert_int_equal(m.node[1].cpu, 2);
	assert_int_equal(m.node[1].memory_bytes, 1ull << 30);
	assert_int_equal(m.distance[0][1], 21);
	machine_of("2s", TIME_COUNTED, &m);
	assert_int_equal(m.cpus, 1);
	assert_true(m.node[0].has_cpu);
	assert_false(m.node[1].has_cpu);
	assert_int_equal(m.node[1].cpu, -1);
}

static void ring_is_asymmetric(void **state)
{
	static struct machine m;

	(void)state;
	machine_of("8n", TIME_COUNTED, &m);
	assert_int_equal(m.nodes, 8);
	assert_int_equal(m.distance[0][7], 16);
	assert_int_equal(m.distance[7][0], 14);
}

/* As seen in booted guests: one lower tier with all CPUs; three with CPUs on node 0 only. */
static void tiers_as_linux_ranks_them(void **state)
{
	static struct machine m;

	(void)state;
	machine_of("cxl", TIME_UNTIMED, &m);
	assert_int_equal(m.node[0].tier, 0);
	assert_int_equal(m.node[1].tier, 0);
	assert_int_equal(m.node[2].tier, 1);
	machine_of("cxl", TIME_COUNTED, &m);
	assert_int_equal(m.node[0].tier, 0);
	assert_int_equal(m.node[1].tier, 1);
	assert_int_equal(m.node[2].tier, 2);
	machine_of("4s", TIME_COUNTED, &m);
	for (int i = 0; i < 4; i++)
		assert_int_equal(m.node[i].tier, 0);
}

static void sparse_keeps_its_gap(void **state)
{
	static struct machine m;

	(void)state;
	machine_of("sparse", TIME_UNTIMED, &m);
	assert_int_equal(m.nodes, 3);
	assert_true(m.node[0].has_memory && !m.node[1].has_memory && m.node[2].has_memory);
	assert_int_equal(m.distance[0][2], 22);
	machine_of("sparse", TIME_COUNTED, &m);
	assert_int_equal(m.nodes, 3);
	assert_true(!m.node[0].has_memory && m.node[0].has_cpu && m.node[1].has_memory && m.node[2].has_memory);
	assert_int_equal(m.distance[0][1], 16);
	assert_int_equal(m.distance[1][2], 22);
	assert_int_equal(m.node[0].tier, -1);
}

static void nodes_with_neither_vanish(void **state)
{
	const char *text = "[node 0]\nmemory = 1g\ncpus = 1\n[node 1]\ncpus = 1\n[node 2]\nmemory = 1g\n[distance]\n"
			   "0 = 10 20 30\n1 = 20 10 20\n2 = 30 20 10\n";
	static struct machine m;
	struct topology *t;

	(void)state;
	write_bytes(text, strlen(text));
	t = topology_load(path);
	assert_non_null(t);
	assert_int_equal(topology_machine(t, TIME_COUNTED, &m), 0);
	assert_int_equal(m.nodes, 2);
	assert_int_equal(m.distance[0][1], 30);
	free(t);
}

/* ---- possible CPUs ---- */

static struct topology *loaded(const char *text)
{
	struct topology *t;

	write_bytes(text, strlen(text));
	t = topology_load(path);
	if (!t)
		fail_msg("%s", fault_text());
	return t;
}

#define ONE_NODE "[node 0]\nmemory = 1g\ncpus = 2\n"

static void possible_cpus_are_64_or_what_the_file_says(void **state)
{
	static struct machine m;
	struct topology *t = loaded(ONE_NODE);

	(void)state;
	assert_int_equal(topology_machine(t, TIME_COUNTED, &m), 0);
	assert_int_equal(m.cpus, 1);
	assert_int_equal(m.possible_cpus, 64);
	assert_int_equal(topology_machine(t, TIME_UNTIMED, &m), 0);
	assert_int_equal(m.possible_cpus, 2);
	free(t);
	t = loaded("[machine]\npossible_cpus = 17\n" ONE_NODE);
	assert_int_equal(topology_machine(t, TIME_COUNTED, &m), 0);
	assert_int_equal(m.possible_cpus, 17);
	assert_int_equal(topology_set_possible_cpus(t, "255"), 0);
	assert_int_equal(topology_machine(t, TIME_COUNTED, &m), 0);
	assert_int_equal(m.possible_cpus, 255);
	free(t);
}

static void impossible_numbers_of_cpus(void **state)
{
	static const char *const wrong[] = { "0", "256", "4096", "4097", "1000000",
					     "x", "-1",	 "",	 "1.5",	 "99999999999999999999" };
	struct topology *t = loaded(ONE_NODE);

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(topology_set_possible_cpus(t, wrong[i]), -1);
		assert_non_null(strstr(fault_text(), "must be a number from 1 to 255"));
		assert_non_null(strstr(fault_text(), wrong[i]));
	}
	assert_int_equal(t->possible_cpus, 64);
	free(t);
	refused("[machine]\npossible_cpus = 4096\n" HEAD, ":2: possible CPUs \"4096\": must be a number from 1 to 255");
}

/* The command that boots a topology, as one text. free() it. */
static char *command_of(const struct topology *t, enum timekeeper mode)
{
	struct topology *form = topology_form(t, mode);
	struct qemu_machine machine = {
		.form = form, .mode = mode, .kernel = "K", .image = "I", .channel = "C", .madt = "M", .append = "A"
	};
	char **command = qemu_command(&machine), *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(command);
	qemu_print(out, command);
	fclose(out);
	qemu_free(command);
	free(form);
	return text;
}

static void qemu_emulates_one_of_the_possible_cpus(void **state)
{
	struct topology *t = loaded("[machine]\npossible_cpus = 17\n" ONE_NODE);
	char *text = command_of(t, TIME_COUNTED);

	(void)state;
	assert_non_null(strstr(text, "-smp 1,maxcpus=17,sockets=1,cores=17,threads=1"));
	assert_non_null(strstr(text, "node,nodeid=0,memdev=m0,cpus=0-16"));
	assert_non_null(strstr(text, "-acpitable sig=APIC,rev=1,data=M"));
	assert_non_null(strstr(text, "-append 'A maxcpus=1 noreplace-smp acpi_apic_instance=2'"));
	free(text);
	free(t);
}

static void with_one_possible_cpu_it_is_a_machine_of_one(void **state)
{
	struct topology *t = loaded("[machine]\npossible_cpus = 1\n" ONE_NODE);
	char *counted = command_of(t, TIME_COUNTED), *fast = command_of(t, TIME_UNTIMED);

	(void)state;
	assert_non_null(strstr(counted, "-smp 1,maxcpus=1,sockets=1,cores=1,threads=1"));
	assert_non_null(strstr(counted, "-append A\n"));
	assert_null(strstr(counted, "-acpitable"));
	assert_non_null(strstr(fast, "-smp 2,maxcpus=2,sockets=1,cores=2,threads=1"));
	assert_null(strstr(fast, "-acpitable"));
	free(counted);
	free(fast);
	free(t);
}

/* A local APIC for each CPU, all enabled, and entries whose lengths lead exactly to the end. */
static void the_table_of_cpus_has_them_all(void **state)
{
	unsigned char table[4096];
	int fd = madt_file(255), cpus = 0;
	ssize_t at = 8, size = pread(fd, table, sizeof(table), 0);

	(void)state;
	assert_in_range(size, 8, sizeof(table) - 1);
	for (; at < size; at += table[at + 1]) {
		assert_in_range(table[at + 1], 6, 12);
		if (table[at] != 0)
			continue;
		assert_int_equal(table[at + 3], cpus++);
		assert_int_equal(table[at + 4], 1);
	}
	assert_int_equal(at, size);
	assert_int_equal(cpus, 255);
	close(fd);
}

static void unknown_names_list_the_known(void **state)
{
	char *found = topology_find("./x.topo");

	(void)state;
	assert_string_equal(found, "./x.topo");
	free(found);
	assert_null(topology_find("3s"));
	assert_non_null(strstr(fault_text(), "topologies"));
}

/* ---- its boots ---- */

static void a_boot_has_twenty_times_what_is_expected(void **state)
{
	(void)state;
	assert_int_equal(boot_deadline_s(&(struct lab){ .expected_s = 0 }), BOOT_DEADLINE_S);
	assert_int_equal(boot_deadline_s(&(struct lab){ .expected_s = BOOT_DEADLINE_S / 20.0 }), BOOT_DEADLINE_S);
	assert_int_equal(boot_deadline_s(&(struct lab){ .expected_s = BOOT_DEADLINE_S }), 20 * BOOT_DEADLINE_S);
	assert_int_equal(boot_deadline_s(&(struct lab){ .expected_s = BOOT_DEADLINE_S, .deadline_s = 5 }), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mistakes_in_keys),
		cmocka_unit_test(mistakes_in_distances),
		cmocka_unit_test(mistakes_in_nodes),
		cmocka_unit_test(mistakes_in_hmat),
		cmocka_unit_test(odd_bytes),
		cmocka_unit_test(rows_go_on_in_indented_lines),
		cmocka_unit_test(swap_is_for_fast_mode),
		cmocka_unit_test(two_sockets),
		cmocka_unit_test(ring_is_asymmetric),
		cmocka_unit_test(tiers_as_linux_ranks_them),
		cmocka_unit_test(sparse_keeps_its_gap),
		cmocka_unit_test(nodes_with_neither_vanish),
		cmocka_unit_test(possible_cpus_are_64_or_what_the_file_says),
		cmocka_unit_test(impossible_numbers_of_cpus),
		cmocka_unit_test(qemu_emulates_one_of_the_possible_cpus),
		cmocka_unit_test(with_one_possible_cpu_it_is_a_machine_of_one),
		cmocka_unit_test(the_table_of_cpus_has_them_all),
		cmocka_unit_test(unknown_names_list_the_known),
		cmocka_unit_test(a_boot_has_twenty_times_what_is_expected),
	};
	int fd = mkstemps(path, strlen(".topo"));
	int failed;

	if (fd < 0)
		return 1;
	close(fd);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return failed;
}
