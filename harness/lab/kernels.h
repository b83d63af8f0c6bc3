/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernels - which kernel a lab guest boots, and where it comes from
 *
 * An alias ("6.12") names a Debian package: the one that kernels.ini pins by
 * version and sum, or, when Debian has it no more, what the meta-package
 * names now. Kernels are kept in ~/.cache/nodehop/kernels, which answers
 * first: nothing is fetched twice. What has a slash is the path of a bzImage.
 */
#ifndef NODEHOP_KERNELS_H
#define NODEHOP_KERNELS_H

#include "lab/kernel.h"

#define KERNEL_DEFAULT "6.12"

/*
 * Finds the kernel, fetching it when it must. 0, or -1 with a fault: unknown
 * alias, no network, a sum that differs, not a bzImage. Then kernel_free.
 */
int kernel_find(const char *alias_or_path, struct kernel *kernel);

void kernel_free(struct kernel *kernel);

#endif
