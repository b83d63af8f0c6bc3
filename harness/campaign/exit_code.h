/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exit_code - what the program's exit codes mean; where several apply, 2 goes before 5, 1, 3, 4 and 0 */
#ifndef NODEHOP_EXIT_CODE_H
#define NODEHOP_EXIT_CODE_H

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
int exit_trouble(void);

#endif
