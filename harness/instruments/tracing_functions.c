// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tracing_functions - which of the kernel's functions are traced
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/fault.h"
#include "instruments/tracing_files.h"
#include "settings/knobs.h"

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
	if (tracing_write_word(f->filter, text))
		return 0;
	return fault(T "set_ftrace_filter: cannot add %s: %s", function, strerror(errno));
}

static int read_functions(struct functions *f)
{
	FILE *file = tracing_file_read(T "available_filter_functions");
	char line[256];
	int result = file ? 0 : -1;

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

	f->filter = result ? -1 : tracing_file_open(T "set_ftrace_filter", O_WRONLY | O_APPEND);
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

int tracing_set_functions(void)
{
	struct functions f = {};

	return set_functions(&f) || set_entries(&f) ? -1 : 0;
}
