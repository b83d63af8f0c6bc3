// SPDX-License-Identifier: GPL-2.0-or-later
/* registry: what is ill-formed is refused as the program starts, by name and with the reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "bench.h"
#include "plan/registry.h"
#include "rule.h"

static enum outcome callback(struct trial *t)
{
	(void)t;
	return OK;
}

static void teardown(struct trial *t)
{
	(void)t;
}

static const struct axis no_axes[] = { {} };
static const struct rule one_rule[] = { { .name = "one", .promise = "it is kept", .check = teardown }, {} };

/* Registered beside all others, as BENCHMARK() does, but not const: each test spoils it in its own way. */
static struct benchmark subject;
static const struct benchmark *const registered __attribute__((section("nodehop_benchmarks"), used, retain)) = &subject;

static const struct benchmark with_run = {
	.name = "subject",
	.about = "is spoiled",
	.revision = 1,
	.axes = no_axes,
	.setup = callback,
	.run = callback,
	.verify = callback,
};
static const struct benchmark with_work = {
	.name = "subject",
	.about = "is spoiled",
	.revision = 1,
	.axes = no_axes,
	.work = callback,
};
static const struct benchmark with_rules = {
	.name = "subject",
	.about = "is spoiled",
	.kind = SEMANTICS,
	.revision = 1,
	.rules = one_rule,
};

/* Exit code of a process that starts with `subject` as it is; what it wrote to stderr goes into `said`. */
static int start(char *said, size_t size)
{
	int ends[2], status;
	size_t length = 0;
	ssize_t got;

	assert_int_equal(pipe(ends), 0);
	if (!fork()) {
		dup2(ends[1], STDERR_FILENO);
		registry_all();
		_exit(0);
	}
	close(ends[1]);
	while ((got = read(ends[0], said + length, size - 1 - length)) > 0)
		length += got;
	said[length] = 0;
	close(ends[0]);
	assert_true(wait(&status) > 0 && WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void is_taken(struct benchmark b)
{
	char said[512];

	subject = b;
	assert_int_equal(start(said, sizeof(said)), 0);
	assert_string_equal(said, "");
}

static void is_refused(struct benchmark b, const char *why)
{
	char said[512];

	subject = b;
	assert_int_equal(start(said, sizeof(said)), 2);
	if (!strstr(said, why))
		print_error("\"%s\" does not say \"%s\"\n", said, why);
	assert_non_null(strstr(said, why));
	assert_non_null(strstr(said, b.name ?: "\"?\""));
}

#define SPOILED(base, ...)                                                                                             \
	({                                                                                                             \
		struct benchmark b_ = base;                                                                            \
		struct benchmark *b = &b_;                                                                             \
		__VA_ARGS__;                                                                                           \
		b_;                                                                                                    \
	})

static void well_formed_ones_are_taken(void **state)
{
	(void)state;
	is_taken(with_run);
	is_taken(SPOILED(with_run, b->prepare = callback));
	is_taken(with_work);
	is_taken(SPOILED(with_work, b->setup = callback));
	is_taken(SPOILED(with_work, b->teardown = teardown));
	is_taken(with_rules);
}

static void names(void **state)
{
	(void)state;
	is_refused(SPOILED(with_run, b->name = NULL), "no name or no about");
	is_refused(SPOILED(with_run, b->about = NULL), "no name or no about");
	is_refused(SPOILED(with_run, b->name = "move_pages"), "two have this name");
	is_refused(SPOILED(with_run, b->revision = 0), "revision must be 1 or more");
}

static void callbacks_that_are_missing(void **state)
{
	const char *why = "setup, run and verify must be there, or work";

	(void)state;
	is_refused(SPOILED(with_run, b->setup = NULL), why);
	is_refused(SPOILED(with_run, b->run = NULL), why);
	is_refused(SPOILED(with_run, b->verify = NULL), why);
}

/* Which of the two would be measured would be a secret of the registry. */
static void two_ways_at_once(void **state)
{
	const char *why = "it has work, which is instead of";

	(void)state;
	is_refused(SPOILED(with_work, b->prepare = callback), why);
	is_refused(SPOILED(with_work, b->run = callback), why);
	is_refused(SPOILED(with_work, b->verify = callback), why);
	is_refused(SPOILED(with_rules, b->work = callback), why);
	is_refused(SPOILED(with_rules, b->run = callback), "it has rules, so");
}

static void metrics_beyond_number(void **state)
{
	static struct metric many[METRICS_MAX + 2];

	(void)state;
	for (int i = 0; i < METRICS_MAX; i++)
		many[i] = (struct metric){ "many", METRIC_KIND_COST, "lower", "one of many" };
	is_taken(SPOILED(with_run, b->metrics = many));
	many[METRICS_MAX] = many[0];
	is_refused(SPOILED(with_run, b->metrics = many), "too many metrics");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(well_formed_ones_are_taken), cmocka_unit_test(names),
		cmocka_unit_test(callbacks_that_are_missing), cmocka_unit_test(two_ways_at_once),
		cmocka_unit_test(metrics_beyond_number),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
