/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * request_options - the options that say what to measure, shared by plan, run, check and explain
 *
 * Add request_argp as a child of a command's argp, with a zeroed struct request as its input.
 */
#ifndef NODEHOP_REQUEST_OPTIONS_H
#define NODEHOP_REQUEST_OPTIONS_H

#include <argp.h>
#include "campaign/request.h"

extern const struct argp request_argp;

/* Reads the command line of `run`; exits with code 2 when it is wrong, 0 after --help. */
void run_options_parse(int argc, char **argv, struct run_request *r);

#endif
