/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * privileges - has this process those that a benchmark asks for (enum privileges)?
 */
#ifndef NODEHOP_PRIVILEGES_H
#define NODEHOP_PRIVILEGES_H

#include <stdbool.h>

/* Are all of these (enum privileges) ours? If not, a fault says which is missing, and `code` is the reason. */
bool privileges_check(unsigned privileges, const char **code);

#endif
