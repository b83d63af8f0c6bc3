// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tracing: on a captured tracefs in the place of the kernel's (plain files below the root of the settings): what is set,
 * which functions are traced, that all comes back, and what is read of a machine with many CPUs.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fault.h"
#include "instruments/tracing.h"
#include "settings/knob_file.h"
#include "settings/knobs.h"

#define T    "/sys/kernel/tracing/"
#define CPUS 256

static char root[] = "/tmp/nodehop-tracing-XXXXXX";

static int shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
static int shell(const char *format, ...)
{
	char command[2000];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	return system(command);
}

static void put(const char *path, const char *text)
{
	char *whole = knob_file_below_root(path);
	FILE *file = fopen(whole, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	free(whole);
}

/* The kernel's files show what was written last, and nothing of what was longer before; the Makefile has writes come here. */
int __wrap_knob_file_write(const char *path, const char *data, size_t size);
int __wrap_knob_file_write(const char *path, const char *data, size_t size)
{
	char text[400];

	snprintf(text, sizeof(text), "%.*s\n", (int)size, data);
	put(path, text);
	return 0;
}

/* Its first line. */
static const char *line_of(const char *path)
{
	static char line[4096];
	char *whole = knob_file_below_root(path);
	FILE *file = fopen(whole, "r");

	assert_non_null(file);
	if (!fgets(line, sizeof(line), file))
		*line = '\0';
	line[strcspn(line, "\n")] = '\0';
	fclose(file);
	free(whole);
	return line;
}

/* What an idle kernel shows. */
static int fill_tree(void **state)
{
	(void)state;
	shell("rm -rf %s/*; cd %s && mkdir -p var/lib proc/sys/kernel/random sys/kernel/tracing", root, root);
	shell("cp -r tests/data/tracefs/. %s/sys/kernel/tracing", root);
	put("/proc/sys/kernel/random/boot_id", "11111111-2222-3333-4444-555555555555\n");
	return knobs_open(NULL);
}

static int make_tree(void **state)
{
	(void)state;
	if (!mkdtemp(root))
		return -1;
	knob_file_root(root);
	return 0;
}

static int remove_tree(void **state)
{
	(void)state;
	return shell("rm -rf %s", root);
}

/* ---- may we? ---- */

static void a_quiet_tracer_may_be_used(void **state)
{
	(void)state;
	assert_int_equal(tracing_usable(), 0);
	assert_true(tracing_has("function_graph"));
	assert_true(tracing_has("nop"));
	assert_false(tracing_has("function_grap"));
	assert_false(tracing_has("irqsoff"));
}

static void someone_else_is_tracing(void **state)
{
	(void)state;
	put(T "current_tracer", "function\n");
	assert_int_equal(tracing_usable(), -1);
	assert_non_null(strstr(fault_text(), "someone else is tracing"));
	put(T "current_tracer", "nop\n");
	put(T "set_event_pid", "4711\n4712\n");
	assert_int_equal(tracing_usable(), -1);
	assert_non_null(strstr(fault_text(), "set_event_pid is 4711 4712: someone else is tracing"));
}

static void no_tracefs_is_a_reason(void **state)
{
	(void)state;
	shell("rm -rf %s/sys/kernel/tracing", root);
	assert_int_equal(tracing_usable(), -1);
	assert_non_null(strstr(fault_text(), geteuid() ? "tracing is for root" : "no tracefs"));
	assert_false(tracing_has("function_graph"));
	assert_null(tracing_read());
	assert_true(isnan(tracing_recorded()));
}

/* ---- set up ---- */

static bool has_number(const char *list, long number)
{
	char *end;

	for (; *list; list = end + strspn(end, "\n"))
		if (strtol(list, &end, 10) == number)
			return true;
	return false;
}

static void what_migration_leads_through_is_traced(void **state)
{
	char *filter, pid[32];
	struct bytes bytes;
	unsigned long mark = knobs_mark();

	(void)state;
	assert_int_equal(tracing_graph(), 0);
	snprintf(pid, sizeof(pid), "%d", getpid());
	assert_string_equal(line_of(T "set_ftrace_pid"), pid);
	assert_string_equal(line_of(T "options/function-fork"), "1");
	assert_string_equal(line_of(T "current_tracer"), "function_graph");
	assert_string_equal(line_of(T "tracing_on"), "0");
	assert_string_equal(line_of(T "set_graph_function"), "__x64_sys_*");
	assert_int_equal(knob_file_read(T "set_ftrace_filter", &bytes), 0);
	filter = bytes.data;
	assert_true(has_number(filter, 4));  /* migrate_pages_batch: by its place in the list */
	assert_true(has_number(filter, 5));  /* schedule */
	assert_true(has_number(filter, 8));  /* of a module */
	assert_false(has_number(filter, 3)); /* tick_nohz_idle_enter */
	assert_false(has_number(filter, 6)); /* schedule_tail begins like schedule */
	free(filter);
	assert_string_equal(line_of(T "trace"), "");
	assert_int_equal(knobs_restore(mark), 0);
	assert_string_equal(line_of(T "set_ftrace_filter"), "");
	assert_string_equal(line_of(T "set_ftrace_pid"), "");
}

static void a_kernel_that_traces_no_calls_is_said(void **state)
{
	unsigned long mark = knobs_mark();

	(void)state;
	put(T "available_filter_functions", "migrate_pages_batch\nschedule\n");
	assert_int_equal(tracing_graph(), -1);
	assert_non_null(strstr(fault_text(), "this kernel does not trace system calls"));
	knobs_restore(mark);
}

static void tracepoints_that_are_not_there_are_left_out(void **state)
{
	static const char *const events[] = { "migrate/mm_migrate_pages", "migrate/not_yet", NULL };
	unsigned long mark = knobs_mark();
	char pid[32];

	(void)state;
	assert_int_equal(tracing_events(events), 0);
	snprintf(pid, sizeof(pid), "%d", getpid());
	assert_string_equal(line_of(T "set_event_pid"), pid);
	assert_string_equal(line_of(T "events/migrate/mm_migrate_pages/enable"), "1");
	assert_int_equal(knobs_restore(mark), 0);
	assert_string_equal(line_of(T "events/migrate/mm_migrate_pages/enable"), "0");
}

/* "7 (expanded: 1408)" is a buffer that nobody has used yet; 256 MiB are for all CPUs together. */
static void the_buffer_grows_and_comes_back(void **state)
{
	static const char *const none[] = { NULL };
	unsigned long mark = knobs_mark();
	long each_kb = (256l << 10) / sysconf(_SC_NPROCESSORS_CONF), wanted_kb = each_kb < 16384 ? each_kb : 16384;

	(void)state;
	assert_int_equal(tracing_events(none), 0);
	assert_int_equal(strtol(line_of(T "buffer_size_kb"), NULL, 10), wanted_kb);
	assert_int_equal(knobs_restore(mark), 0);
	assert_int_equal(strtol(line_of(T "buffer_size_kb"), NULL, 10), 1410);
	put(T "buffer_size_kb", "99999999\n"); /* large enough already */
	mark = knobs_mark();
	assert_int_equal(tracing_events(none), 0);
	assert_string_equal(line_of(T "buffer_size_kb"), "99999999");
	assert_int_equal(knobs_restore(mark), 0);
}

/* ---- in the child, and after ---- */

static void the_switch_is_turned(void **state)
{
	struct tracing t;

	(void)state;
	assert_int_equal(tracing_open(&t), 0);
	tracing_start(&t);
	assert_string_equal(line_of(T "tracing_on"), "1");
	tracing_stop(&t);
	assert_string_equal(line_of(T "tracing_on"), "0");
	close(t.on_fd);
	shell("rm %s" T "tracing_on", root);
	assert_int_equal(tracing_open(&t), -1);
}

static void all_cpus_are_added_up(void **state)
{
	(void)state;
	for (int cpu = 0; cpu < CPUS; cpu++) {
		char path[100];

		shell("mkdir -p %s" T "per_cpu/cpu%d", root, cpu);
		snprintf(path, sizeof(path), T "per_cpu/cpu%d/stats", cpu);
		put(path, "entries: 100\noverrun: 3\ncommit overrun: 9\nbytes: 4096\ndropped events: 0\n");
	}
	assert_int_equal(tracing_recorded(), 100 * CPUS);
	assert_int_equal(tracing_lost(), 3 * CPUS);
}

/* What one CPU does not tell may be any number: nothing is known of the sum, least of all that nothing was lost. */
static void a_cpu_that_does_not_tell_is_no_zero(void **state)
{
	(void)state;
	all_cpus_are_added_up(state);
	put(T "per_cpu/cpu1/stats", "entries: 100\n");
	assert_int_equal(tracing_recorded(), 100 * CPUS);
	assert_true(isnan(tracing_lost()));
	assert_non_null(strstr(fault_text(), "cpu1/stats: has no \"overrun\""));
	shell("rm %s" T "per_cpu/cpu1/stats", root);
	assert_true(isnan(tracing_recorded()));
}

static void what_was_recorded_is_read_and_forgotten(void **state)
{
	char line[100];
	FILE *file;

	(void)state;
	put(T "trace", "# tracer: nop\n");
	file = tracing_read();
	assert_non_null(file);
	assert_non_null(fgets(line, sizeof(line), file));
	assert_string_equal(line, "# tracer: nop\n");
	fclose(file);
	assert_int_equal(tracing_forget(), 0);
	assert_string_equal(line_of(T "trace"), "");
	shell("rm -rf %s" T "trace", root);
	assert_int_equal(tracing_forget(), -1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_quiet_tracer_may_be_used, fill_tree),
		cmocka_unit_test_setup(someone_else_is_tracing, fill_tree),
		cmocka_unit_test_setup(no_tracefs_is_a_reason, fill_tree),
		cmocka_unit_test_setup(what_migration_leads_through_is_traced, fill_tree),
		cmocka_unit_test_setup(a_kernel_that_traces_no_calls_is_said, fill_tree),
		cmocka_unit_test_setup(tracepoints_that_are_not_there_are_left_out, fill_tree),
		cmocka_unit_test_setup(the_buffer_grows_and_comes_back, fill_tree),
		cmocka_unit_test_setup(the_switch_is_turned, fill_tree),
		cmocka_unit_test_setup(all_cpus_are_added_up, fill_tree),
		cmocka_unit_test_setup(a_cpu_that_does_not_tell_is_no_zero, fill_tree),
		cmocka_unit_test_setup(what_was_recorded_is_read_and_forgotten, fill_tree),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
