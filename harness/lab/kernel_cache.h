/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel_cache - kernels that were fetched once
 */
#ifndef NODEHOP_KERNEL_CACHE_H
#define NODEHOP_KERNEL_CACHE_H

#include "lab/debian.h"
#include "lab/kernel.h"

/* $XDG_CACHE_HOME/nodehop/kernels or ~/.cache/nodehop/kernels, made when it is not there; free() it. NULL with a fault.
 */
char *kernel_cache_folder(void);

/* Fills path and identity when the cache has that version, unchanged since it was put there. 0, or -1 without a fault.
 */
int kernel_cache_get(const char *cache, const struct debian_package *package, struct kernel *kernel);

/* Fetches that version into the cache, saying so on stderr. As debian_fetch_kernel. */
int kernel_cache_fetch(const char *cache, const struct debian_package *package, struct kernel *kernel);

/* What is used instead of a version that is not available; remembered, so that the next time needs no network. */
void kernel_cache_remember(const char *cache, const struct debian_package *lost, const struct debian_package *instead);

/* 0, or -1 without a fault. */
int kernel_cache_remembered(const char *cache, const struct debian_package *lost, struct kernel *kernel);

#endif
