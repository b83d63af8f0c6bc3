// SPDX-License-Identifier: GPL-2.0-or-later
/* exit_code - prints a fault and gives the exit code for it */
#include <stdio.h>
#include "base/fault.h"
#include "campaign/exit_code.h"

int exit_trouble(void)
{
	fflush(stdout);
	fprintf(stderr, "nodehop: %s\n", fault_text());
	return EXIT_TROUBLE;
}
