/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab_request - what `nodehop lab` was asked for; lab_command does it */
#ifndef NODEHOP_LAB_REQUEST_H
#define NODEHOP_LAB_REQUEST_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "campaign/request.h"
#include "lab/boot.h"

struct lab_request {
	const char *topology, *kernel, *append, *possible_cpus, *out, *keep_console;
	enum timekeeper mode;
	uint64_t first_seed, last_seed;
	bool seed_given, no_functions, print;
	unsigned deadline_s;
	int argc;		 /* of the command in the guest: "nodehop run ..." */
	char **argv;		 /* NULL-terminated */
	struct run_request *run; /* what a `run` among them asks for; else NULL */
	/* In the place of relaying what the guest prints: boots it, and returns the exit code. NULL: relayed. */
	int (*instead)(const struct lab *lab, const struct lab_request *request, struct boot *boot);
	FILE *consoles; /* of keep_console, while the guests run */
};

#endif
