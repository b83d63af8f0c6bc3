// SPDX-License-Identifier: GPL-2.0-or-later
/* nexttouch: every way serves its faults and gives the memory back whole; moving from a node to the same one needs no second node. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fault.h"
#include "kit/nexttouch.h"
#include "machine/facts.h"
#include "memory/trial_private.h"

#define PAGES 64

static struct machine machine;
static struct pair here; /* a node with memory, twice */

static int load(void **state)
{
	(void)state;
	if (machine_load(&machine))
		return -1;
	for (int i = 0; i < machine.nodes; i++)
		if (machine.node[i].has_memory && machine.node[i].allowed)
			here = (struct pair){ machine.node[i].id, machine.node[i].id };
	return 0;
}

struct work {
	struct trial trial;
	struct trial_private own; /* of the trial */
	struct region mem;
	struct touches touches;
	struct nexttouch next;
};

static enum outcome prepare(struct work *w, enum nexttouch_how how, enum page_backing backing, size_t around,
			    unsigned share)
{
	struct page_kind kind = { backing, machine.page_size, 1 };
	enum outcome o;

	w->trial.own = &w->own;
	w->own.machine = &machine;
	o = region_map(&w->trial, &w->mem, PAGES * machine.page_size, kind);
	if (o == OK)
		o = nexttouch_open(&w->trial, &w->next, how, &w->mem, around, here);
	if (o == OK)
		o = touches_make(&w->trial, &w->touches, &w->mem, share, TOUCH_SPREAD, 1, here.to);
	return o;
}

static enum outcome cycle(struct work *w)
{
	enum outcome o = region_place(&w->trial, &w->mem, here.from);

	memset(&w->trial.m, 0, sizeof(w->trial.m));
	nexttouch_reset(&w->next);
	if (o == OK)
		o = nexttouch_arm(&w->trial, &w->next);
	if (o != OK)
		return o;
	touches_do(&w->touches);
	return nexttouch_verify(&w->trial, &w->next, &w->touches);
}

/* Three times in a process of its own: handlers stay installed. Its exit code: 0, or 10 + the outcome. */
static int go(enum nexttouch_how how, enum page_backing backing, size_t around, unsigned share, size_t faults)
{
	struct work *w = calloc(1, sizeof(*w));
	enum outcome o = w ? prepare(w, how, backing, around, share) : BROKEN;

	for (int i = 0; o == OK && i < 3; i++) {
		o = cycle(w);
		if (o == OK && w->next.faults != faults) {
			printf("# %zu faults, not %zu\n", w->next.faults, faults);
			return 1;
		}
		if (o == OK && w->trial.m.pages_moved) { /* all lay there before */
			printf("# %zu pages moved\n", w->trial.m.pages_moved);
			return 1;
		}
	}
	if (o != OK && w)
		printf("# %s: %s\n", w->own.reason, w->own.detail);
	return o == OK ? 0 : 10 + o;
}

static int in_child(enum nexttouch_how how, enum page_backing backing, size_t around, unsigned share, size_t faults)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		int code;

		alarm(20);
		code = go(how, backing, around, share, faults);
		fflush(stdout);
		_exit(code);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* Where this kernel or user may not use userfaultfd there is nothing to hold. */
static void expect_served(enum nexttouch_how how, enum page_backing backing, size_t around, unsigned share,
			  size_t faults)
{
	int code = in_child(how, backing, around, share, faults);

	if (code == 10 + SKIPPED || (code == 10 + BLOCKED && how != NEXTTOUCH_MPROTECT))
		skip();
	assert_int_equal(code, 0);
}

static void a_page_a_fault(void **state)
{
	(void)state;
	expect_served(NEXTTOUCH_MPROTECT, BACKING_ANON, 1, 100, PAGES);
	expect_served(NEXTTOUCH_WP, BACKING_ANON, 1, 100, PAGES);
	expect_served(NEXTTOUCH_COPY, BACKING_ANON, 1, 100, PAGES);
	expect_served(NEXTTOUCH_SIGBUS, BACKING_ANON, 1, 100, PAGES);
}

static void a_block_a_fault(void **state)
{
	(void)state;
	expect_served(NEXTTOUCH_MPROTECT, BACKING_ANON, 16, 100, PAGES / 16);
	expect_served(NEXTTOUCH_WP, BACKING_ANON, 16, 100, PAGES / 16);
	expect_served(NEXTTOUCH_COPY, BACKING_ANON, 16, 100, PAGES / 16);
	expect_served(NEXTTOUCH_SIGBUS, BACKING_ANON, 16, 100, PAGES / 16);
	expect_served(NEXTTOUCH_SIGBUS, BACKING_ANON, 512, 100, 1);
}

static void pages_that_nobody_touches_stay_and_stay_whole(void **state)
{
	(void)state;
	expect_served(NEXTTOUCH_MPROTECT, BACKING_ANON, 1, 25, PAGES / 4);
	expect_served(NEXTTOUCH_WP, BACKING_ANON, 1, 25, PAGES / 4);
	expect_served(NEXTTOUCH_COPY, BACKING_ANON, 1, 25, PAGES / 4);
	expect_served(NEXTTOUCH_SIGBUS, BACKING_ANON, 1, 25, PAGES / 4);
}

static void shared_memory(void **state)
{
	(void)state;
	expect_served(NEXTTOUCH_MPROTECT, BACKING_SHARED, 1, 100, PAGES);
	expect_served(NEXTTOUCH_MINOR, BACKING_SHARED, 4, 100, PAGES / 4);
	expect_served(NEXTTOUCH_MINOR, BACKING_SHMEM, 1, 25, PAGES / 4);
	assert_int_equal(in_child(NEXTTOUCH_COPY, BACKING_SHARED, 1, 100, 0), 10 + SKIPPED);
	assert_int_equal(in_child(NEXTTOUCH_MINOR, BACKING_ANON, 1, 100, 0), 10 + SKIPPED);
}

/* Every protected page is a mapping of its own: with too few of those allowed, mprotect fails in the handler. */
static int without_mappings(void)
{
	struct work *w = calloc(1, sizeof(*w));
	enum outcome o = w ? prepare(w, NEXTTOUCH_MPROTECT, BACKING_ANON, 1, 50) : BROKEN;
	size_t used = 0;

	if (o == OK)
		o = region_place(&w->trial, &w->mem, here.from);
	if (o != OK || nexttouch_arm(&w->trial, &w->next) != OK)
		return 1;
	while (used++ < 2000000) {
		char *page = mmap(NULL, 2 * machine.page_size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (page == MAP_FAILED || mprotect(page, machine.page_size, PROT_NONE))
			break;
	}
	touches_do(&w->touches);
	return 10 + nexttouch_verify(&w->trial, &w->next, &w->touches);
}

static void a_handler_that_fails_ends_the_waiting(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	if (!pid) {
		alarm(30);
		_exit(without_mappings());
	}
	waitpid(pid, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 10 + BLOCKED);
}

static void a_block_is_of_whole_folios(void **state)
{
	static const struct {
		size_t around, pages;
	} wanted[] = { { 1, 4 }, { 4, 4 }, { 5, 8 }, { 8, 8 }, { 100, 8 } };
	struct region r = { .base = (char *)(1ul << 40),
			    .size = 8 * machine.page_size,
			    .pages = 8,
			    .page_size = machine.page_size,
			    .kind = { BACKING_ANON, 4 * machine.page_size, 1 } };
	struct trial_private own = { .machine = &machine };
	struct trial t = { .own = &own };
	static struct nexttouch n[5];

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(nexttouch_open(&t, &n[i], NEXTTOUCH_MPROTECT, &r, wanted[i].around, here), OK);
		assert_int_equal(n[i].block, wanted[i].pages * machine.page_size);
	}
}

/* Touched pages that are not where they should be: what the kernel said of each decides. */
static enum outcome judged(int status, struct trial *t)
{
	static struct work work[3], *w = work;
	enum outcome o;

	here.to = here.from + 1;
	assert_int_equal(prepare(w, NEXTTOUCH_MPROTECT, BACKING_ANON, 1, 100), OK);
	assert_int_equal(region_place(&w->trial, &w->mem, here.from), OK);
	nexttouch_reset(&w->next);
	for (size_t i = 0; i < w->next.list.len; i++)
		w->next.list.status[i] = status;
	o = nexttouch_verify(&w->trial, &w->next, &w->touches);
	here.to = here.from;
	*t = w++->trial;
	return o;
}

static void a_page_that_stayed_is_left_only_where_the_kernel_says_so(void **state)
{
	struct trial t;

	(void)state;
	assert_int_equal(judged(-EBUSY, &t), OK);
	assert_int_equal(t.left[0].pages, PAGES);
	assert_int_equal(judged(here.from + 1, &t), WRONG); /* moved, it says */
	assert_string_equal(t.own->reason, "left-behind");
	assert_int_equal(judged(STATUS_UNTOUCHED, &t), WRONG);
}

static volatile char *volatile nowhere = (char *)8;

/* A fault outside of the region is a crash like any other, not a loop. */
static void a_fault_elsewhere_ends_the_process(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	if (!pid) {
		struct work *w = calloc(1, sizeof(*w));

		alarm(20);
		if (prepare(w, NEXTTOUCH_MPROTECT, BACKING_ANON, 1, 100) == OK)
			*nowhere = 1;
		_exit(0);
	}
	waitpid(pid, &status, 0);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSEGV);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_a_fault),
		cmocka_unit_test(a_block_a_fault),
		cmocka_unit_test(pages_that_nobody_touches_stay_and_stay_whole),
		cmocka_unit_test(shared_memory),
		cmocka_unit_test(a_block_is_of_whole_folios),
		cmocka_unit_test(a_page_that_stayed_is_left_only_where_the_kernel_says_so),
		cmocka_unit_test(a_handler_that_fails_ends_the_waiting),
		cmocka_unit_test(a_fault_elsewhere_ends_the_process),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, load, NULL);
}
