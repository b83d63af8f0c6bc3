/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bzimage - what an x86 kernel image says of itself
 */
#ifndef NODEHOP_BZIMAGE_H
#define NODEHOP_BZIMAGE_H

#include <stddef.h>

/* 0 for a 64-bit x86 bzImage, or -1 with a fault that says what the file is not. */
int bzimage_check(const char *path);

/* Where in the image the packed kernel lies, in bytes, and the command that unpacks it. */
struct bzimage_payload {
	size_t offset, length;
	const char *unpacker; /* "gzip -dc" */
};

/* 0, or -1 with a fault: no image, or packed in a way unknown here. */
int bzimage_payload(const char *path, struct bzimage_payload *payload);

/*
 * Which options that the lab needs are missing, as a sentence ("lacks
 * CONFIG_PCI (the channel), ..."), judged by the .config of the build tree
 * the image lies in, or else by the configuration embedded in it (IKCONFIG).
 * Returns how many are missing, or -1 with a fault when neither is there.
 */
int bzimage_lacks(const char *path, char *text, size_t size);

#endif
