/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bzimage - what an x86 kernel image says of itself
 */
#ifndef NODEHOP_BZIMAGE_H
#define NODEHOP_BZIMAGE_H

#include <stddef.h>

/* 0 for a 64-bit x86 bzImage, or -1 with a fault that says what the file is not. */
int bzimage_check(const char *path);

/*
 * Which options that the lab needs are missing, as a sentence ("lacks
 * CONFIG_PCI (the channel), ..."), judged by the .config of the build tree
 * the image lies in, or else by the configuration embedded in it (IKCONFIG).
 * Returns how many are missing, or -1 with a fault when neither is there.
 */
int bzimage_lacks(const char *path, char *text, size_t size);

#endif
