// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include "base/fault.h"
#include "cli/command.h"

int command_trouble(void)
{
	fflush(stdout);
	fprintf(stderr, "nodehop: %s\n", fault_text());
	return EXIT_TROUBLE;
}
