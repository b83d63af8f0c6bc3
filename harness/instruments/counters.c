// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/perf_event.h>
#include <math.h>
#include <papi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/child.h"
#include "base/fault.h"
#include "base/sysfile.h"
#include "instruments/counters.h"
#include "machine/syscalls.h"

#define PARANOID "/proc/sys/kernel/perf_event_paranoid"
#define TRACING	 "/sys/kernel/debug/tracing" /* where PAPI looks for tracepoints */

/* ---- names ---- */

static int add(struct counters *c, const char *name)
{
	if (!*name)
		return fault("an empty name among the events");
	if (strlen(name) >= sizeof(c->event->name))
		return fault("event %.40s...: no event has so long a name", name);
	for (size_t i = 0; i < c->n; i++)
		if (!strcmp(c->event[i].name, name))
			return fault("event %s is there twice", name);
	if (c->n == COUNTERS_MAX)
		return fault("more than %d events; count the rest in another run", COUNTERS_MAX);
	snprintf(c->event[c->n++].name, sizeof(c->event->name), "%s", name);
	return 0;
}

static bool is_one_of(const char *name, const char *const *words)
{
	const char *part = strrchr(name, ':');

	for (; *words; words++)
		if (!strcasecmp(name, *words) || (part && !strcasecmp(part + 1, *words)))
			return true;
	return false;
}

static bool is_never_zero(const char *name)
{
	static const char *const words[] = { "PAPI_TOT_INS", "PAPI_TOT_CYC", "PAPI_REF_CYC",
					     "INSTRUCTIONS", "CYCLES",	     "CPU-CYCLES",
					     "CPU_CYCLES",   "INST_RETIRED", NULL };

	return is_one_of(name, words);
}

static bool is_tracepoint(const char *name)
{
	return strchr(name, ':') && !strstr(name, "::");
}

/* What the kernel counts itself, without a counter of the CPU's. */
static bool is_software(const char *name)
{
	static const char *const words[] = { "PAGE-FAULTS",	 "FAULTS",    "MINOR-FAULTS",	 "MAJOR-FAULTS",
					     "CONTEXT-SWITCHES", "CS",	      "CPU-MIGRATIONS",	 "MIGRATIONS",
					     "TASK-CLOCK",	 "CPU-CLOCK", "CGROUP-SWITCHES", "ALIGNMENT-FAULTS",
					     "EMULATION-FAULTS", NULL };

	return is_tracepoint(name) || is_one_of(name, words);
}

int counters_parse(struct counters *c, const char *names)
{
	char *copy = xstrdup(names), *rest = copy, *name;
	int result = copy ? 0 : fault("no memory for the names of events");

	c->n = 0;
	while (!result && (name = strsep(&rest, ",")))
		result = add(c, name);
	for (size_t i = 0; i < c->n; i++)
		c->event[i].never_zero = is_never_zero(c->event[i].name);
	free(copy);
	return result;
}

bool counter_is_doubtful(const struct counter *event, double value)
{
	return value == 0 && (event->never_zero || event->scaled);
}

/* ---- sets of events: one a component of PAPI, and one more for those that take turns ---- */

struct event_set {
	int id, component;
	bool scaled;
	size_t n, event[COUNTERS_MAX];
};

static struct event_set sets[COUNTERS_MAX];
static size_t set_count;

static int component_of(const char *name)
{
	int code;

	return PAPI_event_name_to_code((char *)name, &code) == PAPI_OK ? PAPI_get_event_component(code) : 0;
}

static int set_up(struct event_set *s)
{
	PAPI_option_t option = {};
	int error = PAPI_create_eventset(&s->id);

	if (error == PAPI_OK)
		error = PAPI_assign_eventset_component(s->id, s->component);
	if (error == PAPI_OK && s->scaled)
		error = PAPI_multiplex_init();
	if (error == PAPI_OK && s->scaled)
		error = PAPI_set_multiplex(s->id);
	option.inherit.eventset = s->id;
	option.inherit.inherit = PAPI_INHERIT_ALL;
	if (error == PAPI_OK)
		PAPI_set_opt(PAPI_INHERIT, &option); /* without it threads are missed; not every component knows it */
	return error;
}

static struct event_set *set_for(const struct counter *event, int *error)
{
	int component = component_of(event->name);
	struct event_set *s;

	for (s = sets; s < sets + set_count; s++)
		if (s->component == component && s->scaled == event->scaled)
			return s;
	*s = (struct event_set){ .id = PAPI_NULL, .component = component, .scaled = event->scaled };
	*error = set_up(s);
	set_count += *error == PAPI_OK;
	return s;
}

static int put(const struct counters *c, size_t i)
{
	int error = PAPI_OK;
	struct event_set *s = set_for(&c->event[i], &error);

	if (error == PAPI_OK)
		error = PAPI_add_named_event(s->id, (char *)c->event[i].name);
	if (error == PAPI_OK)
		s->event[s->n++] = i;
	return error;
}

static int start_all(void)
{
	int error = PAPI_OK;

	for (size_t i = 0; error == PAPI_OK && i < set_count; i++)
		error = PAPI_start(sets[i].id);
	return error;
}

static void close_all(void)
{
	long long ignored[COUNTERS_MAX];

	for (size_t i = 0; i < set_count; i++) {
		PAPI_stop(sets[i].id, ignored);
		PAPI_cleanup_eventset(sets[i].id);
		PAPI_destroy_eventset(&sets[i].id);
	}
	set_count = 0;
}

int counters_open(const struct counters *c)
{
	close_all();
	for (size_t i = 0; i < c->n; i++) {
		int error = c->event[i].counted ? put(c, i) : PAPI_OK;

		if (error != PAPI_OK) {
			close_all();
			return fault("event %s cannot be counted any more: %s", c->event[i].name, PAPI_strerror(error));
		}
	}
	return 0;
}

void counters_start(void)
{
	start_all(); /* what does not start does not stop either */
}

int counters_stop(const struct counters *c, double *value)
{
	long long count[COUNTERS_MAX];
	int error = PAPI_OK;

	for (size_t i = 0; i < c->n; i++)
		value[i] = NAN;
	for (size_t i = set_count; i-- > 0 && error == PAPI_OK;) {
		error = PAPI_stop(sets[i].id, count);
		for (size_t j = 0; error == PAPI_OK && j < sets[i].n; j++)
			value[sets[i].event[j]] = count[j];
	}
	return error == PAPI_OK ? 0 : fault("PAPI stopped counting: %s", PAPI_strerror(error));
}

/* ---- trying ---- */

static bool read_paranoia(long *level)
{
	char text[32];

	if (sysfile_read(text, sizeof(text), PARANOID) < 0)
		return false;
	*level = strtol(text, NULL, 10);
	return true;
}

/* PAPI then counts user mode and says nothing, so the kernel itself is asked. */
static bool may_count_kernel(void)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE,
					.size = sizeof(attr),
					.config = PERF_COUNT_SW_CONTEXT_SWITCHES };
	long fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* Why nothing at all can be counted by perf events; "" when it can. */
static void explain_perf(char *why, size_t size)
{
	const char *code;
	long level;

	*why = '\0';
	if (!read_paranoia(&level))
		snprintf(why, size, "this kernel has no perf events");
	else if (level > 2)
		snprintf(why, size, PARANOID " is %ld, at which PAPI counts nothing, for root neither: write 2 or less",
			 level);
	else if (syscalls_check(CALL_PERF_EVENT_OPEN, &code) != OK)
		snprintf(why, size, "%s", fault_text());
	else if (!may_count_kernel())
		snprintf(why, size,
			 PARANOID
			 " is %ld, at which this user may not count inside the kernel: write 1 or less, or be root",
			 level);
}

static bool explain_tracepoint(const char *name, char *why, size_t size)
{
	char path[200];
	size_t length = strcspn(name, ":");

	snprintf(path, sizeof(path), TRACING "/events/%.*s/%s", (int)length, name, name + length + 1);
	if (access(TRACING "/events", X_OK) && geteuid())
		snprintf(why, size, "tracepoints are for root");
	else if (access(TRACING "/events", X_OK))
		snprintf(why, size, "no tracefs in " TRACING ": mount -t debugfs debugfs /sys/kernel/debug");
	else if (access(path, F_OK))
		snprintf(why, size, "this kernel has no such tracepoint");
	else
		return false;
	return true;
}

static void explain(struct counter *event, bool known, int error)
{
	if (is_tracepoint(event->name) && explain_tracepoint(event->name, event->why, sizeof(event->why)))
		return;
	if (!known)
		snprintf(event->why, sizeof(event->why), "PAPI knows no event of that name on this machine");
	else if (!is_software(event->name) && (error == PAPI_ENOEVNT || error == PAPI_ECMP_DISABLED))
		snprintf(event->why, sizeof(event->why),
			 "this machine has no counter for it, or does not show it to this guest");
	else
		snprintf(event->why, sizeof(event->why), "PAPI: %s", PAPI_strerror(error));
}

static void try_one(struct counters *c, size_t i)
{
	struct counter *event = &c->event[i];
	int code, known = PAPI_event_name_to_code(event->name, &code) == PAPI_OK, error = put(c, i);

	if (error == PAPI_OK)
		error = start_all();
	event->counted = error == PAPI_OK;
	if (!event->counted)
		explain(event, known, error);
	close_all();
}

static bool fit_together(const struct counters *c)
{
	bool fit = !counters_open(c) && start_all() == PAPI_OK;

	close_all();
	return fit;
}

/* All at once, if the counters suffice; else those that need one take turns. */
static void try_together(struct counters *c)
{
	if (fit_together(c))
		return;
	for (size_t i = 0; i < c->n; i++)
		c->event[i].scaled = c->event[i].counted && !is_software(c->event[i].name);
	if (fit_together(c))
		return;
	for (size_t i = 0; i < c->n; i++)
		if (c->event[i].scaled) {
			c->event[i].counted = c->event[i].scaled = false;
			snprintf(c->event[i].why, sizeof(c->event->why),
				 "more events than counters, and they cannot take turns here");
		}
}

static void try_all(struct counters *c)
{
	for (size_t i = 0; i < c->n; i++)
		try_one(c, i);
	try_together(c);
}

static void refuse_all(struct counters *c, const char *why)
{
	for (size_t i = 0; i < c->n; i++)
		snprintf(c->event[i].why, sizeof(c->event->why), "%s", why);
}

/* In a child, so that nothing that was tried is open in the processes that count. */
static int try_in_child(struct counters *c)
{
	struct counters *answer = mmap(NULL, sizeof(*c), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t parent = getpid(), pid;
	int status;

	if (answer == MAP_FAILED)
		return -1;
	*answer = *c;
	fflush(NULL);
	pid = fork();
	if (!pid) {
		child_of(parent, SIGKILL);
		try_all(answer);
		_exit(0);
	}
	status = pid > 0 ? child_wait(pid) : -1;
	if (!status)
		*c = *answer;
	munmap(answer, sizeof(*c));
	return status;
}

void counters_probe(struct counters *c)
{
	char why[240];
	int version;

	explain_perf(why, sizeof(why));
	if (*why) {
		refuse_all(c, why);
		return;
	}
	version = PAPI_library_init(PAPI_VER_CURRENT);
	if (version != PAPI_VER_CURRENT) {
		snprintf(why, sizeof(why), "PAPI does not start: %s",
			 version < 0 ? PAPI_strerror(version) : "not the version we were built with");
		refuse_all(c, why);
		return;
	}
	PAPI_set_domain(PAPI_DOM_ALL); /* else what the kernel does for us reads 0 */
	if (try_in_child(c))
		refuse_all(c, "PAPI crashed when it was tried");
}
