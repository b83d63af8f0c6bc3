/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rights - the capabilities of this process that count
 *
 * The capabilities that a process believes to have are those of its user
 * namespace: in any but the initial one they do not let it move the pages of
 * others, or read page frame numbers.
 */
#ifndef NODEHOP_RIGHTS_H
#define NODEHOP_RIGHTS_H

#include <stdbool.h>

/* In a user namespace other than the initial one, where root is not root? */
bool rights_in_user_namespace(void);

/* A capability (CAP_SYS_NICE) that counts: effective, and in the initial user namespace. */
bool rights_have(int capability);

#endif
