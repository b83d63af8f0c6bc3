// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tracing - the tracer is set up, started and stopped, and what it recorded is read
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "instruments/tracing.h"
#include "instruments/tracing_files.h"
#include "instruments/tracing_stats.h"
#include "settings/knob_file.h"
#include "settings/knobs.h"

#define BUFFER_ALL_KB  (256l << 10) /* for all CPUs together */
#define BUFFER_MOST_KB (16l << 10)  /* for each */

/* ---- may we? ---- */

static int find_foreign_list(void)
{
	static const char *const lists[] = { T "set_ftrace_filter", T "set_graph_function", T "set_ftrace_pid",
					     T "set_event_pid", NULL };

	for (const char *const *list = lists; *list; list++) {
		char *value = !tracing_file_exists(*list) ? xstrdup("none") : knob_read(*list);
		int foreign = !value		      ? -1
			      : strcmp(value, "none") ? fault("%s is %.60s: someone else is tracing", *list, value)
						      : 0;

		free(value);
		if (foreign)
			return -1;
	}
	return 0;
}

int tracing_usable(void)
{
	if (!tracing_file_exists(T "current_tracer") && geteuid())
		return fault(T ": tracing needs root");
	if (!tracing_file_exists(T "current_tracer"))
		return fault(T ": no tracefs; mount -t tracefs tracefs /sys/kernel/tracing (or the kernel has none)");
	return knob_is(T "current_tracer", "nop") ? find_foreign_list()
						  : fault(T "current_tracer is not nop: someone else is tracing");
}

bool tracing_has(const char *tracer)
{
	struct bytes names;
	char *rest, *word;
	bool found = false;

	if (knob_file_read(T "available_tracers", &names))
		return false;
	rest = names.data;
	while (!found && (word = strsep(&rest, " \n")))
		found = !strcmp(word, tracer);
	free(names.data);
	return found;
}

/* ---- what is common to both ---- */

/* What a kernel does not have it does not do either. */
static int set_all(const char *const (*setting)[2])
{
	for (; (*setting)[0]; setting++)
		if (tracing_file_exists((*setting)[0]) && knob_set((*setting)[0], (*setting)[1]))
			return -1;
	return 0;
}

static int set_buffer(void)
{
	long each_kb = BUFFER_ALL_KB / sysconf(_SC_NPROCESSORS_CONF);
	char text[32], *now = knob_read(T "buffer_size_kb");
	long has_kb = now ? strtol(now, NULL, 10) : -1;

	free(now);
	if (has_kb < 0)
		return -1;
	snprintf(text, sizeof(text), "%ld", each_kb < BUFFER_MOST_KB ? each_kb : BUFFER_MOST_KB);
	return has_kb >= strtol(text, NULL, 10) ? 0 : knob_set(T "buffer_size_kb", text);
}

static int follow_self(const char *list, const char *forks)
{
	char pid[32];

	snprintf(pid, sizeof(pid), "%d", getpid());
	return knob_set(list, pid) || knob_set(forks, "1") ? -1 : 0;
}

/* What an earlier trace left is not ours to count. */
int tracing_forget(void)
{
	int fd = tracing_file_open(T "trace", O_WRONLY | O_TRUNC);

	if (fd < 0)
		return fault(T "trace: cannot be emptied: %s", strerror(errno));
	close(fd);
	return 0;
}

int tracing_graph(void)
{
	static const char *const settings[][2] = { { T "tracing_on", "0" },
						   { T "options/sleep-time", "1" },
						   { T "options/funcgraph-irqs", "0" },
						   { T "max_graph_depth", "0" },
						   { T "current_tracer", "function_graph" },
						   {} };

	if (set_buffer() || follow_self(T "set_ftrace_pid", T "options/function-fork"))
		return -1;
	return tracing_set_functions() || set_all(settings) || tracing_forget() ? -1 : 0;
}

/* ---- tracepoints ---- */

int tracing_events(const char *const *events)
{
	char path[128];

	if (knob_set(T "tracing_on", "0") || set_buffer() || follow_self(T "set_event_pid", T "options/event-fork"))
		return -1;
	for (; *events; events++) {
		snprintf(path, sizeof(path), T "events/%s/enable", *events);
		if (tracing_file_exists(path) && knob_set(path, "1"))
			return -1;
	}
	return tracing_forget();
}

/* ---- in the child ---- */

int tracing_open(struct tracing *t)
{
	t->on_fd = tracing_file_open(T "tracing_on", O_WRONLY);
	return t->on_fd < 0 ? fault(T "tracing_on: cannot open: %s", strerror(errno)) : 0;
}

static void turn(const struct tracing *t, const char *text)
{
	if (pwrite(t->on_fd, text, 1, 0) != 1)
		fault(T "tracing_on: cannot write: %s", strerror(errno));
}

void tracing_start(const struct tracing *t)
{
	turn(t, "1");
}

void tracing_stop(const struct tracing *t)
{
	turn(t, "0");
}

/* ---- what came of it ---- */

FILE *tracing_read(void)
{
	return tracing_file_read(T "trace");
}

static double sum_over_cpus(const char *label)
{
	char *folder = knob_file_below_root(T);
	double sum = tracing_stats_sum(folder, label);

	free(folder);
	return sum;
}

double tracing_recorded(void)
{
	return sum_over_cpus("entries");
}

double tracing_lost(void)
{
	return sum_over_cpus("overrun");
}
