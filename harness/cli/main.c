// SPDX-License-Identifier: GPL-2.0-or-later
/* main - finds the subcommand and runs it */
#include <argp.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/interrupt.h"
#include "campaign/exit_code.h"
#include "cli/command.h"
#include "lab/channel.h"

#define COMMANDS_MAX 64

extern const struct command *const __start_nodehop_commands[] __attribute__((weak));
extern const struct command *const __stop_nodehop_commands[] __attribute__((weak));

static int by_name(const void *a, const void *b)
{
	return strcmp((*(const struct command *const *)a)->name, (*(const struct command *const *)b)->name);
}

static size_t sorted_commands(const struct command **commands)
{
	size_t count = __stop_nodehop_commands - __start_nodehop_commands;

	memcpy(commands, __start_nodehop_commands, count * sizeof(*commands));
	qsort(commands, count, sizeof(*commands), by_name);
	return count;
}

static void print_usage(FILE *to)
{
	const struct command *commands[COMMANDS_MAX];
	size_t count = sorted_commands(commands);

	fprintf(to, "Usage: nodehop COMMAND [ARGUMENT...]\n"
		    "Measures what it costs to move memory between NUMA nodes, and proves that it moved.\n\n");
	for (size_t i = 0; i < count; i++)
		fprintf(to, "  %-9s %s\n", commands[i]->name, commands[i]->about);
	fprintf(to, "\nnodehop COMMAND --help says more, with examples; see also nodehop(1).\n"
		    "A command that is interrupted exits with 128 + the signal (SIGINT: 130).\n");
}

static int run_command(const struct command *command, int argc, char **argv)
{
	char name[64];

	snprintf(name, sizeof(name), "nodehop %s", command->name);
	argv[0] = name;
	return command->run(argc, argv);
}

static int dispatch(int argc, char **argv)
{
	const struct command *commands[COMMANDS_MAX];
	size_t count = sorted_commands(commands);

	if (argc < 2 || !strcmp(argv[1], "--help") || !strcmp(argv[1], "help")) {
		print_usage(argc < 2 ? stderr : stdout);
		return argc < 2 ? EXIT_TROUBLE : EXIT_FINE;
	}
	if (!strcmp(argv[1], "--version")) {
		printf("nodehop %s\n", NODEHOP_VERSION);
		return EXIT_FINE;
	}
	for (size_t i = 0; i < count; i++)
		if (!strcmp(commands[i]->name, argv[1]))
			return run_command(commands[i], argc - 1, argv + 1);
	fault("no command \"%s\"; nodehop --help lists them", argv[1]);
	return exit_trouble();
}

/*
 * A file opened where a standard stream was closed would be written into by everything that is printed. What stands
 * there now fails when it is used, as the closed one would.
 */
static void fill_standard_streams(void)
{
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", fd ? O_RDONLY : O_WRONLY); /* takes the lowest that is free: this one */
}

int main(int argc, char **argv)
{
	int code;

	fill_standard_streams();
	alloc_init();
	setlocale(LC_ALL, "C"); /* a decimal comma has no place in a CSV file */
	argp_err_exit_status = EXIT_TROUBLE;
	interrupt_init();
	if (channel_attach() < 0)
		return exit_trouble();
	code = dispatch(argc, argv);
	if (fflush(stdout) || ferror(stdout)) {
		fault("cannot write the output: %m");
		code = exit_trouble();
	}
	return interrupt_exit_code(code);
}
