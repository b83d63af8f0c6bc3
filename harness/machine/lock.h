/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lock - one measuring instance a machine
 */
#ifndef NODEHOP_LOCK_H
#define NODEHOP_LOCK_H

/*
 * Takes the machine's lock, held until the process and its children that
 * inherited it end. 0, or -1 with a fault that names the holder's pid.
 */
int lock_machine(void);

#endif
