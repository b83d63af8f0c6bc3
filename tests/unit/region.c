// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * regions, move lists, holders and teams, as far as one node shows them: tests/lab/pages has the rest.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sched.h>
#include <signal.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "bench.h"
#include "kit/team.h"
#include "machine/facts.h"
#include "memory/holders.h"
#include "memory/pages.h"
#include "memory/region_private.h"
#include "memory/trial_private.h"
#include "rule.h"

#define PAGES 64

static struct machine machine;
static int node; /* one that has memory */

/* One at a time. */
static struct trial new_trial(void)
{
	static struct trial_private own;

	own = (struct trial_private){ .machine = &machine };
	return (struct trial){ .own = &own };
}

static void placed(struct trial *t, struct region *r, const char *kind, bool elsewhere)
{
	struct page_kind k;

	assert_int_equal(page_kind_parse(&machine, kind, &k), 0);
	assert_int_equal(region_map(t, r, PAGES * machine.page_size, k), OK);
	r->elsewhere = elsewhere;
	assert_int_equal(region_place(t, r, node), OK);
}

static void end_holders(struct region *r)
{
	for (unsigned i = 0; i < r->own->holders; i++) {
		kill(r->own->holder[i], SIGKILL);
		waitpid(r->own->holder[i], NULL, 0);
	}
}

/* On this one node nothing can move: say that the first pages were on another before. */
static void came_from_elsewhere(struct region *r, size_t pages)
{
	for (size_t i = 0; i < pages; i++)
		r->own->before[i] = node + 1;
}

static void places_and_verifies(const char *kind, bool elsewhere, unsigned holders)
{
	struct trial t = new_trial();
	struct region r;

	placed(&t, &r, kind, elsewhere);
	assert_int_equal(r.own->holders, holders);
	assert_int_equal(r.pid != 0, elsewhere);
	assert_int_equal(region_pages_on(&r, node), PAGES);
	came_from_elsewhere(&r, PAGES);
	assert_int_equal(region_verify(&t, &r, node), OK);
	assert_int_equal(t.m.pages_asked, PAGES);
	assert_int_equal(t.m.pages_moved, PAGES);
	assert_int_equal(region_place(&t, &r, node), OK); /* once more, as before a repetition */
	end_holders(&r);
}

static void test_kinds(void **state)
{
	(void)state;
	places_and_verifies("base", false, 0);
	places_and_verifies("shared", false, 0);
	places_and_verifies("shmem", false, 0);
	places_and_verifies("mlocked", false, 0);
	places_and_verifies("mapped-3", false, 2);
}

static void test_elsewhere(void **state)
{
	(void)state;
	places_and_verifies("base", true, 1);
	places_and_verifies("shmem", true, 1);
	places_and_verifies("mlocked", true, 1);
	places_and_verifies("mapped-3", true, 3);
}

/* What was on the target before has not moved. */
static void test_there_before(void **state)
{
	struct trial t = new_trial();
	struct region r;

	(void)state;
	placed(&t, &r, "base", false);
	assert_int_equal(region_verify(&t, &r, node), WRONG);
	assert_string_equal(t.own->reason, "nothing-moved");
	assert_int_equal(t.m.pages_moved, 0);
	came_from_elsewhere(&r, PAGES / 4);
	assert_int_equal(region_verify(&t, &r, node), OK);
	assert_int_equal(t.m.pages_asked, 2 * PAGES);
	assert_int_equal(t.m.pages_moved, PAGES / 4);
	assert_int_equal(regions_look(&t), OK); /* of all that were mapped in the trial */
	assert_int_equal(region_pages_moved(&r, node), 0);
}

static void test_spoiled_here(void **state)
{
	struct trial t = new_trial();
	struct region r;

	(void)state;
	placed(&t, &r, "base", false);
	r.base[7 * r.page_size + 9] ^= 1;
	assert_int_equal(region_verify(&t, &r, node), WRONG);
	assert_string_equal(t.own->reason, "data-differs");
	assert_non_null(strstr(t.own->detail, "page 7 of 64"));
}

/* A page in another's place, as a migration that mixes them up would leave it. */
static void test_swapped(void **state)
{
	struct trial t = new_trial();
	struct region r;

	(void)state;
	placed(&t, &r, "base", false);
	memcpy(r.base + 9 * r.page_size, r.base + 8 * r.page_size, r.page_size);
	assert_int_equal(region_verify(&t, &r, node), WRONG);
	assert_string_equal(t.own->reason, "data-differs");
	assert_non_null(strstr(t.own->detail, "page 9 of 64"));
}

/* What the first of a train left is not the second's. */
static void test_left_by_each_of_a_train(void **state)
{
	struct trial t = new_trial();
	struct region r[2];

	(void)state;
	for (int i = 0; i < 2; i++)
		placed(&t, &r[i], "base", false);
	trial_left(&t, -EBUSY, PAGES); /* none of it came to the next node */
	assert_int_equal(region_verify(&t, &r[0], node + 1), OK);
	trial_left(&t, -EBUSY, PAGES / 2);
	assert_int_equal(region_verify(&t, &r[1], node + 1), WRONG);
	assert_string_equal(t.own->reason, "left-behind");
	assert_non_null(strstr(t.own->detail, "0 of 64 pages on node"));
	assert_non_null(strstr(t.own->detail, "32 reported unmoved"));
}

/* Sizes of folios and of huge pages are facts that two runs must agree in: in one order. */
static void test_sizes_ascend(void **state)
{
	(void)state;
	for (int i = 1; i < machine.folio_sizes; i++)
		assert_true(machine.folio_size[i - 1] < machine.folio_size[i]);
	for (int i = 1; i < machine.hugetlb_sizes; i++)
		assert_true(machine.hugetlb_size[i - 1] < machine.hugetlb_size[i]);
	if (machine.folio_sizes < 2 && machine.hugetlb_sizes < 2)
		skip();
}

static void test_sets_of_nodes(void **state)
{
	struct nodeset set = nodes_one(70);

	(void)state;
	assert_true(nodes_have(&set, 70));
	assert_false(nodes_have(&set, 6) || nodes_have(&set, 64) || nodes_have(&set, 71));
	assert_int_equal(set.word[0], 0);
	assert_int_equal(set.word[1], 1 << 6);
	set = nodes_two(1, 64);
	assert_int_equal(set.word[0], 2);
	assert_int_equal(set.word[1], 1);
}

static void test_spoiled_elsewhere(void **state)
{
	struct trial t = new_trial();
	struct region r;
	char word[8] = "spoiled";
	struct iovec from = { word, sizeof(word) }, to;

	(void)state;
	placed(&t, &r, "base", true);
	to = (struct iovec){ r.base + 63 * r.page_size + 16, sizeof(word) };
	assert_int_equal(process_vm_writev(r.pid, &from, 1, &to, 1, 0), sizeof(word));
	assert_int_equal(region_verify(&t, &r, node), WRONG);
	assert_non_null(strstr(t.own->detail, "page 63 of 64"));
	end_holders(&r);
}

static void test_holder_gone(void **state)
{
	struct trial t = new_trial();
	struct region r;

	(void)state;
	placed(&t, &r, "mapped-2", true);
	kill(r.own->holder[1], SIGKILL);
	waitid(P_PID, r.own->holder[1], &(siginfo_t){}, WEXITED | WNOWAIT);
	assert_int_equal(region_verify(&t, &r, node), BROKEN);
	assert_int_equal(region_place(&t, &r, node), BROKEN); /* not replaced in silence */
	assert_string_equal(t.own->reason, "process-gone");
	assert_non_null(strstr(t.own->detail, "process 2 that shares the region was ended by Killed"));
	end_holders(&r);
}

/* Whatever goes wrong because of it. */
static void test_holder_blamed(void **state)
{
	struct trial t = new_trial();
	struct region r;

	(void)state;
	placed(&t, &r, "base", true);
	assert_int_equal(holders_blame(&t, broken(&t, "syscall", "none of its doing")), BROKEN);
	assert_string_equal(t.own->reason, "syscall");
	assert_int_equal(holders_blame(&t, OK), OK);
	kill(r.own->holder[0], SIGKILL);
	assert_int_equal(holders_blame(&t, broken(&t, "syscall", "move_pages: Invalid argument")), BROKEN);
	assert_string_equal(t.own->reason, "process-gone");
	assert_non_null(strstr(t.own->detail, "ended by Killed (out of memory?); then: move_pages: Invalid argument"));
	end_holders(&r);
}

/* Memory that cannot be moved back is mapped and filled anew, where it was: lists hold its addresses. */
static void is_placed_anew(bool elsewhere)
{
	struct trial t = new_trial();
	struct region r;
	char *base;

	placed(&t, &r, "shmem", elsewhere);
	base = r.base;
	assert_int_equal(ftruncate(r.own->memfd, 0), 0);
	assert_int_equal(ftruncate(r.own->memfd, r.size), 0);
	assert_int_equal(region_place(&t, &r, node), OK);
	assert_ptr_equal(r.base, base);
	assert_int_equal(r.own->holders, elsewhere);
	came_from_elsewhere(&r, PAGES);
	assert_int_equal(region_verify(&t, &r, node), OK);
	end_holders(&r);
}

static void test_placed_anew(void **state)
{
	(void)state;
	is_placed_anew(false);
	is_placed_anew(true);
}

static void test_dropped(void **state)
{
	struct trial t = new_trial();
	struct region r;

	(void)state;
	placed(&t, &r, "base", false);
	assert_int_equal(region_drop(&t, &r), OK);
	assert_int_equal(region_place(&t, &r, node), BROKEN);
	assert_string_equal(t.own->reason, "region");
}

/* A copy is the same region: rules hand them on by value. What becomes of it after that is known to both. */
static void test_copied(void **state)
{
	struct trial t = new_trial();
	struct region r, copy;
	struct page_kind k;

	(void)state;
	assert_int_equal(page_kind_parse(&machine, "mapped-2", &k), 0);
	assert_int_equal(region_map(&t, &r, PAGES * machine.page_size, k), OK);
	copy = r;
	assert_int_equal(region_place(&t, &copy, node), OK);
	assert_int_equal(r.own->holders, 1);
	came_from_elsewhere(&copy, PAGES);
	assert_int_equal(region_verify(&t, &r, node), OK);
	kill(copy.own->holder[0], SIGKILL);
	waitid(P_PID, copy.own->holder[0], &(siginfo_t){}, WEXITED | WNOWAIT);
	assert_int_equal(region_verify(&t, &r, node), BROKEN);
	end_holders(&copy);
}

/* What run is said to make of the folios is what verify looks for; placing goes by the kind. */
static void test_folio_size_after(void **state)
{
	struct trial t = new_trial();
	struct region r;

	(void)state;
	placed(&t, &r, "base", false);
	assert_int_equal(region_check_folios(&t, &r), OK);
	r.folio_size_after = 4 * machine.page_size;
	assert_int_equal(region_place(&t, &r, node), OK);
	assert_int_equal(region_check_folios(&t, &r), geteuid() ? BLOCKED : WRONG);
	assert_string_equal(t.own->reason, geteuid() ? "folio-unproven" : "folio-split");
}

/* Folios that run made larger are not moved back: their pages are written to a new mapping. */
static void test_larger_placed_anew(void **state)
{
	struct trial t = new_trial();
	struct region r;

	(void)state;
	placed(&t, &r, "base", false);
	r.base[0] ^= 1;
	assert_int_equal(region_place(&t, &r, node), OK);
	assert_int_equal(region_check_data(&t, &r), WRONG);
	r.folio_size_after = 4 * machine.page_size;
	assert_int_equal(region_place(&t, &r, node), OK);
	assert_int_equal(region_check_data(&t, &r), OK);
}

/* ---- lists ---- */

static struct move_list list_over(struct trial *t, struct region *r)
{
	struct move_list list;

	placed(t, r, "base", false);
	assert_int_equal(move_list_fill(t, &list, r, 1), OK);
	assert_int_equal(list.len, PAGES);
	return list;
}

static size_t count_local(const struct move_list *list)
{
	size_t local = 0;

	for (size_t i = 0; i < list->len; i++)
		local += list->from[i] == list->node[i];
	return local;
}

static void test_list_local(void **state)
{
	struct trial t = new_trial();
	struct region r;
	struct move_list list = list_over(&t, &r);

	(void)state;
	move_list_start(&list, 0, 0);
	assert_int_equal(count_local(&list), 0);
	move_list_start(&list, 0, 25);
	assert_int_equal(count_local(&list), PAGES / 4);
	for (size_t i = 0; i < list.len; i++)
		assert_int_equal(list.from[i], i % 4 == 3); /* spread evenly */
	move_list_start(&list, 0, 100);
	assert_int_equal(count_local(&list), PAGES);
}

static void test_list_alternate(void **state)
{
	struct trial t = new_trial();
	struct region r;
	struct move_list list = list_over(&t, &r);

	(void)state;
	move_list_start(&list, 0, 0);
	move_list_alternate(&list, (struct pair){ 0, 1 });
	for (size_t i = 0; i < list.len; i++) {
		assert_int_equal(list.node[i], (i + 1) % 2);
		assert_int_equal(list.from[i], i % 2);
	}
	move_list_start(&list, 0, 0);
	for (size_t i = 0; i < list.len; i++)
		list.node[i] = 1;
	move_list_start(&list, 0, 50);
	move_list_alternate(&list, (struct pair){ 0, 1 });
	assert_int_equal(count_local(&list), PAGES / 2);
}

static void test_list_shuffle(void **state)
{
	struct trial t = new_trial();
	struct region r;
	struct move_list list = list_over(&t, &r);
	bool seen[PAGES] = {};
	size_t moved = 0;

	(void)state;
	for (size_t i = 0; i < list.len; i++)
		list.from[i] = list.node[i] = i;
	move_list_shuffle(&list);
	for (size_t i = 0; i < list.len; i++) {
		size_t page = ((char *)list.page[i] - r.base) / r.page_size;

		assert_false(seen[page]);
		seen[page] = true;
		moved += page != i;
		assert_int_equal(list.from[i], page); /* a folio takes its nodes along */
		assert_int_equal(list.node[i], page);
	}
	assert_true(moved > PAGES / 2);
}

/* What move_pages(2) may say, against where the pages are: all stay on `node`. */
static enum outcome judged(int target, int status, long unmoved, struct trial *t)
{
	struct region r;
	struct move_list list;

	*t = new_trial();
	placed(t, &r, "base", false);
	assert_int_equal(move_list_fill(t, &list, &r, target), OK);
	for (size_t i = 0; i < list.len; i++)
		list.status[i] = status;
	list.unmoved = unmoved;
	return region_verify_list(t, &r, &list);
}

static void test_verdicts(void **state)
{
	struct trial t;

	(void)state;
	assert_int_equal(judged(node, node, 0, &t), OK);
	assert_int_equal(t.m.pages_moved, 0); /* they were there before */
	assert_int_equal(judged(node, STATUS_UNTOUCHED, 0, &t), OK);
	assert_int_equal(t.m.pages_moved, 0);
	assert_int_equal(judged(node + 1, -EACCES, 0, &t), OK);
	assert_int_equal(t.left[0].pages, PAGES);
	assert_int_equal(t.left[0].status, -EACCES);
	assert_int_equal(judged(node + 1, STATUS_UNTOUCHED, PAGES, &t), OK);
	assert_int_equal(t.left[0].status, STATUS_UNTOUCHED);
	assert_int_equal(judged(node + 1, STATUS_UNTOUCHED, PAGES - 1, &t), WRONG);
	assert_string_equal(t.own->reason, "left-behind");
	assert_int_equal(judged(node + 1, node + 1, 0, &t), WRONG);
	assert_int_equal(judged(node, -EACCES, 0, &t), WRONG); /* said to be left, and is there */
}

/* ---- teams ---- */

struct work {
	int cpu[64];
	int error_of;
};

static int part(void *state, size_t index)
{
	struct work *w = state;

	w->cpu[index] = sched_getcpu();
	return (int)index == w->error_of ? EIO : 0;
}

static void test_team(void **state)
{
	struct work work = { .error_of = -1 };
	struct trial t = new_trial();
	struct team *team;
	cpu_set_t own;

	(void)state;
	assert_int_equal(team_start(&t, &team, 1, part, &work), OK);
	assert_int_equal(team_run(team), 0);
	assert_int_equal(team_start(&t, &team, 10000, part, &work), SKIPPED);
	assert_string_equal(t.own->reason, "no-cpu");
	if (machine.cpus < 2)
		skip();
	sched_getaffinity(0, sizeof(own), &own);
	assert_int_equal(trial_pin(&t, node), OK); /* as a trial's child is: the others must not inherit it */
	assert_int_equal(team_start(&t, &team, 2, part, &work), OK);
	for (int i = 0; i < 100; i++) {
		work.cpu[0] = work.cpu[1] = -1;
		assert_int_equal(team_run(team), 0);
		assert_true(work.cpu[0] >= 0 && work.cpu[1] >= 0);
		assert_int_not_equal(work.cpu[0], work.cpu[1]);
	}
	work.error_of = 1;
	assert_int_equal(team_run(team), EIO);
	sched_setaffinity(0, sizeof(own), &own);
}

static int load(void **state)
{
	(void)state;
	if (machine_load(&machine))
		return -1;
	for (int i = machine.nodes - 1; i >= 0; i--)
		if (machine.node[i].has_memory && machine.node[i].allowed)
			node = machine.node[i].id;
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_elsewhere),
		cmocka_unit_test(test_there_before),
		cmocka_unit_test(test_spoiled_here),
		cmocka_unit_test(test_swapped),
		cmocka_unit_test(test_left_by_each_of_a_train),
		cmocka_unit_test(test_sizes_ascend),
		cmocka_unit_test(test_sets_of_nodes),
		cmocka_unit_test(test_spoiled_elsewhere),
		cmocka_unit_test(test_holder_gone),
		cmocka_unit_test(test_holder_blamed),
		cmocka_unit_test(test_placed_anew),
		cmocka_unit_test(test_dropped),
		cmocka_unit_test(test_copied),
		cmocka_unit_test(test_folio_size_after),
		cmocka_unit_test(test_larger_placed_anew),
		cmocka_unit_test(test_list_local),
		cmocka_unit_test(test_list_alternate),
		cmocka_unit_test(test_list_shuffle),
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_team),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, load, NULL);
}
