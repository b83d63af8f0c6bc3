/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check - what the kernel promises about migration, as KTAP on stdout */
#ifndef NODEHOP_CHECK_H
#define NODEHOP_CHECK_H

#include "campaign/request.h"

/* Tries the rules that are asked for, a line each. The exit code. */
int check_promises(struct request *request);

#endif
