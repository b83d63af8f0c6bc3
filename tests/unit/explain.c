// SPDX-License-Identifier: GPL-2.0-or-later
/* What a trace says: own times, waits told apart, the sentence. The texts are cut from traces of 6.1 and 6.12. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "analysis/events.h"
#include "analysis/graph.h"

static struct breakdown *b;

static int fresh(void **state)
{
	(void)state;
	b = calloc(1, sizeof(*b));
	return b ? 0 : -1;
}

static int drop(void **state)
{
	(void)state;
	breakdown_free(b);
	free(b);
	return 0;
}

static void assert_near(double got, double wanted)
{
	if (!(fabs(got - wanted) < 1e-6))
		fail_msg("%.9g, wanted %.9g", got, wanted);
}

static const struct breakdown_row *row(const char *name, enum work work)
{
	for (size_t i = 0; i < b->rows; i++)
		if (!strcmp(b->row[i].name, name) && b->row[i].work == work)
			return &b->row[i];
	fail_msg("no row %s for %s", name, work_name(work));
	return NULL;
}

static void read_graph(const char *text)
{
	FILE *file = fmemopen((char *)text, strlen(text), "r");

	assert_true(graph_read(file, b) > 0);
	fclose(file);
}

static const char call[] = "# tracer: function_graph\n"
			   "#\n"
			   "# CPU  DURATION                  FUNCTION CALLS\n"
			   "# |     |   |                     |   |   |   |\n"
			   " 0) + 84.690 us   |                    }\n" /* of what the ring no longer has */
			   " 0)               |  __x64_sys_move_pages() {\n"
			   " 0)               |    lru_cache_disable() {\n"
			   " 0)               |      synchronize_rcu_expedited() {\n"
			   " 0)   2.150 us    |        rcu_gp_is_normal();\n"
			   " 0)               |        schedule() {\n"
			   " 0) ! 424.000 us  |        }\n"
			   " 0) # 1000.000 us |      }\n"
			   " 0)               |      mutex_lock() {\n"
			   " 0)   3.000 us    |        __cond_resched();\n"
			   " 0)   7.000 us    |      }\n"
			   " 0)               |      __flush_work() {\n"
			   " 0)               |        wait_for_completion() {\n"
			   " 0) ! 200.000 us  |        }\n"
			   " 0) ! 203.000 us  |      }\n"
			   " 0) # 1220.000 us |    }\n"
			   " 0)               |    migrate_pages_batch() {\n"
			   " 0)               |      try_to_migrate() {\n"
			   " 0)   4.000 us    |        _raw_spin_lock();\n"
			   " 0) + 10.000 us   |      }\n"
			   " 0)               |      try_to_migrate() {\n"
			   " 0) + 10.000 us   |      } /* try_to_migrate */\n"
			   " 0) + 30.000 us   |      folio_mc_copy();\n"
			   " ------------------------------------------\n"
			   " 0) + 90.000 us   |    }\n"
			   " 0) # 1400.000 us |  }\n"
			   " 0)               |  __x64_sys_move_pages() {\n" /* still under way when it was stopped */
			   " 0)   1.000 us    |    mmput();\n";

static void test_own_times(void **state)
{
	(void)state;
	read_graph(call);
	assert_near(row("migrate_pages_batch", WORK_REST)->weight, 40);
	assert_near(row("folio_mc_copy", WORK_COPY)->weight, 30);
	assert_near(row("_raw_spin_lock", WORK_UNMAP)->weight, 4);
	assert_near(row("try_to_migrate", WORK_UNMAP)->weight, 16);
	assert_near(row("__x64_sys_move_pages", WORK_REST)->weight, 90);
	assert_near(b->total, 1401);
}

/* All below a wait is that wait, and a wait in the drain is the drain. */
static void test_waits_are_told_apart(void **state)
{
	(void)state;
	read_graph(call);
	assert_near(b->work[WORK_RCU], 1000);
	assert_near(b->work[WORK_DRAIN], 220);
	assert_near(b->work[WORK_WAIT], 0);
	assert_near(row("synchronize_rcu_expedited", WORK_RCU)->weight, 1000);
}

static void test_retries(void **state)
{
	(void)state;
	read_graph(call);
	assert_int_equal(breakdown_calls(b, "try_to_migrate"), 2);
	assert_near(b->work[WORK_UNMAP], 20);
	breakdown_split_retries(b, 2, 1);
	assert_near(b->work[WORK_UNMAP], 10);
	assert_near(b->work[WORK_RETRY], 10);
	breakdown_split_retries(b, 1, 1);
	assert_near(b->work[WORK_RETRY], 10);
	breakdown_split_retries(b, 5, 4); /* a fifth of the attempts was in vain */
	assert_near(b->work[WORK_RETRY], 12);
}

/* The least call took 1 us: so much of an entry's 9 us is in the function entered, 8 us in the one that it is made from. */
static void test_cost_of_tracing(void **state)
{
	(void)state;
	read_graph(call);
	assert_near(breakdown_correct(b, 9), 15 * 1 + 13 * 8);
	assert_near(row("migrate_pages_batch", WORK_REST)->weight, 40 - 3 * 8 - 1);
	assert_near(row("try_to_migrate", WORK_UNMAP)->weight, 16 - 8 - 2 * 1);
	assert_near(row("folio_mc_copy", WORK_COPY)->weight, 30 - 1);
	assert_near(row("synchronize_rcu_expedited", WORK_RCU)->weight, 1000 - 2 * 8 - 3 * 1);
	assert_near(b->work[WORK_UNMAP], 20 - 8 - 3 * 1);
	assert_near(breakdown_correct(b, 0), 0);
}

/* Deeper than is kept: the time is that of the deepest function kept. */
static void test_depth(void **state)
{
	static char text[64 << 10];
	char *end = text;

	(void)state;
	for (int i = 0; i < 200; i++)
		end += sprintf(end, " 0)               | f%d() {\n", i);
	for (int i = 199; i >= 0; i--)
		end += sprintf(end, " 0)   %d.000 us    | }\n", 200 - i);
	read_graph(text);
	assert_near(b->total, 200);
	assert_near(row("f127", WORK_REST)->weight, 73);
}

/* ---- tracepoints ---- */

static struct event_count counts[EVENTS_MAX];

static void read_events(const char *text)
{
	FILE *file = fmemopen((char *)text, strlen(text), "r");

	assert_true(events_read(file, b, counts) > 0);
	fclose(file);
}

static uint64_t count_of(const char *name)
{
	for (size_t i = 0; events_wanted[i]; i++)
		if (!strcmp(counts[i].name, name))
			return counts[i].count;
	fail_msg("%s is not counted", name);
	return 0;
}

#define AT(time) "         nodehop-77      [001] d..2.  10." time ": "

static const char waits[] =
	"# tracer: nop\n" AT("000000") "sched_waking: comm=rcu_exp_gp_kthr pid=17 prio=120 target_cpu=002\n" AT(
		"000010") "sched_switch: prev_comm=nodehop prev_pid=77 prev_prio=120 prev_state=D ==> "
			  "next_comm=swapper/1 next_pid=0 next_prio=120\n"
			  "          <idle>-0       [001] d..2.  10.000310: sched_switch: prev_comm=swapper/1 "
			  "prev_pid=0 prev_prio=120 prev_state=R ==> "
			  "next_comm=nodehop next_pid=77 next_prio=120\n" AT(
				  "000320") "workqueue_queue_work: work struct=00000000a "
					    "function=lru_add_drain_per_cpu workqueue=mm_percpu_wq req_cpu=2 "
					    "cpu=2\n" AT(
						    "000330") "sched_switch: prev_comm=nodehop prev_pid=77 "
							      "prev_prio=120 prev_state=D ==> next_comm=swapper/1 "
							      "next_pid=0 next_prio=120\n"
							      "          <idle>-0       [001] d..2.  10.000430: "
							      "sched_switch: prev_comm=swapper/1 prev_pid=0 "
							      "prev_prio=120 prev_state=R ==> "
							      "next_comm=nodehop next_pid=77 next_prio=120\n" AT("000440") "set_migration_pte: addr=7f0 pte=1 order=0\n" AT(
								      "000450") "set_migration_pte: addr=7f1 "
										"pte=1 order=0\n" AT("000460") "sc"
													       "he"
													       "d_"
													       "sw"
													       "it"
													       "ch"
													       ": "
													       "pr"
													       "ev"
													       "_c"
													       "om"
													       "m="
													       "no"
													       "de"
													       "ho"
													       "p "
													       "pr"
													       "ev"
													       "_p"
													       "id"
													       "=7"
													       "7 "
													       "pr"
													       "ev"
													       "_p"
													       "ri"
													       "o="
													       "12"
													       "0 "
													       "pr"
													       "ev"
													       "_s"
													       "ta"
													       "te"
													       "=R"
													       " ="
													       "=>"
													       " n"
													       "ex"
													       "t_"
													       "co"
													       "mm"
													       "=k"
													       "wo"
													       "rk"
													       "er"
													       "/1"
													       ":0"
													       " n"
													       "ex"
													       "t_"
													       "pi"
													       "d="
													       "30"
													       " n"
													       "ex"
													       "t_"
													       "pr"
													       "io"
													       "=1"
													       "20"
													       "\n"
													       "  "
													       "  "
													       " k"
													       "wo"
													       "rk"
													       "er"
													       "/1"
													       ":0"
													       "-3"
													       "0 "
													       "  "
													       "  "
													       " ["
													       "00"
													       "1]"
													       " d"
													       ".."
													       "2."
													       "  "
													       "10"
													       ".0"
													       "00"
													       "47"
													       "0:"
													       " s"
													       "ch"
													       "ed"
													       "_s"
													       "wi"
													       "tc"
													       "h:"
													       " p"
													       "re"
													       "v_"
													       "co"
													       "mm"
													       "=k"
													       "wo"
													       "rk"
													       "er"
													       "/1"
													       ":0"
													       " p"
													       "re"
													       "v_"
													       "pi"
													       "d="
													       "30"
													       " p"
													       "re"
													       "v_"
													       "pr"
													       "io"
													       "=1"
													       "20"
													       " p"
													       "re"
													       "v_"
													       "st"
													       "at"
													       "e="
													       "I "
													       "=="
													       "> "
													       "ne"
													       "xt"
													       "_c"
													       "om"
													       "m="
													       "no"
													       "de"
													       "ho"
													       "p "
													       "ne"
													       "xt"
													       "_p"
													       "id"
													       "=7"
													       "7 "
													       "ne"
													       "xt"
													       "_p"
													       "ri"
													       "o="
													       "12"
													       "0"
													       "\n";

static void test_events(void **state)
{
	(void)state;
	read_events(waits);
	assert_near(b->work[WORK_RCU], 300);
	assert_near(b->work[WORK_DRAIN], 100);
	assert_near(b->work[WORK_WAIT], 10);
	assert_int_equal(count_of("set_migration_pte"), 2);
	assert_int_equal(count_of("mm_migrate_pages"), 0);
}

/* Up to 6.3 a worker ends the grace period. */
static void test_events_of_6_1(void **state)
{
	(void)state;
	read_events(
		AT("000000") "workqueue_queue_work: work struct=0a function=wait_rcu_exp_gp workqueue=rcu_gp req_cpu=1 "
			     "cpu=1\n" AT("000010") "sched_switch: prev_comm=nodehop prev_pid=77 prev_prio=120 "
						    "prev_state=D ==> next_comm=a next_pid=9 next_prio=1\n" AT(
							    "000030") "sched_switch: prev_comm=a prev_pid=9 "
								      "prev_prio=120 prev_state=I ==> "
								      "next_comm=nodehop next_pid=77 next_prio=1\n");
	assert_near(b->work[WORK_RCU], 20);
}

/* ---- sentences ---- */

static void assert_sentence(const char *part)
{
	char *sentence = breakdown_sentence(b);

	if (!strstr(sentence, part))
		fail_msg("\"%s\" does not say \"%s\"", sentence, part);
	free(sentence);
}

static void test_sentence_of_waiting(void **state)
{
	(void)state;
	read_graph(call);
	assert_sentence("Waiting dominates, with 87 % of the time: 71 % for an expedited RCU grace period, 16 % for "
			"the per-CPU drain, 0 %");
}

static void test_sentence_of_work(void **state)
{
	(void)state;
	assert_sentence("None of it was seen");
	breakdown_add_work(b, "copy", WORK_COPY, 60);
	breakdown_add_work(b, "unmap", WORK_UNMAP, 30);
	breakdown_add_work(b, "wait", WORK_WAIT, 10);
	assert_sentence(
		"Copying dominates, with 60 % of the time, before unmapping and TLB flushing (30 %); waiting is 10 %.");
}

static void test_sentence_without_functions(void **state)
{
	(void)state;
	breakdown_add_work(b, "(on the CPU)", WORK_UNSPLIT, 30);
	breakdown_add_work(b, "(off the CPU)", WORK_WAIT, 70);
	assert_sentence("Waiting dominates, with 70 % of the time; counters cannot show what for.");
	breakdown_add_work(b, "(on the CPU)", WORK_UNSPLIT, 100);
	assert_sentence(
		"Work on the CPU dominates, with 65 % of the time; what kind cannot be determined without functions.");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fresh, drop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_own_times),
		TEST(test_waits_are_told_apart),
		TEST(test_retries),
		TEST(test_cost_of_tracing),
		TEST(test_depth),
		TEST(test_events),
		TEST(test_events_of_6_1),
		TEST(test_sentence_of_waiting),
		TEST(test_sentence_of_work),
		TEST(test_sentence_without_functions),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("explain", tests, NULL, NULL);
}
