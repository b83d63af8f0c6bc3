// SPDX-License-Identifier: GPL-2.0-or-later
/* follow: the share of pages that are local to their threads, and when it was reached, as far as one node shows it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "kit/follow.h"
#include "machine/facts.h"
#include "memory/trial_private.h"

static struct machine machine;
static int node, nowhere; /* one that has memory; one that is not there */
static bool half;	  /* of the threads run on the node that is not there */

static enum outcome add_sets(struct trial *t, struct follow *f)
{
	enum outcome o = follow_add(t, f, 64 * machine.page_size, kind_base(t), node);

	f->set[0].threads = 2;
	f->set[0].node[0] = node;
	f->set[0].node[1] = half ? nowhere : node;
	return o;
}

static void report(struct trial *t, const struct follow *f, const struct vmstat *before, const struct vmstat *after)
{
	(void)t;
	(void)f;
	(void)before;
	(void)after;
}

static struct follow follow(bool half_of_them)
{
	struct follow f = { .every_ms = 50, .limit_ms = 300, .least_looks = 3 };
	struct trial_private own = { .machine = &machine };
	struct trial t = { .own = &own };

	half = half_of_them;
	assert_int_equal(follow_run(&t, &f, add_sets, report), OK);
	return f;
}

static void all_are_local_at_once(void **state)
{
	struct follow f = follow(false);

	(void)state;
	assert_float_equal(f.share, 1, 1e-9);
	assert_int_equal(f.looks, 3);
	for (int i = 0; i < FOLLOW_MARKS; i++) {
		assert_float_equal(f.until_ns[i], 0, 0);
		assert_float_equal(f.until_rounds[i], 0, 0);
	}
	assert_true(f.rounds > 0); /* of both threads */
}

/* Half of the threads have no page on their node, and never will. */
static void half_of_them_is_not_all(void **state)
{
	struct follow f = follow(true);

	(void)state;
	assert_float_equal(f.share, 0.5, 1e-9);
	assert_float_equal(f.until_ns[FOLLOW_50], 0, 0);
	assert_true(isnan(f.until_ns[FOLLOW_90]) && isnan(f.until_ns[FOLLOW_99]));
	assert_true(f.elapsed_ns >= 300e6);
}

static int load(void **state)
{
	(void)state;
	if (machine_load(&machine))
		return -1;
	for (int i = machine.nodes - 1; i >= 0; i--)
		if (machine.node[i].has_memory && machine.node[i].allowed)
			node = machine.node[i].id;
	while (machine_node(&machine, nowhere))
		nowhere++;
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_are_local_at_once),
		cmocka_unit_test(half_of_them_is_not_all),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, load, NULL);
}
