// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rules that are kept, broken, lacking something, or die, each with the line it must get (tests/host/check); and one
 * that takes long (tests/host/interrupted).
 */
#include <signal.h>
#include <unistd.h>
#include "rule.h"

#define EITHER ANSWERS({ -ENOENT, "one kind" }, { -EFAULT, "another kind" })

static void kept(struct trial *t)
{
	expect(t, "number", 5, 5);
}

static void chosen(struct trial *t)
{
	expect_one_of(t, "status", t->rule->with, EITHER);
}

static void broken_promise(struct trial *t)
{
	expect(t, "status", -EBUSY, STATUS_UNTOUCHED);
}

static void too_few(struct trial *t)
{
	expect_at_least(t, "count", 3, 4);
}

static void lacking(struct trial *t)
{
	rule_end(t, skipped(t, "no-thing", "needs %d things, has %d", 2, 1));
}

static void failing_step(struct trial *t)
{
	must(t, "a step", -EPERM);
}

static void crash(struct trial *t)
{
	(void)t;
	raise(SIGSEGV);
}

static void expect_six(struct trial *t, void *with)
{
	expect(t, "number in a process", *(int *)with, 6);
}

static void process_kept(struct trial *t)
{
	process_run(t, expect_six, &(int){ 6 });
}

static void process_broken(struct trial *t)
{
	process_run(t, expect_six, &(int){ 7 });
}

static void leave(struct trial *t, void *with)
{
	(void)t;
	(void)with;
	_exit(0);
}

static void process_dead(struct trial *t)
{
	process_run(t, leave, NULL);
}

/* A rule runs once and not as a train: a second run would find the flag set. */
static void once(struct trial *t)
{
	static bool again;

	expect(t, "again", again, false);
	again = true;
}

static void nobody(struct trial *t, void *with)
{
	(void)with;
	become_nobody(t);
}

/* Under a setting, and with a process that we may not end. */
static void doze(struct trial *t)
{
	process_start(t, nobody, NULL);
	sleep(30);
}

static const struct knob_value held[] = { { "numa_balancing", "2" }, {} };

static const struct rule slow_rules[] = { { "dozes", "half a minute", doze }, {} };

static const struct rule rules[] = {
	{ "kept", "five is five", kept },
	{ "chosen", "one of two", chosen, .with = -EFAULT },
	{ "chosen_neither", "one of two", chosen, .with = -EIO },
	{ "broken_promise", "never busy", broken_promise },
	{ "too_few", "four or more", too_few },
	{ "lacking", "two things", lacking },
	{ "failing_step", "a step that works", failing_step },
	{ "crash", "no crash", crash },
	{ "process_kept", "six in a process", process_kept },
	{ "process_broken", "six in a process", process_broken },
	{ "process_dead", "a process lives", process_dead },
	{ "once", "runs once", once },
	{ "many_nodes", "needs more nodes than there are", kept, { .memory_nodes = 1000 } },
	{},
};

BENCHMARK(test_rules) = {
	.name = "test_rules",
	.about = "rules kept and broken",
	.kind = SEMANTICS,
	.revision = 1,
	.rules = rules,
};

BENCHMARK(test_slow_rules) = {
	.name = "test_slow_rules",
	.about = "a rule that takes long",
	.kind = SEMANTICS,
	.revision = 1,
	.rules = slow_rules,
	.knobs = held,
};
