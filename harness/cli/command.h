/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * command - one file a subcommand: argv in, exit code out
 *
 * Each ends in COMMAND(name) = { ... }; the linker collects them as it does benchmarks.
 */
#ifndef NODEHOP_COMMAND_H
#define NODEHOP_COMMAND_H

#include <jansson.h>

struct command {
	const char *name, *about;
	/* argv[0] is "nodehop NAME". Returns the exit code. */
	int (*run)(int argc, char **argv);
};

/* clang-format off */
#define COMMAND(id)								\
	static const struct command command_##id;				\
	__attribute__((section("nodehop_commands"), used, retain))		\
	static const struct command *const command_ptr_##id = &command_##id;	\
	static const struct command command_##id
/* clang-format on */

enum exit_codes {
	EXIT_FINE = 0,
	EXIT_REGRESSED = 1, /* also: a point is wrong or broken */
	EXIT_TROUBLE = 2,   /* usage, input or output, a corrupt file */
	EXIT_UNDECIDED = 3, /* a gating point is inconclusive or unstable */
	EXIT_NOTHING = 4,   /* nothing could be measured */
	EXIT_INCOMPARABLE = 5,
};

/* For each help text that lists exit codes. */
#define EXIT_INTERRUPTED ", 128 + the signal when interrupted (SIGINT: 130)"

/* Prints "nodehop: <the stored fault>" to stderr and returns EXIT_TROUBLE. */
int command_trouble(void);

/* The words of a command line as JSON texts. NULL with a fault when one is not UTF-8: records could not hold it. */
json_t *command_words(int argc, char **argv);

#endif
