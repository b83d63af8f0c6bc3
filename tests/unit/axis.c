// SPDX-License-Identifier: GPL-2.0-or-later
/* axis: values, lists and ranges as they are typed, and what is no value */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/fault.h"
#include "plan/axis.h"

struct params {
	size_t size, batch, threads;
	struct pair pair;
	struct page_kind page;
	unsigned local, flags, order;
};

static const struct axis size = AXIS_SIZE(struct params, size, "1m", "");
static const struct axis batch = AXIS_COUNT(struct params, batch, "1", "");
static const struct axis pair = AXIS_PAIR(struct params, pair, "classes", "");
static const struct axis pair_or_node = AXIS_PAIR_OR_NODE(struct params, pair, "classes", "");
static const struct axis page = AXIS_PAGE(struct params, page, "base", "");
static const char *const flag_words[] = { "move", "all", "strict", NULL }, *const order_words[] = { "up", "down",
												    NULL };
static const struct axis flags = AXIS_CHOICE(struct params, flags, "move", "", flag_words);
static const struct axis order = AXIS_CHOICE(struct params, order, "up", "", order_words);
static const struct axis threads = AXIS_THREADS(struct params, threads, "1", "");
static const struct axis local = AXIS_PERCENT(struct params, local, "0", "");

/* Four nodes: 0 and 1 near, 2 and 3 near, the pairs far; node 3 has no memory. */
static struct machine machine = {
	.nodes = 4, .page_size = 4096, .thp_size = 2 << 20,
	.node = {
		{ .id = 0, .has_memory = true, .allowed = true }, { .id = 1, .has_memory = true, .allowed = true },
		{ .id = 5, .has_memory = true, .allowed = true }, { .id = 7, .allowed = true },
	},
	.distance = { { 10, 12, 21, 21 }, { 12, 10, 21, 21 }, { 21, 21, 10, 12 }, { 21, 21, 12, 10 } },
};

/* The axis's values in canonical text, joined by commas. */
static const char *expand(const struct axis *axis, const char *text)
{
	static char joined[1024];
	struct axis_values values;

	joined[0] = '\0';
	if (axis_parse(axis, &machine, text, &values))
		return "refused";
	for (size_t i = 0; i < values.count; i++) {
		struct params params = {};
		char one[64];

		axis_store(axis, &params, &values.value[i]);
		strcat(joined, i ? "," : "");
		strcat(joined, axis_print(axis, &machine, &params, one, sizeof(one)));
	}
	free(values.value);
	return joined;
}

static void lists_and_ranges(void **state)
{
	(void)state;
	assert_string_equal(expand(&batch, "1,64,4096"), "1,64,4096");
	assert_string_equal(expand(&size, "64k..256m:x16"), "64k,1m,16m,256m");
	assert_string_equal(expand(&size, "4k..12k:+4k"), "4k,8k,12k");
	assert_string_equal(expand(&local, "0..8:+2"), "0,2,4,6,8");
	assert_string_equal(expand(&batch, "1..3:+1,whole"), "1,2,3,whole");
	assert_string_equal(expand(&size, "64t..64t:x70368744177664"),
			    "64t"); /* the next one would be beyond 64 bits */
}

static void pairs(void **state)
{
	(void)state;
	assert_string_equal(expand(&pair, "0:1,5:0"), "0:1,5:0");
	assert_string_equal(expand(&pair, "classes"), "0:1,0:5");
	assert_string_equal(expand(&pair_or_node, "0:0,0:1"), "0:0,0:1");
	assert_string_equal(expand(&pair, "first"), "0:1");
	assert_string_equal(expand(&pair, "5:0,first"), "5:0,0:1");
	assert_string_equal(expand(&pair, "each"), "0:1,0:5,1:0,1:5,5:0,5:1");
}

/* Node 1 is a tier below and has no CPU. */
static void pairs_by_cpu_and_tier(void **state)
{
	(void)state;
	assert_string_equal(expand(&pair, "promotions"), "0:1"); /* one tier: a pair that setup refuses */
	machine.node[1].cpu = -1;
	machine.node[1].tier = 1;
	assert_string_equal(expand(&pair, "pulled"), "0:5,1:0,1:5");
	assert_string_equal(expand(&pair, "promotions"), "1:0,1:5");
	assert_string_equal(expand(&pair, "demotions"), "0:1,5:1");
	machine.node[1].cpu = 0;
	machine.node[1].tier = 0;
}

static void pages(void **state)
{
	static const char *const all = "base,thp,64k,hugetlb-2m,shared,shmem,mlocked,mapped-4";

	(void)state;
	assert_string_equal(expand(&page, all), all);
	assert_string_equal(expand(&page, "2m"), "thp");
}

static void words(void **state)
{
	(void)state;
	assert_string_equal(expand(&flags, "all"), "all");
	assert_string_equal(expand(&flags, "move,strict"), "move,strict");
	assert_string_equal(expand(&order, "all"), "up,down");
	assert_string_equal(expand(&order, "sideways"), "refused");
}

static void refusals(void **state)
{
	static const struct {
		const struct axis *axis;
		const char *text;
	} bad[] = {
		{ &batch, "" },
		{ &batch, "0" },
		{ &batch, "1," },
		{ &batch, "1..8" },
		{ &batch, "8..1:x2" },
		{ &batch, "1..8:x1" },
		{ &batch, "1..8:+0" },
		{ &batch, "1..9000000:+1" },
		{ &batch, "4k" },
		{ &size, "-4k" },
		{ &size, "half" },
		{ &local, "101" },
		{ &pair, "0" },
		{ &pair, "0:1:2" },
		{ &pair, "1:1" },
		{ &pair, "0:1,0:0" },
		{ &pair, "-1:0" },
		{ &pair, "4294967296:1" },
		{ &pair, "0:1024" },
		{ &pair, "0:" },
		{ &pair, ":1" },
		{ &pair, "0: 1" },
		{ &pair, "0x0:1" },
		{ &batch, "4294967297" },
		{ &batch, "1..8:x4294967296" },
		{ &threads, "4294967297" },
		{ &threads, "576460752303423489" },
		{ &threads, "0" },
		{ &local, "4294967297" },
		{ &size, "18446744073709551615" },
		{ &size, "65t" },
		{ &size, "0..4k:+1k" },
		{ &page, "64" },
		{ &page, "2t" },
		{ &page, "hugetlb-4294967296g" },
		{ &page, "mapped-65" },
		{ &page, "mapped-4294967297" },
		{ &page, "17k" },
		{ &page, "mapped-0" },
		{ &page, "hugetlb" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (strcmp(expand(bad[i].axis, bad[i].text), "refused"))
			fail_msg("%s=%s was taken", bad[i].axis->name, bad[i].text);
		if (strncmp(fault_text(), bad[i].axis->name, strlen(bad[i].axis->name)))
			fail_msg("%s=%s: the fault does not name the axis: %s", bad[i].axis->name, bad[i].text,
				 fault_text());
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_and_ranges),
		cmocka_unit_test(pairs),
		cmocka_unit_test(pairs_by_cpu_and_tier),
		cmocka_unit_test(pages),
		cmocka_unit_test(words),
		cmocka_unit_test(refusals),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
