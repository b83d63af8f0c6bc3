// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * counters: against a PAPI of our own, since what a machine can count differs. This one has two hardware counters;
 * its functions stand in for the library's, and the Makefile wraps what is asked of the kernel.
 */
#include <errno.h>
#include <math.h>
#include <papi.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fault.h"
#include "instruments/counter_sets.h"

#define HARDWARE_COUNTERS 2

static struct counter_sets sets;

/* ---- the kernel ---- */

static const char *paranoid; /* NULL: no such file */
static bool may_look_inside;

int __wrap_sysfile_read(char *text, size_t size, const char *path_format, ...);
int __wrap_sysfile_read(char *text, size_t size, const char *path_format, ...)
{
	if (!paranoid)
		return fault("%s: not there", path_format);
	snprintf(text, size, "%s", paranoid);
	return strlen(text);
}

long __wrap_syscall(long number, ...);
long __wrap_syscall(long number, ...)
{
	va_list args;
	bool asks_whether_it_may_call;

	va_start(args, number);
	asks_whether_it_may_call = !va_arg(args, void *);
	va_end(args);
	errno = EINVAL;
	if (asks_whether_it_may_call)
		return -1;
	return may_look_inside ? dup(1) : -1;
}

static bool is_root;
static const char *present[2]; /* paths that are there; no other is */

uid_t __wrap_geteuid(void);
uid_t __wrap_geteuid(void)
{
	return is_root ? 0 : 1000;
}

int __wrap_access(const char *path, int mode);
int __wrap_access(const char *path, int mode)
{
	(void)mode;
	for (size_t i = 0; i < sizeof(present) / sizeof(*present); i++)
		if (present[i] && !strcmp(path, present[i]))
			return 0;
	errno = ENOENT;
	return -1;
}

/* ---- PAPI ---- */

static const struct fake_event {
	const char *name;
	int component;
	bool hardware;
	int known, add; /* what these functions return */
	long long count;
} fake[] = {
	{ "PAPI_TOT_INS", 0, true, 0, 0, 1000 },
	{ "PAPI_TOT_CYC", 0, true, 0, 0, 2000 },
	{ "PAPI_BR_MSP", 0, true, 0, 0, 7 },
	{ "PAGE-FAULTS", 0, false, 0, 0, 3 },
	{ "unc_cha::LOCAL", 1, true, 0, 0, 55 },
	{ "PAPI_FP_OPS", 0, true, 0, PAPI_ENOEVNT, 0 },
	{ "unc_cha::REMOTE", 1, true, 0, PAPI_ENOEVNT, 0 },
	{ "zero::INSTRUCTIONS", 0, true, 0, 0, 0 },
	{ "CRASH", 0, true, 0, 0, 0 },
	{ "nope", 0, false, PAPI_ENOEVNT, PAPI_ENOEVNT, 0 },
	{ "migrate:mm_migrate_pages", 0, false, 0, PAPI_ECNFLCT, 0 },
};

static struct fake_set {
	int component, n, hardware;
	bool multiplexed, running;
	const struct fake_event *event[COUNTERS_MAX];
} fake_sets[COUNTERS_MAX];

static int fake_sets_made, starts, domain, inherits, init_answer;
static bool no_multiplexing;

static const struct fake_event *find(const char *name)
{
	for (size_t i = 0; i < sizeof(fake) / sizeof(*fake); i++)
		if (!strcmp(fake[i].name, name))
			return &fake[i];
	fail_msg("the test asks for %s", name);
	return NULL;
}

int PAPI_library_init(int version)
{
	starts++;
	return init_answer ? init_answer : version;
}

char *PAPI_strerror(int code)
{
	return code == PAPI_ENOEVNT ? "Event does not exist" : code == PAPI_ECNFLCT ? "Conflict" : "Trouble";
}

int PAPI_set_domain(int wanted)
{
	domain = wanted;
	return PAPI_OK;
}

int PAPI_event_name_to_code(const char *name, int *code)
{
	*code = find(name) - fake;
	return find(name)->known;
}

int PAPI_get_event_component(int code)
{
	return fake[code].component;
}

int PAPI_create_eventset(int *id)
{
	*id = fake_sets_made;
	fake_sets[fake_sets_made++] = (struct fake_set){ .component = -1 };
	return PAPI_OK;
}

int PAPI_assign_eventset_component(int id, int component)
{
	fake_sets[id].component = component;
	return PAPI_OK;
}

int PAPI_multiplex_init(void)
{
	return no_multiplexing ? PAPI_ENOSUPP : PAPI_OK;
}

int PAPI_set_multiplex(int id)
{
	fake_sets[id].multiplexed = true;
	return PAPI_OK;
}

int PAPI_set_opt(int option, PAPI_option_t *value)
{
	inherits += option == PAPI_INHERIT && value->inherit.inherit == PAPI_INHERIT_ALL;
	return PAPI_OK;
}

int PAPI_add_named_event(int id, const char *name)
{
	struct fake_set *s = &fake_sets[id];
	const struct fake_event *e = find(name);

	if (!strcmp(name, "CRASH"))
		kill(getpid(), SIGKILL);
	if (e->component != s->component)
		return PAPI_EINVAL;
	if (e->add)
		return e->add;
	if (e->hardware && e->component == 0 && !s->multiplexed && s->hardware == HARDWARE_COUNTERS)
		return PAPI_ECNFLCT;
	s->hardware += e->hardware;
	s->event[s->n++] = e;
	return PAPI_OK;
}

int PAPI_start(int id)
{
	fake_sets[id].running = true;
	return fake_sets[id].n ? PAPI_OK : PAPI_EINVAL;
}

int PAPI_stop(int id, long long *values)
{
	struct fake_set *s = &fake_sets[id];

	if (!s->running)
		return PAPI_ENOTRUN;
	s->running = false;
	for (int i = 0; i < s->n; i++)
		values[i] = s->event[i]->count;
	return PAPI_OK;
}

int PAPI_cleanup_eventset(int id)
{
	fake_sets[id].n = 0;
	return PAPI_OK;
}

int PAPI_destroy_eventset(int *id)
{
	*id = PAPI_NULL;
	return PAPI_OK;
}

/* ---- tests ---- */

static int reset(void **state)
{
	(void)state;
	paranoid = "2";
	may_look_inside = is_root = true;
	present[0] = present[1] = NULL;
	no_multiplexing = false;
	fake_sets_made = starts = domain = inherits = init_answer = 0;
	return 0;
}

static struct counters *parse(const char *names)
{
	static struct counters c;

	memset(&c, 0, sizeof(c));
	if (counters_parse(&c, names))
		fail_msg("%s", fault_text());
	return &c;
}

static struct counters *probe(const char *names)
{
	struct counters *c = parse(names);

	counters_probe(c);
	return c;
}

static void assert_why(const struct counter *e, const char *part)
{
	assert_false(e->counted);
	if (!strstr(e->why, part))
		fail_msg("%s: \"%s\" does not say \"%s\"", e->name, e->why, part);
}

static void assert_refused(const char *names, const char *part)
{
	struct counters c = {};

	assert_int_equal(counters_parse(&c, names), -1);
	if (!strstr(fault_text(), part))
		fail_msg("\"%s\" does not say \"%s\"", fault_text(), part);
}

static void test_names(void **state)
{
	char many[40 * 5] = "E0";
	struct counters *c = parse("PAPI_TOT_INS,perf::cycles,migrate:mm_migrate_pages");

	(void)state;
	assert_int_equal(c->n, 3);
	assert_string_equal(c->event[2].name, "migrate:mm_migrate_pages");
	assert_true(c->event[0].never_zero && c->event[1].never_zero && !c->event[2].never_zero);
	assert_refused("", "empty name");
	assert_refused("PAGE-FAULTS,", "empty name");
	assert_refused("PAGE-FAULTS,PAGE-FAULTS", "twice");
	for (int i = 1; i < 33; i++)
		sprintf(many + strlen(many), ",E%d", i);
	assert_refused(many, "more than 32 events");
}

static void test_paranoid(void **state)
{
	(void)state;
	paranoid = "3";
	assert_why(&probe("PAGE-FAULTS")->event[0], "perf_event_paranoid is 3");
	may_look_inside = false;
	paranoid = NULL;
	assert_why(&probe("PAGE-FAULTS")->event[0],
		   "and why is hidden: /proc/sys/kernel/perf_event_paranoid: not there");
	paranoid = "";
	assert_why(&probe("PAGE-FAULTS")->event[0], "\"\" is no level");
	paranoid = "2";
	assert_why(&probe("PAGE-FAULTS")->event[0], "may not count inside the kernel");
	assert_int_equal(starts, 0); /* starting PAPI costs, and would be in vain */
}

/* A sandbox hides the level: whether events are counted is found out by counting. */
static void test_hidden_level(void **state)
{
	(void)state;
	paranoid = NULL;
	assert_true(probe("PAGE-FAULTS")->event[0].counted);
}

static void test_tracepoints(void **state)
{
	(void)state;
	is_root = false;
	assert_why(&probe("migrate:mm_migrate_pages")->event[0], "tracepoints need root");
	is_root = true;
	assert_why(&probe("migrate:mm_migrate_pages")->event[0], "mount -t debugfs");
	present[0] = "/sys/kernel/debug/tracing/events";
	assert_why(&probe("migrate:mm_migrate_pages")->event[0], "no such tracepoint");
	present[1] = "/sys/kernel/debug/tracing/events/migrate/mm_migrate_pages";
	assert_why(&probe("migrate:mm_migrate_pages")->event[0], "PAPI: Conflict");
}

static void test_papi_does_not_start(void **state)
{
	(void)state;
	init_answer = PAPI_ESYS;
	assert_why(&probe("PAGE-FAULTS")->event[0], "PAPI cannot be initialised: Trouble");
	init_answer = PAPI_VER_CURRENT + 0x1000000;
	assert_why(&probe("PAGE-FAULTS")->event[0], "not the version");
}

static void test_reasons(void **state)
{
	struct counters *c = probe("nope,PAPI_FP_OPS,PAGE-FAULTS,unc_cha::REMOTE");

	(void)state;
	assert_why(&c->event[0], "knows no event of that name");
	assert_why(&c->event[1], "no counter for it");
	assert_true(c->event[2].counted);
	assert_why(&c->event[3], "no counter for it"); /* a component's is no tracepoint, which has one colon */
	assert_int_equal(domain, PAPI_DOM_ALL);
	assert_int_equal(starts, 1);
}

static void test_crash(void **state)
{
	(void)state;
	assert_why(&probe("PAGE-FAULTS,CRASH")->event[0], "crashed");
}

/* Values go to their events, whatever sets they were counted in. */
static void test_counting(void **state)
{
	struct counters *c = probe("unc_cha::LOCAL,nope,PAGE-FAULTS,PAPI_TOT_INS");
	double value[COUNTERS_MAX];

	(void)state;
	assert_int_equal(counters_open(&sets, c), 0);
	assert_int_equal(fake_sets_made, 2);
	assert_int_equal(inherits, 2);
	counters_start(&sets);
	assert_int_equal(counters_stop(&sets, c, value), 0);
	assert_true(value[0] == 55 && isnan(value[1]) && value[2] == 3 && value[3] == 1000);
	assert_false(c->event[0].scaled || c->event[3].scaled);
	assert_int_equal(counters_stop(&sets, c, value), -1); /* not running: no old numbers */
	assert_true(isnan(value[0]));
}

static void test_taking_turns(void **state)
{
	struct counters *c = probe("PAPI_TOT_INS,PAGE-FAULTS,PAPI_TOT_CYC,PAPI_BR_MSP");
	double value[COUNTERS_MAX];

	(void)state;
	assert_true(c->event[0].scaled && c->event[2].scaled && c->event[3].scaled);
	assert_true(c->event[1].counted && !c->event[1].scaled);
	assert_int_equal(counters_open(&sets, c), 0);
	counters_start(&sets);
	assert_int_equal(counters_stop(&sets, c, value), 0);
	assert_true(value[0] == 1000 && value[1] == 3 && value[2] == 2000 && value[3] == 7);
}

static void test_no_taking_turns(void **state)
{
	struct counters *c;

	(void)state;
	no_multiplexing = true;
	c = probe("PAPI_TOT_INS,PAGE-FAULTS,PAPI_TOT_CYC,PAPI_BR_MSP");
	assert_why(&c->event[0], "more events than counters");
	assert_true(c->event[1].counted);
}

static void test_doubt(void **state)
{
	struct counters *c = parse("zero::INSTRUCTIONS,PAGE-FAULTS,PAPI_BR_MSP");

	(void)state;
	assert_true(counter_is_doubtful(&c->event[0], 0));
	assert_false(counter_is_doubtful(&c->event[0], 1));
	assert_false(counter_is_doubtful(&c->event[0], NAN));
	assert_false(counter_is_doubtful(&c->event[1], 0));
	c->event[2].scaled = true; /* its turn may not have come */
	assert_true(counter_is_doubtful(&c->event[2], 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_names, reset),
		cmocka_unit_test_setup(test_paranoid, reset),
		cmocka_unit_test_setup(test_hidden_level, reset),
		cmocka_unit_test_setup(test_tracepoints, reset),
		cmocka_unit_test_setup(test_papi_does_not_start, reset),
		cmocka_unit_test_setup(test_reasons, reset),
		cmocka_unit_test_setup(test_crash, reset),
		cmocka_unit_test_setup(test_counting, reset),
		cmocka_unit_test_setup(test_taking_turns, reset),
		cmocka_unit_test_setup(test_no_taking_turns, reset),
		cmocka_unit_test_setup(test_doubt, reset),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("counters", tests, NULL, NULL);
}
