/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel_pins - what kernels.ini says of an alias ("6.12"): the Debian package that it is, by version and sum
 */
#ifndef NODEHOP_KERNEL_PINS_H
#define NODEHOP_KERNEL_PINS_H

#include "lab/debian.h"

struct kernel_pin {
	char alias[32], meta[120]; /* meta: the package that names the newest of its line */
	struct debian_package package;
};

/*
 * Finds the alias in the file. 0, or -1 with a fault: the file cannot be read
 * or has a mistake (anywhere in it), or no such alias, with those that are.
 */
int kernel_pin_find(const char *path, const char *alias, struct kernel_pin *pin);

#endif
