/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * command - one file a subcommand: argv in, exit code out
 *
 * Each ends in COMMAND(name) = { ... }; the linker collects them as it does benchmarks.
 */
#ifndef NODEHOP_COMMAND_H
#define NODEHOP_COMMAND_H

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

#endif
