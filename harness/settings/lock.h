/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lock - one measuring instance a machine
 *
 * The lock is a file that anybody may open for reading, which is enough to
 * lock it; nothing is ever written into it, and no link or pipe that stands
 * there is followed. Who holds it, the kernel tells (/proc/locks).
 */
#ifndef NODEHOP_LOCK_H
#define NODEHOP_LOCK_H

#include <stdbool.h>

/*
 * Takes the machine's lock, held until the process and its children that
 * inherited it end. 0, or -1 with a fault that names the holder's pid.
 */
int lock_machine(void);

/* Is somebody measuring now? Then with a fault that names the pid. */
bool lock_is_taken(void);

#endif
