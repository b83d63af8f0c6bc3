// SPDX-License-Identifier: GPL-2.0-or-later
/* fingerprint: which facts keep two runs apart, and what a variant excuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "record/fingerprint.h"

static json_t *parse(const char *text)
{
	json_t *value = json_loads(text, 0, NULL);

	assert_non_null(value);
	return value;
}

/* Compares two "hard" objects; the differing facts as one line must be `expected`. */
static void expect(const char *a, const char *b, const char *variant, const char *ignore, const char *expected)
{
	const char *const ignored[] = { ignore, NULL };
	json_t *env_a = json_pack("{s:o}", "hard", parse(a)), *env_b = json_pack("{s:o}", "hard", parse(b)), *differing;
	int count = fingerprint_compare(env_a, env_b, variant, ignored, &differing);
	char *line;

	assert_int_equal(count, json_array_size(differing));
	line = fingerprint_describe(differing);
	assert_string_equal(line, expected);
	free(line);
	json_decref(differing);
	json_decref(env_a);
	json_decref(env_b);
}

#define OLD "{\"kernel.release\": \"6.1\", \"kernel.version\": \"#1\", \"cpu.model\": \"X\", \"knob.thp\": \"always\"}"
#define NEW "{\"kernel.release\": \"6.12\", \"kernel.version\": \"#2\", \"cpu.model\": \"X\", \"knob.thp\": \"never\"}"

static void equal_facts_do_not_differ(void **state)
{
	(void)state;
	expect(OLD, OLD, NULL, NULL, "");
	expect("{}", "{}", NULL, NULL, "");
}

static void a_counted_run_of_old_had_one_possible_cpu(void **state)
{
	const char *old = "{\"mode\": \"counted\"}", *other = "{\"mode\": \"fast\"}";

	(void)state;
	expect(old, "{\"mode\": \"counted\", \"possible_cpus\": 1}", NULL, NULL, "");
	expect("{\"mode\": \"counted\", \"possible_cpus\": 1}", old, NULL, NULL, "");
	expect(old, "{\"mode\": \"counted\", \"possible_cpus\": 64}", NULL, NULL, "possible_cpus (1 / 64)");
	expect("{\"mode\": \"counted\", \"possible_cpus\": 64}", old, NULL, NULL, "possible_cpus (64 / 1)");
	expect(old, "{\"mode\": \"counted\", \"possible_cpus\": 64}", "kernel", NULL, "possible_cpus (1 / 64)");
	expect(old, "{\"mode\": \"counted\", \"possible_cpus\": 64}", "possible_cpus", NULL, "");
	expect(other, "{\"mode\": \"fast\", \"possible_cpus\": 4}", NULL, NULL, "possible_cpus (absent / 4)");
}

static void each_differing_fact_is_named_with_both_values(void **state)
{
	(void)state;
	expect(OLD, NEW, NULL, NULL,
	       "kernel.release (6.1 / 6.12), kernel.version (#1 / #2), knob.thp (always / never)");
	expect("{\"d\": [[10, 21], [21, 10]]}", "{\"d\": [[10, 31], [31, 10]]}", NULL, NULL,
	       "d ([[10,21],[21,10]] / [[10,31],[31,10]])");
	expect("{\"a\": 1}", "{\"b\": 1}", NULL, NULL, "a (1 / absent), b (absent / 1)");
}

static void a_variant_excuses_its_own_facts_only(void **state)
{
	(void)state;
	expect(OLD, NEW, "kernel", NULL, "knob.thp (always / never)");
	expect(OLD, NEW, "knob:thp", NULL, "kernel.release (6.1 / 6.12), kernel.version (#1 / #2)");
	expect(OLD, NEW, "knob:/sys/kernel/mm/transparent_hugepage/enabled", NULL,
	       "kernel.release (6.1 / 6.12), kernel.version (#1 / #2)");
	expect(OLD, NEW, "knob:/proc/sys/kernel/numa_balancing", NULL,
	       "kernel.release (6.1 / 6.12), kernel.version (#1 / #2), knob.thp (always / never)");
	expect(OLD, NEW, "knob:th", NULL,
	       "kernel.release (6.1 / 6.12), kernel.version (#1 / #2), knob.thp (always / never)");
	expect(OLD, NEW, "", NULL, "kernel.release (6.1 / 6.12), kernel.version (#1 / #2), knob.thp (always / never)");
	expect("{\"kernels\": 1}", "{\"kernels\": 2}", "kernel", NULL, "kernels (1 / 2)");
	expect("{\"append\": \"a\"}", "{\"append\": \"b\"}", "append", NULL, "");
}

static void variant_kernel_excuses_what_one_kernel_does_not_know(void **state)
{
	(void)state;
	expect("{}", "{\"mitigation.new\": \"Vulnerable\"}", "kernel", NULL, "");
	expect("{\"knob.old\": 1}", "{}", "kernel", NULL, "");
	expect("{\"knob.old\": 1}", "{}", "append", NULL, "knob.old (1 / absent)");
	expect("{\"mitigation.x\": \"Mitigation\"}", "{\"mitigation.x\": \"Vulnerable\"}", "kernel", NULL,
	       "mitigation.x (Mitigation / Vulnerable)");
}

static void ignored_facts_do_not_differ(void **state)
{
	(void)state;
	expect(OLD, NEW, "kernel", "knob", "");
	expect(OLD, NEW, "kernel", "knob.thp", "");
	expect(OLD, NEW, "kernel", "cpu", "knob.thp (always / never)");
}

static void memory_may_differ_by_what_a_kernel_reserves(void **state)
{
	(void)state;
	expect("{\"node.memory_bytes\": {\"0\": 10000000000, \"1\": 5}}",
	       "{\"node.memory_bytes\": {\"0\": 9800000001, \"1\": 5}}", NULL, NULL, "");
	expect("{\"node.memory_bytes\": {\"0\": 10000000000}}", "{\"node.memory_bytes\": {\"0\": 9799999999}}", NULL,
	       NULL, "node.memory_bytes ({\"0\":10000000000} / {\"0\":9799999999})");
	/* The kernel's own image lies here or there, by its address randomisation. */
	expect("{\"node.memory_bytes\": {\"0\": 1055453184}}", "{\"node.memory_bytes\": {\"0\": 1016893440}}", NULL,
	       NULL, "");
	expect("{\"node.memory_bytes\": {\"0\": 1055453184}}", "{\"node.memory_bytes\": {\"0\": 980000000}}", NULL,
	       NULL, "node.memory_bytes ({\"0\":1055453184} / {\"0\":980000000})");
	expect("{\"node.memory_bytes\": {\"0\": 5}}", "{\"node.memory_bytes\": {\"0\": 5, \"1\": 5}}", NULL, NULL,
	       "node.memory_bytes ({\"0\":5} / {\"0\":5,\"1\":5})");
	expect("{\"node.memory_bytes\": {\"0\": 5}}", "{\"node.memory_bytes\": {\"1\": 5}}", NULL, NULL,
	       "node.memory_bytes ({\"0\":5} / {\"1\":5})");
}

static struct machine m;

static json_t *facts(enum timekeeper timekeeper)
{
	json_t *found;

	memset(&m, 0, sizeof(m));
	m.timekeeper = timekeeper;
	m.nodes = 2;
	m.node[0] = (struct node){ .id = 0, .memory_bytes = 1000, .free_bytes = 10 };
	m.node[1] = (struct node){ .id = 4, .memory_bytes = 2000, .free_bytes = 20 };
	m.distance[0][0] = m.distance[1][1] = 10;
	m.distance[0][1] = m.distance[1][0] = 21;
	m.page_size = 4096;
	found = fingerprint_facts(&m);
	assert_non_null(found);
	return found;
}

static void expect_fact(const json_t *all, const char *part, const char *key, const char *expected)
{
	json_t *fact = json_object_get(json_object_get(all, part), key);
	char *text = fact ? json_dumps(fact, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS) : NULL;

	assert_non_null(text);
	assert_string_equal(text, expected);
	free(text);
}

static void facts_describe_the_machine(void **state)
{
	json_t *all = facts(TIME_HARDWARE);
	json_t *hard = json_object_get(all, "hard");

	(void)state;
	expect_fact(all, "hard", "schema", "1");
	expect_fact(all, "hard", "node.memory_bytes", "{\"0\":1000,\"4\":2000}");
	expect_fact(all, "hard", "node.distances", "[[10,21],[21,10]]");
	expect_fact(all, "hard", "page.base_bytes", "4096");
	expect_fact(all, "soft", "node.free_bytes", "{\"0\":10,\"4\":20}");
	assert_non_null(json_object_get(hard, "kernel.release"));
	assert_non_null(json_object_get(hard, "cpu.model"));
#ifdef __x86_64__
	assert_non_null(json_object_get(hard, "cpu.features"));
	assert_in_range(json_integer_value(json_object_get(hard, "cpu.paging_levels")), 4, 5);
#endif
	assert_non_null(json_object_get(json_object_get(all, "soft"), "hostname"));
	assert_non_null(json_object_get(json_object_get(all, "soft"), "build.commit"));
	assert_int_equal(strlen(json_string_value(json_object_get(json_object_get(all, "soft"), "build.sha256"))), 64);
	json_decref(all);
}

static void in_the_lab_only_what_the_emulated_machine_decides_is_hard(void **state)
{
	json_t *all = facts(TIME_COUNTED);
	const char *key;
	json_t *value;

	(void)state;
	json_object_foreach (json_object_get(all, "hard"), key, value)
		assert_true(!strncmp(key, "node.", 5) || !strncmp(key, "page.", 5) || !strncmp(key, "kernel.", 7) ||
			    !strcmp(key, "schema"));
	assert_null(json_object_get(json_object_get(all, "soft"), "hostname"));
	assert_non_null(json_object_get(json_object_get(all, "soft"), "cpu.model"));
	json_decref(all);
}

/* ---- facts of this system ---- */

/* What sysfs says of governors and of a node's CPUs is the test's; whatever else is read is this system's. */
static const char *(*governor)(int cpu);
static const char *cpu_list;
static long cpus = 4;

char *__real_sysfile_text(const char *path_format, ...);
char *__wrap_sysfile_text(const char *path_format, ...);
char *__wrap_sysfile_text(const char *path_format, ...)
{
	char path[512];
	va_list args;
	int number;

	va_start(args, path_format);
	vsnprintf(path, sizeof(path), path_format, args);
	va_end(args);
	if (governor && sscanf(path, "/sys/devices/system/cpu/cpu%d/cpufreq/scaling_governor", &number) == 1)
		return strdup(governor(number));
	if (cpu_list && sscanf(path, "/sys/devices/system/node/node%d/cpulist", &number) == 1)
		return strdup(cpu_list);
	return __real_sysfile_text("%s", path);
}

long __real_sysconf(int name);
long __wrap_sysconf(int name);
long __wrap_sysconf(int name)
{
	return name == _SC_NPROCESSORS_CONF ? cpus : __real_sysconf(name);
}

static void expect_governors(const char *expected)
{
	const struct machine machine = { .timekeeper = TIME_HARDWARE };
	json_t *facts = fingerprint_facts(&machine);

	assert_string_equal(json_string_value(json_object_get(json_object_get(facts, "hard"), "cpu.governor")),
			    expected);
	json_decref(facts);
}

static const char *by_parity(int cpu)
{
	return cpu % 2 ? "powersave" : "performance";
}

/* One that is part of another's name is another one. */
static const char *by_part(int cpu)
{
	return cpu ? "user" : "userspace";
}

static void each_governor_is_named_once(void **state)
{
	(void)state;
	governor = by_parity;
	expect_governors("performance powersave");
	governor = by_part;
	expect_governors("userspace user");
	governor = NULL;
}

static const char *by_number(int cpu)
{
	static char name[64];

	snprintf(name, sizeof(name), "governor-of-a-long-name-%03d", cpu);
	return name;
}

static void many_governors_are_all_named(void **state)
{
	char expected[100 * 28] = "";

	(void)state;
	governor = by_number;
	cpus = 100;
	for (int cpu = 0; cpu < 100; cpu++)
		snprintf(expected + strlen(expected), sizeof(expected) - strlen(expected), "%s%s", cpu ? " " : "",
			 by_number(cpu));
	expect_governors(expected);
	governor = NULL;
	cpus = 4;
}

/* Every second of 4096 CPUs, as on a large machine whose siblings alternate. */
static void a_long_list_of_cpus_is_whole(void **state)
{
	char list[12000] = "";
	size_t used = 0;
	json_t *all;

	(void)state;
	for (int cpu = 0; cpu < 4096; cpu += 2)
		used += snprintf(list + used, sizeof(list) - used, "%s%d", cpu ? "," : "", cpu);
	cpu_list = list;
	all = facts(TIME_HARDWARE);
	assert_string_equal(
		json_string_value(json_object_get(json_object_get(json_object_get(all, "hard"), "node.cpus"), "4")),
		list);
	json_decref(all);
	cpu_list = NULL;
}

/* All that a machine can have are of one memory. */
static void many_nodes_of_one_memory_are_all_named(void **state)
{
	static struct machine one;
	char expected[4 * NODES_MAX] = "0";
	json_t *found;

	(void)state;
	one = (struct machine){ .timekeeper = TIME_HARDWARE, .nodes = NODES_MAX };
	for (int i = 0; i < NODES_MAX; i++)
		one.node[i] = (struct node){ .id = i, .cpu = -1 };
	for (int i = 1; i < NODES_MAX; i++)
		snprintf(expected + strlen(expected), sizeof(expected) - strlen(expected), ",%d", i);
	found = fingerprint_facts(&one);
	assert_string_equal(json_string_value(json_object_get(json_object_get(found, "hard"), "node.one_memory")),
			    expected);
	json_decref(found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_facts_do_not_differ),
		cmocka_unit_test(a_counted_run_of_old_had_one_possible_cpu),
		cmocka_unit_test(each_differing_fact_is_named_with_both_values),
		cmocka_unit_test(a_variant_excuses_its_own_facts_only),
		cmocka_unit_test(variant_kernel_excuses_what_one_kernel_does_not_know),
		cmocka_unit_test(ignored_facts_do_not_differ),
		cmocka_unit_test(memory_may_differ_by_what_a_kernel_reserves),
		cmocka_unit_test(facts_describe_the_machine),
		cmocka_unit_test(in_the_lab_only_what_the_emulated_machine_decides_is_hard),
		cmocka_unit_test(each_governor_is_named_once),
		cmocka_unit_test(many_governors_are_all_named),
		cmocka_unit_test(a_long_list_of_cpus_is_whole),
		cmocka_unit_test(many_nodes_of_one_memory_are_all_named),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
