// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * trial_calls - what a benchmark may call of the trial that it is in: outcomes, statuses, series, CPUs, settings
 */
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/fault.h"
#include "engine/trial_child.h"
#include "machine/facts.h"
#include "machine/syscalls.h"
#include "memory/trial_private.h"
#include "settings/knobs.h"

/* clang-format off */
#define DEFINE_OUTCOME(name, value)							\
	enum outcome name(struct trial *t, const char *code, const char *format, ...)	\
	{										\
		va_list args;								\
											\
		va_start(args, format);							\
		vsnprintf(t->own->detail, sizeof(t->own->detail), format, args);			\
		va_end(args);								\
		snprintf(t->own->reason, sizeof(t->own->reason), "%s", code);			\
		return value;								\
	}
/* clang-format on */
DEFINE_OUTCOME(skipped, SKIPPED)
DEFINE_OUTCOME(blocked, BLOCKED)
DEFINE_OUTCOME(wrong, WRONG)
DEFINE_OUTCOME(broken, BROKEN)

void trial_left(struct trial *t, int status, size_t pages)
{
	int i = 0;

	while (i < STATUS_KINDS - 1 && t->left[i].pages && t->left[i].status != status)
		i++;
	t->left[i].status = status;
	t->left[i].pages += pages;
}

void trial_series(struct trial *t, unsigned series, double x, double y)
{
	if (t->series_points < SERIES_POINTS_MAX)
		t->series[t->series_points] = (struct series_point){ series, x, y };
	t->series_points++;
}

enum outcome trial_pin_cpu(struct trial *t, int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? broken(t, "pin", "cannot run on CPU %d: %m", cpu) : OK;
}

enum outcome trial_pin(struct trial *t, int node)
{
	const struct node *n = machine_node(t->own->machine, node);

	if (!n || n->cpu < 0)
		return skipped(t, "no-cpu", "node %d has no CPU to run on", node);
	return trial_pin_cpu(t, n->cpu);
}

int trial_tier(const struct trial *t, int node)
{
	const struct node *n = machine_node(t->own->machine, node);

	return n ? n->tier : -1;
}

int trial_knob(const char *knob, char *value, size_t size)
{
	char *now = knob_read(knob);
	size_t length = now ? strlen(now) : 0;
	int result = now ? 0 : -1;

	if (now && length < size)
		memcpy(value, now, length + 1);
	else if (now)
		result = fault("%s: its value of %zu bytes is longer than asked for", knob, length);
	free(now);
	return result;
}

enum outcome trial_may_call(struct trial *t, unsigned calls)
{
	const char *code;
	enum outcome o = syscalls_check(calls, &code);

	if (o == OK)
		return OK;
	return o == SKIPPED ? skipped(t, code, "%s", fault_text()) : blocked(t, code, "%s", fault_text());
}

enum outcome call_failed(struct trial *t, const char *call, int error)
{
	switch (error) {
	case EPERM:
		return blocked(t, "no-capability", "%s: %s (CAP_SYS_NICE)", call, strerror(error));
	case EACCES:
		return blocked(t, "cpuset", "%s: %s (a cpuset forbids the target)", call, strerror(error));
	case ENOMEM:
		return skipped(t, "node-memory", "%s: %s on the target", call, strerror(error));
	case ESRCH:
		return broken(t, "process-gone", "%s: %s: the process ended while it was moved", call, strerror(error));
	default:
		return broken(t, "syscall", "%s: %s", call, strerror(error));
	}
}
