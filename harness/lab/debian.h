/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * debian - kernels as Debian packages: named, fetched, verified, unpacked
 *
 * Needs no root: nothing is installed. When apt's own lists are stale or
 * empty, a copy of them is fetched into a folder of ours, once a process.
 */
#ifndef NODEHOP_DEBIAN_H
#define NODEHOP_DEBIAN_H

#include "base/file.h"

struct debian_package {
	char name[120], version[80];
	char sha256[FILE_SHA256_TEXT]; /* of the .deb; "" when not known yet */
};

/* The kernel package that a meta-package depends on now. 0, or -1 with a fault. */
int debian_kernel_of(const char *meta, const char *cache, struct debian_package *package);

#define DEBIAN_ALTERED (-2)

/*
 * Downloads exactly that version and unpacks its kernel image to `image`.
 * `cache` is a folder for what apt keeps. 0, or -1 with a fault: the version
 * is gone, no network, not unpacked; or DEBIAN_ALTERED with a fault: it came,
 * and its sum is not the package's.
 */
int debian_fetch_kernel(const struct debian_package *package, const char *cache, const char *image);

#endif
