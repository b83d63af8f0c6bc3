/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run_here - a run on this very system, from its request to its exit code */
#ifndef NODEHOP_RUN_HERE_H
#define NODEHOP_RUN_HERE_H

#include <jansson.h>
#include "campaign/request.h"
#include "record/resume.h"

/*
 * Measures what is asked for, with the machine's lock held (measure_prepare). `resume` is the run that goes on, or NULL;
 * argv are the words that each session records. Settings are put back. The exit code.
 */
int run_here(struct run_request *request, struct resume *resume, json_t *argv);

#endif
