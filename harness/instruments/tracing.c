// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/sysfile.h"
#include "instruments/tracing.h"
#include "settings/knob_file.h"
#include "settings/knob_special.h"
#include "settings/knobs.h"

#define T	       "/sys/kernel/tracing/"
#define BUFFER_ALL_KB  (256l << 10) /* for all CPUs together */
#define BUFFER_MOST_KB (16l << 10)  /* for each */

/* ---- settings that read other than they are written ---- */

/* A list reads "#### all functions enabled ####" or "no pid" when nothing is in it, and else as lines. */
static char *read_list(const char *path)
{
	struct bytes list;

	if (knob_file_read(path, &list))
		return NULL;
	while (list.size && list.data[list.size - 1] == '\n')
		list.data[--list.size] = '\0';
	if (!list.size || list.data[0] == '#' || !strcmp(list.data, "no pid")) {
		free(list.data);
		return xstrdup("none");
	}
	for (char *c = list.data; *c; c++)
		if (*c == '\n')
			*c = ' ';
	return list.data;
}

static bool write_word(int fd, const char *word)
{
	char line[300];

	snprintf(line, sizeof(line), "%s\n", word);
	return write(fd, line, strlen(line)) >= 0;
}

/* The kernel takes one word a write. Opening to truncate empties the list. */
static int write_list(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC), result = 0;
	char *copy = xstrdup(value), *rest = copy, *word;

	if (fd < 0 || !copy)
		result = fault("%s: cannot open for writing: %s", path, strerror(errno));
	while (!result && strcmp(value, "none") && (word = strsep(&rest, " ")))
		if (*word && !write_word(fd, word))
			result = fault("%s: cannot write \"%s\": %s", path, word, strerror(errno));
	free(copy);
	if (fd >= 0 && close(fd) && !result)
		result = fault("%s: cannot write \"%s\": %s", path, value, strerror(errno));
	return result;
}

#define LIST_KNOB(id)                                                                                                  \
	static bool id##_exists(void)                                                                                  \
	{                                                                                                              \
		return !access(T #id, F_OK);                                                                           \
	}                                                                                                              \
	static char *id##_read(void)                                                                                   \
	{                                                                                                              \
		return read_list(T #id);                                                                               \
	}                                                                                                              \
	static int id##_write(const char *value)                                                                       \
	{                                                                                                              \
		return write_list(T #id, value);                                                                       \
	}

LIST_KNOB(set_ftrace_filter)
LIST_KNOB(set_graph_function)
LIST_KNOB(set_ftrace_pid)
LIST_KNOB(set_event_pid)

static bool buffer_exists(void)
{
	return !access(T "buffer_size_kb", F_OK);
}

/*
 * "7 (expanded: 1408)" is what the first use makes 1408 of. The kernel has whole pages of it, less a head of 16 bytes
 * each, so that 1408 written reads 1410: what it would come to is the value.
 */
static char *buffer_read(void)
{
	const char *expanded;
	char value[64], *text;
	long kb, page = sysconf(_SC_PAGESIZE) - 16;

	if (sysfile_read(value, sizeof(value), T "buffer_size_kb") < 0)
		return NULL;
	expanded = strstr(value, "(expanded: ");
	kb = strtol(expanded ? expanded + 11 : value, NULL, 10);
	kb = (kb * 1024 + page - 1) / page * page / 1024;
	return asprintf(&text, "%ld", kb) < 0 ? NULL : text;
}

static int buffer_write(const char *value)
{
	return sysfile_write(T "buffer_size_kb", value);
}

const struct special_knob tracing_knobs[] = {
	{ T "set_ftrace_filter", T "set_ftrace_filter", set_ftrace_filter_exists, set_ftrace_filter_read,
	  set_ftrace_filter_write },
	{ T "set_graph_function", T "set_graph_function", set_graph_function_exists, set_graph_function_read,
	  set_graph_function_write },
	{ T "set_ftrace_pid", T "set_ftrace_pid", set_ftrace_pid_exists, set_ftrace_pid_read, set_ftrace_pid_write },
	{ T "set_event_pid", T "set_event_pid", set_event_pid_exists, set_event_pid_read, set_event_pid_write },
	{ T "buffer_size_kb", T "buffer_size_kb", buffer_exists, buffer_read, buffer_write },
	{},
};

/* ---- may we? ---- */

static int find_foreign_list(void)
{
	static const char *const lists[] = { T "set_ftrace_filter", T "set_graph_function", T "set_ftrace_pid",
					     T "set_event_pid", NULL };

	for (const char *const *list = lists; *list; list++) {
		char *value = access(*list, F_OK) ? xstrdup("none") : knob_read(*list);
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
	if (access(T "current_tracer", F_OK) && geteuid())
		return fault(T ": tracing is for root");
	if (access(T "current_tracer", F_OK))
		return fault(T ": no tracefs; mount -t tracefs tracefs /sys/kernel/tracing (or the kernel has none)");
	return knob_is(T "current_tracer", "nop") ? find_foreign_list()
						  : fault(T "current_tracer is not nop: someone else is tracing");
}

bool tracing_has(const char *tracer)
{
	char text[512], *rest = text, *word;

	if (sysfile_read(text, sizeof(text), T "available_tracers") < 0)
		return false;
	while ((word = strsep(&rest, " \n")))
		if (!strcmp(word, tracer))
			return true;
	return false;
}

/* ---- what is common to both ---- */

/* What a kernel does not have it does not do either. */
static int set(const char *const (*setting)[2])
{
	for (; (*setting)[0]; setting++)
		if (!access((*setting)[0], F_OK) && knob_set((*setting)[0], (*setting)[1]))
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
	int fd = open(T "trace", O_WRONLY | O_TRUNC | O_CLOEXEC);

	if (fd < 0)
		return fault(T "trace: cannot be emptied: %s", strerror(errno));
	close(fd);
	return 0;
}

/* ---- function_graph ---- */

/*
 * Tracing a function means patching it. Of the 40,000 that a kernel has these
 * are enough; and none of them is what idle CPUs run at each tick, as an
 * emulator with a thread a CPU may trip over code that changes under it.
 */
static bool is_wanted(const char *function)
{
	static const char *const parts[] = { "migrat",	   "folio",  "page",	   "pte_",	 "_pte",
					     "pmd",	   "tlb",    "rmap",	   "lru_",	 "vma_",
					     "munmap",	   "mbind",  "mempolicy",  "madvise",	 "mprotect",
					     "mremap",	   "userf",  "_mm_fault",  "rmqueue",	 "freelist",
					     "free_unref", "swap",   "huge",	   "mem_cgroup", "cpuset",
					     "numa_",	   "memcpy", "flush_work", NULL };
	static const char *const starts[] = { "copy_",
					      "clear_",
					      "change_p",
					      "synchronize_rcu",
					      "synchronize_srcu",
					      "schedule_timeout",
					      "io_schedule",
					      "rwsem_down",
					      "__mutex_lock",
					      "mutex_lock",
					      "down_read",
					      "down_write",
					      "on_each_cpu",
					      "smp_call_function_",
					      "wait_for_completion",
					      NULL };

	for (const char *const *part = parts; *part; part++)
		if (strstr(function, *part))
			return true;
	for (const char *const *start = starts; *start; start++)
		if (!strncmp(function, *start, strlen(*start)))
			return true;
	return !strcmp(function, "schedule");
}

/* What is found in the list of all functions that can be traced. */
struct functions {
	int filter;	/* open for adding to set_ftrace_filter, by number: names take the kernel far longer */
	char calls[32]; /* how this architecture begins the names of system calls: "__x64_sys_" */
};

static void note_calls(struct functions *f, const char *function)
{
	const char *end = strstr(function, "sys_move_pages");

	if (end && !strcmp(end, "sys_move_pages") && !*f->calls)
		snprintf(f->calls, sizeof(f->calls), "%.*ssys_", (int)(end - function), function);
}

static int take_function(struct functions *f, const char *function, long number)
{
	char text[32];

	note_calls(f, function);
	if (!is_wanted(function))
		return 0;
	snprintf(text, sizeof(text), "%ld", number);
	if (write_word(f->filter, text))
		return 0;
	return fault(T "set_ftrace_filter: cannot add %s: %s", function, strerror(errno));
}

static int read_functions(struct functions *f)
{
	FILE *file = fopen(T "available_filter_functions", "re");
	char line[256];
	int result = file ? 0 : fault(T "available_filter_functions: cannot open: %s", strerror(errno));

	for (long number = 1; !result && fgets(line, sizeof(line), file); number++) {
		line[strcspn(line, " \t\n")] = '\0'; /* a module's name may follow */
		result = take_function(f, line, number);
	}
	if (file)
		fclose(file);
	return result;
}

/* The first entry makes the journal know of the list. */
static int set_functions(struct functions *f)
{
	int result = knob_set(T "set_ftrace_filter", "1");

	f->filter = result ? -1 : open(T "set_ftrace_filter", O_WRONLY | O_APPEND | O_CLOEXEC);
	if (!result && f->filter < 0)
		result = fault(T "set_ftrace_filter: cannot open: %s", strerror(errno));
	if (!result)
		result = read_functions(f);
	if (f->filter >= 0 && close(f->filter) && !result)
		result = fault(T "set_ftrace_filter: %s", strerror(errno));
	if (!result && !*f->calls)
		result = fault("this kernel does not trace system calls");
	return result;
}

/* From the system calls and faults down. */
static int set_entries(const struct functions *f)
{
	char entries[100];

	snprintf(entries, sizeof(entries), "%s* handle_mm_fault", f->calls);
	return knob_set(T "set_graph_function", entries);
}

int tracing_graph(void)
{
	static const char *const settings[][2] = { { T "tracing_on", "0" },
						   { T "options/sleep-time", "1" },
						   { T "options/funcgraph-irqs", "0" },
						   { T "max_graph_depth", "0" },
						   { T "current_tracer", "function_graph" },
						   {} };
	struct functions f = {};

	if (set_buffer() || follow_self(T "set_ftrace_pid", T "options/function-fork"))
		return -1;
	return set_functions(&f) || set_entries(&f) || set(settings) || tracing_forget() ? -1 : 0;
}

/* ---- tracepoints ---- */

int tracing_events(const char *const *events)
{
	char path[128];

	if (knob_set(T "tracing_on", "0") || set_buffer() || follow_self(T "set_event_pid", T "options/event-fork"))
		return -1;
	for (; *events; events++) {
		snprintf(path, sizeof(path), T "events/%s/enable", *events);
		if (!access(path, F_OK) && knob_set(path, "1"))
			return -1;
	}
	return tracing_forget();
}

/* ---- in the child ---- */

static int on_fd = -1;

int tracing_open(void)
{
	on_fd = open(T "tracing_on", O_WRONLY | O_CLOEXEC);
	return on_fd < 0 ? fault(T "tracing_on: cannot open: %s", strerror(errno)) : 0;
}

static void turn(const char *text)
{
	if (pwrite(on_fd, text, 1, 0) != 1)
		fault(T "tracing_on: cannot write: %s", strerror(errno));
}

void tracing_start(void)
{
	turn("1");
}

void tracing_stop(void)
{
	turn("0");
}

/* ---- what came of it ---- */

FILE *tracing_read(void)
{
	FILE *file = fopen(T "trace", "re");

	if (!file)
		fault(T "trace: cannot open: %s", strerror(errno));
	return file;
}

/* The first such line: "overrun: " comes before "commit overrun: ". */
static uint64_t number_on(const char *cpu, const char *label)
{
	char text[1024], *line;

	if (sysfile_read(text, sizeof(text), T "per_cpu/%s/stats", cpu) < 0)
		return 0;
	line = strstr(text, label);
	return line ? strtoull(line + strlen(label), NULL, 10) : 0;
}

static uint64_t number_on_all(const char *label)
{
	DIR *dir = opendir(T "per_cpu");
	struct dirent *entry;
	uint64_t sum = 0;

	while (dir && (entry = readdir(dir)))
		if (!strncmp(entry->d_name, "cpu", 3))
			sum += number_on(entry->d_name, label);
	if (dir)
		closedir(dir);
	return sum;
}

uint64_t tracing_recorded(void)
{
	return number_on_all("entries: ");
}

uint64_t tracing_lost(void)
{
	return number_on_all("overrun: ");
}
