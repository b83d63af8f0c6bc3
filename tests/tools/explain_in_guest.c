// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * In a guest, in the place of nodehop, which it runs as nodehop.real: explains points, kills one explanation, and
 * prints before and after what the tracer's settings are (tests/lab/explain reads that from the console).
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define T "/sys/kernel/tracing/"

static char *settings[] = { "current_tracer",
			    "set_graph_function",
			    "set_ftrace_filter",
			    "set_ftrace_pid",
			    "set_event_pid",
			    "buffer_size_kb",
			    "tracing_on",
			    "max_graph_depth",
			    "options/function-fork",
			    "options/event-fork",
			    "options/sleep-time",
			    "options/funcgraph-irqs",
			    "events/sched/sched_switch/enable",
			    "events/migrate/mm_migrate_pages/enable",
			    NULL };

static void read_setting(const char *name, char *text, size_t size)
{
	char path[200];
	FILE *file;

	snprintf(path, sizeof(path), T "%s", name);
	file = fopen(path, "r");
	if (!file || !fgets(text, size, file))
		snprintf(text, size, "-");
	text[strcspn(text, "\n")] = '\0';
	if (file)
		fclose(file);
}

static void print_state(const char *when)
{
	char text[300];

	printf("state %s:", when);
	for (char **name = settings; *name; name++) {
		read_setting(*name, text, sizeof(text));
		printf(" %s=%s,", strrchr(*name, '/') ? strrchr(*name, '/') + 1 : *name, text);
	}
	printf("\n");
	fflush(stdout);
}

static pid_t start(char **argv)
{
	pid_t pid = fork();

	if (!pid) {
		execv("/bin/nodehop.real", argv);
		_exit(127);
	}
	return pid;
}

static void run(const char *label, char **argv)
{
	int status = 0;

	printf("begin %s\n", label);
	fflush(stdout);
	waitpid(start(argv), &status, 0);
	printf("end %s: %d\n", label, WEXITSTATUS(status));
	fflush(stdout);
}

static void wait_until_tracing(void)
{
	char tracer[100], on[100];

	for (int i = 0; i < 1200; i++) {
		read_setting("current_tracer", tracer, sizeof(tracer));
		read_setting("tracing_on", on, sizeof(on));
		if (!strcmp(tracer, "function_graph") && !strcmp(on, "1"))
			return;
		usleep(50000);
	}
	printf("never saw it trace\n");
}

static void kill_one(char **argv)
{
	pid_t pid = start(argv);
	int status;

	wait_until_tracing();
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
}

static void write_setting(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	if (!file || fputs(text, file) < 0 || fclose(file))
		printf("cannot write %s\n", path);
}

int main(void)
{
	char *graph[] = { "nodehop", "explain", "move_pages", "size=128k", "batch=1", NULL };
	char *drain[] = { "nodehop", "explain", "test_drainer", NULL };
	char *tracepoints[] = { "nodehop", "explain",  "move_pages",  "size=128k",
				"batch=8", "--source", "tracepoints", NULL };
	char *samples[] = { "nodehop", "explain", "move_pages", "size=512k", "batch=64", "--source", "samples", NULL };
	char *counters[] = { "nodehop", "explain", "move_pages", "size=128k", "batch=1", "--source", "counters", NULL };
	char *dozer[] = { "nodehop", "explain", "test_dozer", "--source", "graph", NULL };
	char *null[] = { "nodehop", "run", "null", "--out", "/tmp/null", NULL };

	unsetenv("NODEHOP_CHANNEL"); /* we are on the console */
	run("graph", graph);
	print_state("first");
	run("drain", drain);
	run("tracepoints", tracepoints);
	run("samples", samples);
	run("counters", counters);
	print_state("explained");
	write_setting(T "set_ftrace_pid", "1\n"); /* someone else */
	run("refused", dozer);
	write_setting(T "set_ftrace_pid", "");
	kill_one(dozer);
	sleep(1); /* its child ends after it, and has the lock as long */
	print_state("killed");
	run("null", null);
	print_state("restored");
	return 0;
}
