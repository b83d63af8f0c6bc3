// SPDX-License-Identifier: GPL-2.0-or-later
/* settings: what a point needs set. The Makefile has numbers of /sys come from here: pools of huge pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/fault.h"
#include "base/sysfile.h"
#include "plan/settings.h"

#define POOL "/sys/devices/system/node/node%d/hugepages/hugepages-2048kB/nr_hugepages"

struct params {
	size_t size;
	struct pair pair;
	struct page_kind page;
};

static const struct axis axes[] = {
	AXIS_SIZE(struct params, size, "2m", "memory"),
	AXIS_PAIR(struct params, pair, "classes", "nodes"),
	AXIS_PAGE(struct params, page, "base", "page"),
	{},
};
static const struct machine machine = { .page_size = 4096, .thp_size = 2 << 20 };

/* Huge pages of either node: all of them, and those that nobody has. */
static uint64_t total[2], unused[2];

int __wrap_sysfile_read_u64(uint64_t *value, const char *path_format, ...);
int __wrap_sysfile_read_u64(uint64_t *value, const char *path_format, ...)
{
	char path[200], wanted[200];
	va_list args;

	va_start(args, path_format);
	vsnprintf(path, sizeof(path), path_format, args);
	va_end(args);
	for (int node = 0; node < 2; node++) {
		snprintf(wanted, sizeof(wanted), POOL, node);
		if (!strcmp(path, wanted)) {
			*value = total[node];
			return 0;
		}
		strcpy(strstr(wanted, "nr_"), "free_hugepages");
		if (!strcmp(path, wanted)) {
			*value = unused[node];
			return 0;
		}
	}
	return fault("%s: is not there", path);
}

static struct settings settings(const struct benchmark *b, struct page_kind page)
{
	struct params params = { 8 << 20, { 0, 1 }, page };
	struct settings list;

	assert_int_equal(settings_of(&(struct point){ .benchmark = b, .params = &params }, &machine, &list), 0);
	return list;
}

static void is_set(const struct setting *s, int node, const char *value)
{
	char knob[200];

	snprintf(knob, sizeof(knob), POOL, node);
	assert_string_equal(s->knob, knob);
	if (value)
		assert_string_equal(s->value, value);
	else
		assert_null(s->value);
}

/* Four huge pages on each node, beside those that somebody has. */
static void pools_grow_by_what_is_lacking(void **state)
{
	const struct benchmark b = { .name = "b", .axes = axes };
	struct settings list;
	char *text;

	(void)state;
	total[0] = 10;
	unused[0] = 1;
	total[1] = 6;
	unused[1] = 4;
	list = settings(&b, (struct page_kind){ BACKING_HUGETLB, 2 << 20, 1 });
	assert_int_equal(list.n, 2);
	is_set(&list.setting[0], 0, "13");
	is_set(&list.setting[1], 1, NULL); /* enough as it is */
	text = settings_print(&list);
	assert_string_equal(text, "node0/hugepages-2048kB/free=4;node1/hugepages-2048kB/free=4");
	free(text);
	settings_free(&list);
}

static void the_benchmarks_own_come_first(void **state)
{
	static const struct knob_value knobs[] = { { .knob = "numa_balancing", .value = "1" }, {} };
	const struct benchmark b = { .name = "b", .axes = axes, .knobs = knobs };
	struct settings list = settings(&b, (struct page_kind){ BACKING_ANON, 2 << 20, 1 });
	char *text = settings_print(&list);

	(void)state;
	assert_int_equal(strncmp(text, "numa_balancing=1;thp=madvise", 28), 0);
	free(text);
	settings_free(&list);
	list = settings(&b, (struct page_kind){ BACKING_ANON, 4096, 1 });
	assert_int_equal(list.n, 1); /* small pages ask for nothing */
	settings_free(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pools_grow_by_what_is_lacking),
		cmocka_unit_test(the_benchmarks_own_come_first),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
