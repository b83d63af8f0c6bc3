// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * counters_probe - which events can be counted here, found out by counting, and why the others cannot
 */
#include <linux/perf_event.h>
#include <papi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/child.h"
#include "base/fault.h"
#include "base/sysfile.h"
#include "instruments/counter_sets.h"
#include "machine/syscalls.h"

#define PARANOID "/proc/sys/kernel/perf_event_paranoid"
#define TRACING	 "/sys/kernel/debug/tracing" /* where PAPI looks for tracepoints */

/* False with a fault where it is hidden, which kernels without perf events and sandboxes do. */
static bool read_paranoia(long *level)
{
	char text[32], *end;

	if (sysfile_read(text, sizeof(text), PARANOID) < 0)
		return false;
	*level = strtol(text, &end, 10);
	if (end > text && !*end)
		return true;
	fault(PARANOID ": \"%s\" is no level", text);
	return false;
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
	char hidden[160] = "";
	const char *code;
	long level = 0;

	*why = '\0';
	if (!read_paranoia(&level))
		snprintf(hidden, sizeof(hidden), "%s", fault_text());
	if (level > 2)
		snprintf(why, size,
			 PARANOID " is %ld, at which PAPI counts nothing, not even for root: write 2 or less", level);
	else if (syscalls_check(CALL_PERF_EVENT_OPEN, &code) != OK)
		snprintf(why, size, "%s", fault_text());
	else if (may_count_kernel())
		return;
	else if (*hidden)
		snprintf(why, size, "events inside the kernel cannot be counted, and why is hidden: %s", hidden);
	else
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
		snprintf(why, size, "tracepoints need root");
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
	if (counter_is_tracepoint(event->name) && explain_tracepoint(event->name, event->why, sizeof(event->why)))
		return;
	if (!known)
		snprintf(event->why, sizeof(event->why), "PAPI knows no event of that name on this machine");
	else if (!counter_is_software(event->name) && (error == PAPI_ENOEVNT || error == PAPI_ECMP_DISABLED))
		snprintf(event->why, sizeof(event->why),
			 "this machine has no counter for it, or does not show it to this guest");
	else
		snprintf(event->why, sizeof(event->why), "PAPI: %s", PAPI_strerror(error));
}

static void try_one(struct counters *c, size_t i)
{
	struct counter_sets sets = {};
	struct counter *event = &c->event[i];
	int code, known = PAPI_event_name_to_code(event->name, &code) == PAPI_OK, error = counter_sets_add(&sets, c, i);

	if (error == PAPI_OK)
		error = counter_sets_start(&sets);
	event->counted = error == PAPI_OK;
	if (!event->counted)
		explain(event, known, error);
	counter_sets_close(&sets);
}

static bool fit_together(const struct counters *c)
{
	struct counter_sets sets = {};
	bool fit = !counters_open(&sets, c) && counter_sets_start(&sets) == PAPI_OK;

	counter_sets_close(&sets);
	return fit;
}

/* All at once, if the counters suffice; else those that need one take turns. */
static void try_together(struct counters *c)
{
	if (fit_together(c))
		return;
	for (size_t i = 0; i < c->n; i++)
		c->event[i].scaled = c->event[i].counted && !counter_is_software(c->event[i].name);
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
		snprintf(why, sizeof(why), "PAPI cannot be initialised: %s",
			 version < 0 ? PAPI_strerror(version) : "not the version we were built with");
		refuse_all(c, why);
		return;
	}
	PAPI_set_domain(PAPI_DOM_ALL); /* else what the kernel does for us reads 0 */
	if (try_in_child(c))
		refuse_all(c, "PAPI crashed when it was tried");
}
