/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rights - what this process may do, by what the kernel lets it do
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

/* Are all of these (enum privileges) ours? If not, a fault says which is missing, and `code` is the reason. */
bool rights_check(unsigned privileges, const char **code);

#endif
